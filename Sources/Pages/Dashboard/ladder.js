// The call's ladder as a drawing: meeting, service and each trunk side by side, time going down.
import { h, put } from "./dom.js";
import { t, word } from "./texts.js";
import { preciseTime, utc } from "./times.js";

const left = 84, step = 34, top = 40;

export function ladder(record, events) {
  const steps = events.length ? fromEvents(events) : fromRecord(record);
  const trunks = [...new Set(steps.map(one => one.trunk).filter(Boolean))], lanes = ["meeting", "service", ...trunks];
  const element = h("div", { class: "ladder" }), words = steps.map(one => `${preciseTime(one.at)} ${one.text}`);
  const draw = () => {
    const width = Math.max(260, element.clientWidth || 480), place = lane => left + (lanes.indexOf(lane) + .5) * (width - left) / lanes.length;
    const size = top + steps.length * step + 8;
    put(element, h("svg", { width, height: size, viewBox: `0 0 ${width} ${size}`, role: "img", "aria-label": `${t("ladderTitle")}: ${words.join("; ")}` },
      lanes.map(lane => [h("text", { x: place(lane), y: 14, class: "lane middle" }, short(word(lane), (width - left) / lanes.length)), h("line", { x1: place(lane), x2: place(lane), y1: 22, y2: size, class: "life" })]),
      steps.map((one, at) => arrow(one, top + at * step, place, width))));
  };
  new ResizeObserver(draw).observe(element);
  draw();
  return element;
}

const short = (text, room) => text.length * 7 > room ? `${text.slice(0, Math.max(4, Math.floor(room / 7) - 1))}…` : text;

function arrow({ at, from, to, text, kind }, y, place, width) {
  const a = place(from), b = place(to ?? from), way = Math.sign(b - a), middle = Math.min(width - 4 - text.length * 3, Math.max(left + 4 + text.length * 3, (a + b) / 2));
  return h("g", { class: `step ${kind ?? ""}` }, h("text", { x: 0, y: y + 14, class: "when" }, h("title", {}, utc(at)), preciseTime(at)),
    h("text", { x: middle, y: y + 8, class: "what middle" }, text),
    way === 0 ? h("circle", { cx: a, cy: y + 15, r: 4 }) : [h("line", { x1: a, x2: b - way * 6, y1: y + 15, y2: y + 15 }), h("polygon", { points: `${b},${y + 15} ${b - way * 8},${y + 11} ${b - way * 8},${y + 19}` })]);
}

function fromEvents(events) {
  let trunk = null;
  return events.map(event => {
    if (event.trunk) trunk = [event.operator, event.trunk].filter(Boolean).join("/");
    return { at: event.at, trunk, ...told(event, trunk) };
  });
}

function told(event, trunk) {
  const answer = `${event.sip ?? ""} ${event.phrase ?? ""}`.trim(), note = text => ({ from: "service", text });
  switch (event.type) {
    case "accepted": return { from: "meeting", to: "service", text: t("step.accepted", event) };
    case "refused": return { from: "service", to: "meeting", text: t("step.refused", { reason: word(event.reason) }), kind: "bad" };
    case "queued": return note(t("step.queued", event));
    case "warning": return note(t("step.warning", { limit: word(event.limit), count: event.count }));
    case "dialling": return trunk ? { from: "service", to: trunk, text: "INVITE" } : note(t("step.dialling"));
    case "progress": case "ringing": return trunk ? { from: trunk, to: "service", text: answer || word("ringing") } : note(word("ringing"));
    case "connected": return { from: trunk ?? "service", to: "service", text: answer || word("connected"), kind: "good" };
    case "sessionChanged": return { from: trunk ?? "service", to: "service", text: t("step.sessionChanged") };
    case "attemptFailed": case "failedOver": return { from: trunk ?? "service", to: "service", text: answer || t(`step.${event.type}`), kind: "bad" };
    case "ended": {
      const text = t("step.ended", { outcome: word(event.outcome) });
      if (event.endedBy === "callee" || event.endedBy === "operator") return { from: trunk ?? "service", to: "service", text };
      return event.endedBy === "meeting" && !trunk ? { from: "meeting", to: "service", text } : { from: "service", to: trunk ?? "meeting", text };
    }
    default: return note(event.type);
  }
}

// Where the events are not for the reader: what the record's own times say.
function fromRecord(record) {
  const steps = [];
  for (const attempt of record.attempts) {
    const trunk = [attempt.operator, attempt.trunk].filter(Boolean).join("/");
    steps.push({ at: attempt.startedAt, from: "service", to: trunk, trunk, text: "INVITE" });
    if (attempt === record.attempts.at(-1) && record.ringingAt) steps.push({ at: record.ringingAt, from: trunk, to: "service", trunk, text: word("ringing") });
    if (attempt === record.attempts.at(-1) && record.connectedAt) steps.push({ at: record.connectedAt, from: trunk, to: "service", trunk, text: `${attempt.sip ?? 200} ${attempt.phrase ?? "OK"}`, kind: "good" });
    if (attempt.endedAt && !(attempt === record.attempts.at(-1) && record.connectedAt)) steps.push({ at: attempt.endedAt, from: trunk, to: "service", trunk, text: `${attempt.sip ?? ""} ${attempt.phrase ?? ""}`.trim() || word(attempt.outcome), kind: "bad" });
  }
  if (record.endedAt) steps.push({ at: record.endedAt, from: "service", text: t("step.ended", { outcome: word(record.outcome) }) });
  return steps;
}
