// The page lists what is there, then follows the event stream from exactly that place, and resumes it by the last id when it breaks.
const element = id => document.getElementById(id);
const states = ["queued", "dialling", "ringing", "connected", "ended"];
const kept = 200;
let calls = new Map(), lastEventId = "0", watch = null, chosen = null;

const headers = extra => ({ Authorization: `Bearer ${watch.token}`, ...extra });
const base = () => watch.operator ? `/v1/operators/${encodeURIComponent(watch.operator)}` : "/v1";

element("scope").addEventListener("change", () => { element("operator-field").hidden = element("scope").value !== "operator"; });
element("close").addEventListener("click", () => { chosen = null; element("detail").hidden = true; });
element("access").addEventListener("submit", event => {
  event.preventDefault();
  watch?.stop.abort();
  watch = {
    token: element("token").value.trim(),
    operator: element("scope").value === "operator" ? element("operator").value.trim() : null,
    stop: new AbortController(),
  };
  sessionStorage.setItem("watch", JSON.stringify({ token: watch.token, operator: watch.operator }));
  begin(watch);
});

function status(state, text) {
  element("status").dataset.state = state;
  element("status").textContent = text;
}

function complain(text) {
  element("complaint").hidden = !text;
  element("complaint").textContent = text ?? "";
}

async function begin(mine) {
  complain(null);
  calls = new Map();
  const path = mine.operator ? `${base()}/calls` : `${base()}/dial-outs`;
  try {
    const reply = await fetch(`${path}?limit=100`, { headers: headers(), signal: mine.stop.signal });
    const page = await reply.json();
    if (!reply.ok) throw new Error(page.detail ?? page.title);
    for (const call of (page.calls ?? page.dialOuts).reverse()) note(call.id, call);
    lastEventId = page.lastEventId;
  } catch (error) {
    if (mine !== watch || error.name === "AbortError") return;
    status("off", "not connected");
    return complain(error.message);
  }
  element("board").hidden = false;
  element("trunk-board").hidden = !mine.operator;
  draw();
  if (mine.operator) watchTrunks(mine);
  while (mine === watch) {
    await follow(mine).catch(() => {});
    if (mine !== watch) return;
    status("lost", "connection lost, trying again");
    await new Promise(done => setTimeout(done, 1500));
  }
}

// Trunks change without events: they are asked for again and again while somebody looks.
async function watchTrunks(mine) {
  while (mine === watch) {
    try {
      const reply = await fetch(`${base()}/trunks`, { headers: headers(), signal: mine.stop.signal });
      if (reply.ok) element("trunks").replaceChildren(...(await reply.json()).trunks.map(trunkRow));
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    await new Promise(done => setTimeout(done, 3000));
  }
}

const because = ({ reason, code }) => reason ? ` (${reason === "code" ? code : reason})` : "";

function trunkRow(trunk) {
  const row = document.createElement("tr");
  row.dataset.trunk = trunk.name;
  const state = document.createElement("span");
  state.className = `state ${trunk.state}`;
  state.textContent = trunk.state;
  const stateCell = cell();
  stateCell.append(state);
  const until = trunk.circuit.until ? ` until ${new Date(trunk.circuit.until).toLocaleTimeString()}` : "";
  row.append(
    cell(trunk.name), stateCell, cell(trunk.health.state + because(trunk.health)),
    cell(trunk.circuit.state + because(trunk.circuit) + until),
    cell(`${trunk.channelsInUse} of ${trunk.maxConcurrentCalls ?? "any"}`, "n"), cell(trunk.maxCallsPerSecond ?? "any", "n"),
    cell(trunk.queued, "n"));
  return row;
}

async function follow(mine) {
  const reply = await fetch(`${base()}/events`, {
    headers: headers({ "Last-Event-ID": lastEventId, Accept: "text/event-stream" }), signal: mine.stop.signal,
  });
  if (!reply.ok) return complain((await reply.json()).detail);
  status("live", "live");
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) take(event);
    draw();
  }
}

