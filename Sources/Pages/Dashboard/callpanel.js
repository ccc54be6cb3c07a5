// One call: why it went this way, its ladder, its attempts; and hanging up.
import { call as request, get, getIfThere } from "./api.js";
import { callsPath } from "./calllist.js";
import { callKind, callState } from "./callwords.js";
import { confirm } from "./dialogs.js";
import { debounced, h, put } from "./dom.js";
import { ladder } from "./ladder.js";
import { link } from "./router.js";
import { isAdministrator, isOperator } from "./session.js";
import { t, word } from "./texts.js";
import { preciseTime, talked, utc } from "./times.js";

export function callPanel(id, known, { close }) {
  const stop = new AbortController();
  const title = h("h2", { tabindex: "-1" }, known?.number ?? id), body = h("div", {});
  const element = h("section", { class: "panel", "aria-label": t("oneCall"), onkeydown: event => { if (event.key === "Escape") close(); } },
    h("header", {}, title, h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "✕")), body);
  const load = async () => {
    try {
      const [record, events] = await Promise.all([recordOf(id, stop.signal), isOperator() ? null : getIfThere(`/v1/dial-outs/${id}/events`, {}, stop.signal)]);
      title.textContent = record.number;
      put(body, content(record, events?.events ?? [], load));
    } catch (error) {
      if (error.name !== "AbortError") put(body, h("p", { class: "alert", role: "alert" }, error.message));
    }
  };
  const again = debounced(150, load);
  load();
  return { element, stop: () => stop.abort(), events: events => { if (events.some(event => event.dialOutId === id)) again(); } };
}

// An operator has no way to one call by its id; it is the first of the page that begins behind the next id.
async function recordOf(id, signal) {
  if (!isOperator()) return get(`/v1/dial-outs/${encodeURIComponent(id)}`, {}, signal);
  const next = (BigInt(`0x${id}`) + 1n).toString(16).padStart(32, "0");
  const { calls } = await get(callsPath(), { cursor: next, limit: 1 }, signal);
  if (calls[0]?.id !== id) throw new Error(t("noSuchCall"));
  return calls[0];
}

function content(record, events, reload) {
  const isLive = record.state !== "ended";
  return [
    h("p", { class: "row" }, h("span", { class: `badge ${callKind(record)}` }, callState(record)), record.connectedAt ? h("span", {}, t("talkedSince", { time: talked(record) })) : null,
      isLive && (isAdministrator()) ? h("button", { type: "button", class: "danger small", onclick: () => hangUp(record, reload) }, record.connectedAt ? t("hangUp") : t("cancelCall")) : null),
    h("h3", {}, t("whyTitle")), h("ol", { class: "because" }, (record.decision?.because ?? []).map(sentence => h("li", {}, sentence))),
    h("h3", {}, t("ladderTitle")), ladder(record, events),
    h("h3", {}, t("factsTitle")), facts(record),
    record.attempts.length ? [h("h3", {}, t("attempts")), h("ol", { class: "attempts" }, record.attempts.map(attempt))] : null,
    record.sdpAnswer ? h("details", {}, h("summary", {}, t("sdpAnswer")), h("pre", { tabindex: "0" }, record.sdpAnswer)) : null,
  ];
}

const time = text => text ? h("time", { datetime: text, title: utc(text) }, preciseTime(text)) : null;

function facts(record) {
  const setUp = record.connectedAt ? `${Date.parse(record.connectedAt) - Date.parse(record.acceptedAt)} ms` : null;
  const rows = [
    ["id", record.id], ["filter.acceptedAt", time(record.acceptedAt)], ["connectedAt", time(record.connectedAt)], ["endedAt", time(record.endedAt)], ["setUpTime", setUp],
    ["filter.operator", record.operator], ["filter.callerId", record.callerId], ["kind", record.kind && word(record.kind)],
    ["organizer", record.organizer && h("a", { href: isAdministrator() ? link("users", record.organizer) : null }, record.organizer)],
    ["requestedBy", record.requestedBy], ["filter.meeting", record.meetingId && h("a", { href: link("calls", [], { meeting: record.meetingId }) }, record.meetingId)],
    ["endedByWhom", record.endedBy && t(`endedBy.${record.endedBy}`)], ["reason", record.reason && word(record.reason)],
    ["code", record.code === null || record.code === undefined ? null : `${record.code} / ${record.subcode}`], ["cause", record.cause && `${record.cause} ${record.causeText ?? ""}`],
    ["charge", record.charge && `${record.charge} ${record.currency ?? ""}`],
  ];
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, t(name)), h("dd", {}, value)]));
}

const attempt = one => h("li", {}, h("strong", {}, [one.operator, one.trunk].filter(Boolean).join(" / ")), ` ${one.sip ?? "…"} ${one.phrase ?? ""}`,
  h("div", { class: "soft" }, [one.callerId, one.address, one.callId, one.causeText, one.outcome && word(one.outcome)].filter(Boolean).join(" · ")),
  h("div", { class: "soft" }, time(one.startedAt), one.endedAt ? [" – ", time(one.endedAt)] : null));

function hangUp(record, reload) {
  return confirm(record.connectedAt ? t("hangUpTitle") : t("cancelTitle"), t("hangUpText", { number: record.number, organizer: record.organizer }), record.connectedAt ? t("hangUp") : t("cancelCall"), async () => {
    await request("DELETE", `/v1/dial-outs/${record.id}`);
    reload();
  });
}
