// Live and past calls: one line a call, found by anything that is known of it.
import { ask, queryText, ServiceError } from "./api.js";
import { filterBar, filtersOf } from "./callfilters.js";
import { CallList, callsPath, ofTenant } from "./calllist.js";
import { callPanel } from "./callpanel.js";
import { callKind, callState } from "./callwords.js";
import { saveFile } from "./csv.js";
import { h, put } from "./dom.js";
import { liveCounts } from "./livecounts.js";
import { dataRows } from "./rows.js";
import { go, link } from "./router.js";
import { isOperator, isPlatform, session } from "./session.js";
import { t, word } from "./texts.js";
import { shortTime, talked, utc } from "./times.js";

const columns = () => [
  { name: "acceptedAt", label: t("filter.acceptedAt"), text: call => shortTime(call.acceptedAt), title: call => utc(call.acceptedAt), size: "6.6rem", class: "c" },
  { name: "number", label: t("number"), text: call => call.number, size: "minmax(8.8rem, 1fr)", class: "a strong" },
  { name: "state", label: t("filter.state"), text: callState, badge: callKind, size: "7.2rem", class: "b" },
  { name: "reason", label: t("reason"), text: call => call.reason ? word(call.reason) : call.state === "ended" && call.endedBy ? t(`endedBy.${call.endedBy}`) : "", size: "minmax(5rem, 1fr)", class: "d" },
  { name: "operator", label: t("filter.operator"), text: call => call.operator, title: call => call.operator ?? "", size: "minmax(6rem, 1fr)" },
  { name: "callerId", label: t("filter.callerId"), text: call => call.callerId, size: "8.2rem", wide: true },
  ...(isOperator() ? [] : [{ name: "organizer", label: t("organizer"), text: call => call.organizer, title: call => call.organizer, size: "minmax(6rem, 1.2fr)", wide: true }]),
  ...(isPlatform() && !session.tenant ? [{ name: "tenant", label: t("tenant"), text: call => call.tenant, size: "minmax(5rem, 1fr)", wide: true }] : []),
  { name: "code", label: t("code"), text: call => call.code, number: true, size: "2.8rem" },
  { name: "talked", label: t("talkedFor"), text: talked, number: true, size: "3.4rem" },
];

export default async function calls({ content, rest, query, signal }) {
  const filters = filtersOf(query);
  const panelPlace = h("div", { class: "panel-place" }), alert = h("p", { class: "alert", role: "alert", hidden: true });
  const counts = liveCounts(signal, state => link("calls", [], { state }));
  const table = dataRows({ columns: columns(), key: call => call.id, label: t("nav.calls"), empty: Object.keys(filters).length ? t("noCallsFound") : t("noCalls"),
    open: call => go("calls", call.id, filters), more: () => list.more() });
  const shown = h("p", { class: "soft", "aria-live": "off" });
  let panel = null;
  const failed = error => { alert.textContent = error.message; alert.hidden = false; };
  const list = new CallList(filters, { signal, failed, changed: events => {
    table.show(list.rows);
    shown.textContent = list.cursor ? t("callsShownMore", { count: list.order.length }) : t("callsShown", { count: list.order.length });
    if (events.length) counts.refresh();
    panel?.events(events);
  } });
  const bar = filterBar(filters, { change: wanted => go("calls", [], wanted), find: id => go("calls", id, filters) });
  const box = h("div", { class: "list" }, alert, table, h("div", { class: "row between" }, shown, h("button", { type: "button", class: "small", onclick: () => exportCSV(filters).catch(failed) }, t("exportCSV"))));
  put(content, counts.element, bar, h("div", { class: "split" }, box, panelPlace));
  const ticking = setInterval(() => { if (list.rows.some(call => call.state === "connected")) table.draw(); }, 1000);
  signal.addEventListener("abort", () => clearInterval(ticking));

  function show(id) {
    panel?.stop();
    panel = id ? callPanel(id, list.calls.get(id), { close: () => go("calls", [], filters) }) : null;
    content.classList.toggle("with-panel", Boolean(id));
    put(panelPlace, panel?.element);
    if (panel) panel.element.querySelector("h2").focus();
    else table.focusRow(list.order.indexOf(table.focused));
  }
  signal.addEventListener("abort", () => panel?.stop());

  try { await list.begin(); } catch (error) {
    if (error.name === "AbortError") return;
    failed(error);
  }
  if (rest[0]) show(rest[0]);
  const asked = JSON.stringify(filters);
  return where => {
    if (JSON.stringify(filtersOf(where.query)) !== asked) return false;
    show(where.rest[0] ?? null);
    return true;
  };
}

async function exportCSV(filters) {
  const reply = await ask("GET", callsPath() + queryText({ ...filters, ...ofTenant() }), { accept: "text/csv" });
  if (!reply.ok) throw new ServiceError(reply.status, await reply.json());
  saveFile("calls.csv", await reply.blob());
}
