// An event stream that is resumed by its last id whenever it breaks, and that says so.
import { ask } from "./api.js";

export const connection = new EventTarget();
let states = new Map();

function report(name, state) {
  if (state) states.set(name, state);
  else states.delete(name);
  connection.dispatchEvent(new Event("change"));
}

export const connectionState = () => {
  const known = [...states.values()];
  return known.includes("lost") ? "lost" : known.includes("live") ? "live" : "off";
};

// Calls `take` with the events that came together. `again` is asked when the service no longer has what came after the last id.
export async function follow(path, { from, query, take, again, signal }) {
  let lastID = from, wait = 500;
  const name = Symbol(path);
  signal.addEventListener("abort", () => report(name, null));
  while (!signal.aborted) {
    try {
      const reply = await ask("GET", path, { query: { ...query, lastEventId: lastID }, accept: "text/event-stream", signal });
      if (reply.ok) {
        report(name, "live");
        wait = 500;
        for await (const events of batches(reply.body)) {
          if (events.some(event => event.type === "reset")) await again?.();
          lastID = events.findLast(event => event.id)?.id ?? lastID;
          const data = events.filter(event => event.data && event.type !== "reset").map(event => ({ ...event.data, place: event.id }));
          if (data.length) take(data);
        }
      }
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    if (signal.aborted) return;
    report(name, "lost");
    await pause(wait, signal);
    wait = Math.min(wait * 1.7, 8000);
  }
}

const pause = (milliseconds, signal) => new Promise(done => {
  const timer = setTimeout(done, milliseconds);
  for (const [target, event] of [[signal, "abort"], [window, "online"]]) target.addEventListener(event, () => { clearTimeout(timer); done(); }, { once: true });
});

async function* batches(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    const events = parts.map(event).filter(found => found.id || found.data);
    if (events.length) yield events;
  }
}

function event(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const name = line.slice(0, colon), value = line.slice(colon + 1).replace(/^ /, "");
    if (name === "id") found.id = value;
    if (name === "event") found.type = value;
    if (name === "data") found.data = JSON.parse(value);
  }
  return found;
}