function take(event) {
  const fields = new Map(event.split("\n").map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
  if (fields.has("id")) lastEventId = fields.get("id");
  if (!fields.has("data") || fields.get("event") !== "dialOut") return;
  const data = JSON.parse(fields.get("data"));
  note(data.dialOutId, data);
  if (chosen === data.dialOutId) show(chosen);
}

function note(id, change) {
  const call = { ...calls.get(id), ...change };
  if (call.state === "ended") call.endedAt ??= change.at;
  else call.outcome = call.reason = call.code = null; // an attempt's end is not the call's
  calls.set(id, call);
  if (calls.size > kept) calls.delete(calls.keys().next().value);
}

function cell(text, className) {
  const cell = document.createElement("td");
  cell.textContent = text ?? "";
  if (className) cell.className = className;
  return cell;
}

function talked(call) {
  if (!call.connectedAt) return "";
  const seconds = Math.max(0, Math.round(((call.endedAt ? Date.parse(call.endedAt) : Date.now()) - Date.parse(call.connectedAt)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function row([id, call]) {
  const row = document.createElement("tr");
  row.tabIndex = 0;
  row.dataset.id = id;
  const state = document.createElement("span");
  state.className = `state ${call.state}`;
  state.textContent = call.state === "queued" && call.position ? `queued, ${call.position}.` : call.state;
  const stateCell = cell();
  stateCell.append(state);
  row.append(
    cell(new Date(call.acceptedAt).toLocaleTimeString()), cell(call.number), cell(call.callerId), cell(call.operator), stateCell,
    cell(call.outcome === "refused" ? `refused: ${call.reason}` : call.outcome), cell(call.code, "n"), cell(talked(call), "n"));
  row.addEventListener("click", () => choose(id));
  row.addEventListener("keydown", event => { if (event.key === "Enter") choose(id); });
  return row;
}

function draw() {
  const counts = Object.fromEntries(states.map(state => [state, 0]));
  for (const call of calls.values()) counts[call.state] += 1;
  element("counts").replaceChildren(...states.map(state => {
    const item = document.createElement("li"), number = document.createElement("b"), name = document.createElement("span");
    number.textContent = counts[state];
    name.textContent = state;
    item.append(number, name);
    return item;
  }));
  element("calls").replaceChildren(...[...calls].reverse().map(row));
  element("empty").hidden = calls.size > 0;
}

function choose(id) {
  chosen = id;
  show(id);
}

function items(list, texts) {
  list.replaceChildren(...texts.map(text => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

async function show(id) {
  const call = calls.get(id);
  element("detail").hidden = false;
  element("detail-title").textContent = `${call.number} · ${call.outcome ?? call.state}`;
  if (watch.operator) {
    items(element("because"), ["The tenant's rules are not shown to operators."]);
    items(element("ladder"), (call.attempts ?? []).map(attempt => `${attempt.trunk}: ${attempt.sip ?? "…"} ${attempt.phrase ?? ""}`));
    return;
  }
  const [record, events] = await Promise.all([`/v1/dial-outs/${id}`, `/v1/dial-outs/${id}/events`].map(
    path => fetch(path, { headers: headers() }).then(reply => reply.json())));
  if (chosen !== id) return;
  items(element("because"), record.decision?.because ?? []);
  items(element("ladder"), (events.events ?? []).map(event =>
    `${new Date(event.at).toLocaleTimeString()} ${event.type}${event.trunk ? ` · ${event.operator}/${event.trunk}` : ""}${event.sip ? ` · ${event.sip} ${event.phrase}` : ""}${event.type === "queued" ? ` · place ${event.position}` : ""}${event.limit ? ` · ${event.limit} is ${event.count}` : ""}`));
}

setInterval(() => { if (watch) draw(); }, 1000);
// A link may bring the token behind the #, which no server sees; it does not stay in the address bar.
const linked = new URLSearchParams(location.hash.slice(1));
if (linked.has("token")) {
  sessionStorage.setItem("watch", JSON.stringify({ token: linked.get("token"), operator: linked.get("operator") }));
  history.replaceState(null, "", location.pathname);
}
const remembered = JSON.parse(sessionStorage.getItem("watch") ?? "null");
if (remembered) {
  element("token").value = remembered.token;
  element("scope").value = remembered.operator ? "operator" : "tenant";
  element("operator").value = remembered.operator ?? "";
  element("operator-field").hidden = !remembered.operator;
  element("access").requestSubmit();
}
