// Explain before you save: what a script would change, what lint would say, what it would have made of recorded calls; then it is applied.
import { call, run, ServiceError } from "./api.js";
import { cmdletBox } from "./cmdlets.js";
import { dialog, tell } from "./dialogs.js";
import { difference } from "./difference.js";
import { h, put } from "./dom.js";
import { session, tenantPath } from "./session.js";
import { t } from "./texts.js";
import { count, shortTime, utc } from "./times.js";

const replayDays = 30;

// What is under review, kept in this tab until it is applied or given up: who leaves it finds it again.
const key = "console.review";
const listeners = new Set();
const changed = () => { for (const listener of listeners) listener(); };
export const onWaiting = listener => listeners.add(listener);

export function waiting() {
  try {
    const left = JSON.parse(sessionStorage.getItem(key));
    return left && left.tenant === session.tenant ? left : null;
  } catch { return null; }
}

export function withdraw() {
  sessionStorage.removeItem(key);
  changed();
}

function leave(review) {
  try { sessionStorage.setItem(key, JSON.stringify({ tenant: session.tenant, ...review })); } catch { sessionStorage.removeItem(key); }
  changed();
}

export const reviewAgain = ({ script, ...options }) => review(script, options);

// Comes to true when it was applied. What the rehearsal refuses is thrown before anything is shown, so that the form can mark its field.
export async function review(script, { title = t("reviewTitle"), replay = false, files, done = t("saved") } = {}) {
  const told = await rehearse(script, { files });
  const failed = told?.outcome.results.find(result => result.error);
  if (failed) throw new ServiceError(200, { detail: failed.error.message, parameter: failed.error.parameter });
  leave({ script, title, replay, files, done });
  const applied = await dialog(title, close => content(script, files, told, replay, close), { wide: true });
  if (!applied) return false;
  withdraw();
  tell(done);
  return true;
}

export async function rehearse(script, { files, days = 0, organizer, number } = {}) {
  try {
    const { body } = await call("POST", tenantPath("/rehearsals"), { query: { days, organizer, number }, body: { script, ...(files ? { files } : {}) } });
    return body;
  } catch (error) {
    if (error.status === 404 || error.status === 405) return null;
    throw error;
  }
}

function content(script, files, told, replay, close) {
  const alert = h("p", { class: "alert", role: "alert", hidden: true });
  const nothing = told && told.changes.length === 0;
  const button = h("button", { type: "button", class: "primary", autofocus: true, onclick: async () => {
    button.disabled = true;
    alert.hidden = true;
    try {
      await run(script, files);
      close(true);
    } catch (error) {
      alert.textContent = error.message;
      alert.hidden = false;
      button.disabled = false;
    }
  } }, nothing ? t("applyAnyway") : t("apply"));
  const past = replay ? h("section", { class: "explain" }, h("h3", {}, t("replayTitle")), h("div", { "aria-live": "polite" }, h("p", {}, h("progress", { "aria-label": t("replaying") }), " ", t("replaying")))) : null;
  if (replay) showReplay(script, files, past.lastChild);
  return [
    told ? h("section", { class: "explain" }, h("h3", {}, t("difference")), told.changes.length ? difference(told.changes) : h("p", {}, t("noDifference"))) : h("p", { class: "note" }, t("noRehearsal")),
    told ? findings(told) : null, past, cmdletBox(script), alert,
    h("div", { class: "actions" }, button, h("button", { type: "button", onclick: () => close() }, t("back"))),
  ].filter(Boolean);
}

function findings({ outcome, findings: { appeared, resolved, more } }) {
  const warnings = outcome.results.flatMap(result => result.warnings ?? []);
  return h("section", { class: "explain" }, h("h3", {}, t("lintTitle")),
    warnings.length + appeared.length + resolved.length === 0 ? h("p", {}, t("lintClean")) : null,
    h("ul", { class: "findings" },
      warnings.map(text => h("li", { class: "warn" }, text)),
      appeared.map(finding => h("li", { class: "warn" }, h("strong", {}, finding.object), ` ${finding.reason} ${finding.mend}`)),
      resolved.map(finding => h("li", { class: "good" }, t("resolves"), " ", h("strong", {}, finding.object), ` ${finding.reason}`)),
      more ? h("li", { class: "warn" }, t("lintMore", { count: more })) : null));
}

async function showReplay(script, files, place) {
  try {
    const told = await rehearse(script, { files, days: replayDays });
    if (!told?.replay) return put(place, h("p", { class: "note" }, t("noRehearsal")));
    put(place, [replayText(told.replay)]);
  } catch (error) { put(place, h("p", { class: "alert" }, error.message)); }
}

export function replayText({ report, from, days, truncated }) {
  if (report.total === 0) return h("p", {}, t("replayNothing", { days }));
  const changed = [["becameUnroutable", "bad"], ["becameRoutable", "good"], ["changedOperator", "warn"], ["changedCallerID", "warn"]].filter(([name]) => report[name] > 0);
  return [
    h("p", {}, t("replayOver", { total: count(report.total), days }), " ", h("span", { class: "soft", title: utc(from) }, t("replaySince", { time: shortTime(from) })), truncated ? ` ${t("replayTruncated")}` : ""),
    changed.length ? h("ul", { class: "findings" }, changed.map(([name, kind]) => h("li", { class: kind }, h("strong", {}, count(report[name])), ` ${t(name)}`)), h("li", {}, h("strong", {}, count(report.unchanged)), ` ${t("replayUnchanged")}`)) : h("p", { class: "good" }, t("replaySame")),
    report.examples.length ? h("details", {}, h("summary", {}, t("examples")), h("ul", {}, report.examples.map(example => h("li", {}, `${example.organizer} → ${example.number}: ${way(example.before)} → ${way(example.after)}`, h("div", { class: "soft" }, example.because.at(-1)))))) : null,
  ].filter(Boolean);
}

const way = ({ operator, callerId }) => operator ? `${operator}${callerId ? ` (${callerId})` : ""}` : t("refusedWay");
