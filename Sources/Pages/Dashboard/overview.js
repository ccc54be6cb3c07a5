// How things stand: calls now and over time, how they end, how fast they are set up, per operator and country; and what needs a look.
import { getIfThere } from "./api.js";
import { alarms } from "./alarms.js";
import { ofTenant } from "./calllist.js";
import { areas, bars, legend, shares } from "./charts.js";
import { h, put } from "./dom.js";
import { live, liveCounts, liveStates } from "./livecounts.js";
import { link } from "./router.js";
import { isOperator, session } from "./session.js";
import { t, word } from "./texts.js";
import { count, country, milliseconds, percent } from "./times.js";

const sampleEvery = 5000, samplesKept = 120, hour = 3600_000;
// Kept while the tab lives, for whoever comes back to this screen.
const samples = [];
let sampledFor = null;

export default async function overview({ content, signal }) {
  const whose = `${session.tenant} ${session.holder.operator}`;
  if (sampledFor !== whose) samples.length = 0;
  sampledFor = whose;
  const card = (title, ...parts) => h("section", { class: "card" }, h("h2", {}, title), parts);
  const chart = h("div", {}), alarmPlace = h("div", { "aria-live": "polite" }), pictures = h("div", { class: "pictures" });
  const kinds = { queued: "warn", dialling: "plain", ringing: "info", connected: "good" };
  const sample = told => {
    const now = Date.now();
    if (now - (samples.at(-1)?.at ?? 0) < sampleEvery * .8) samples.pop();
    samples.push({ at: now, states: told.states });
    if (samples.length > samplesKept) samples.shift();
    const series = liveStates.map(state => ({ name: word(state), kind: kinds[state], values: samples.map(one => one.states[state] ?? 0) }));
    const labels = samples.map(one => new Date(one.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }));
    put(chart, areas(series, labels, t("callsByState")), legend(series));
  };
  const counts = liveCounts(signal, state => link("calls", [], { state }), sample);
  put(content, counts.element, h("div", { class: "pictures" }, card(t("alarms"), alarmPlace), card(t("callsByState"), chart)), pictures);
  const refresh = () => Promise.all([drawPictures(pictures, card, signal), live(signal).then(told => alarms(told, signal)).then(found => put(alarmPlace, found))]);
  const timer = setInterval(() => refresh().catch(() => {}), 30_000);
  signal.addEventListener("abort", () => clearInterval(timer));
  await refresh();
}

async function drawPictures(place, card, signal) {
  if (isOperator()) return drawOperator(place, card, signal);
  const from = new Date(Date.now() - 24 * hour).toISOString();
  const [hours, outcomes, operators, lands] = await Promise.all(["hour", "outcome", "operator", "country"].map(by => summary({ by, from, ...ofTenant() }, signal)));
  if (!hours) return put(place, card(t("lastDay"), h("p", { class: "empty" }, t("notInThisService"))));
  const time = key => new Date(key).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const found = new Map(hours.rows.map(row => [Date.parse(row.key), row])), now = Math.floor(Date.now() / hour) * hour;
  const rows = Array.from({ length: 24 }, (_, at) => now - (23 - at) * hour).map(at => found.get(at) ?? { key: at, count: 0 });
  const bad = new Set(["failed", "unreachable", "refused", "indeterminate"]), name = row => row.key === "none" ? t("noOperator") : row.key;
  put(place,
    card(t("callsPerHour"), bars(rows.map(row => ({ label: time(row.key), value: row.count, text: `${count(row.count)} · ${t("asr")} ${percent(row.asr)}` })), t("callsPerHour"))),
    card(t("setUpTimes"), bars(rows.map(row => ({ label: time(row.key), value: row.pddP95 ?? 0, kind: "info", text: `P50 ${milliseconds(row.pddP50)}, P95 ${milliseconds(row.pddP95)}` })), t("setUpTimes"), milliseconds), h("p", { class: "soft" }, t("setUpHelp"))),
    card(t("outcomes"), shares(outcomes.rows.map(row => ({ label: word(row.key), value: row.count, text: count(row.count), kind: bad.has(row.key) ? "bad" : row.key === "completed" ? "good" : "plain", href: link("calls", [], { outcome: row.key, from }) })))),
    card(t("perOperator"), shares(operators.rows.map(row => ({ label: name(row), value: row.count, text: `${count(row.count)} · ${t("asr")} ${percent(row.asr)} · ${milliseconds(row.pddP95)}`, href: row.key ? link("calls", [], { operator: row.key, from }) : undefined })))),
    card(t("perCountry"), shares(lands.rows.map(row => ({ label: row.key === "none" ? t("none") : country(row.key), value: row.count, text: `${count(row.count)} · ${t("asr")} ${percent(row.asr)}` })))));
}

// A service that has no summaries takes the word for a dial-out's id, and knows no `by`.
const summary = (query, signal) => getIfThere("/v1/dial-outs/summary", query, signal).catch(error => {
  if (error.status === 400 && error.field === "by") return null;
  throw error;
});

async function drawOperator(place, card, signal) {
  const figures = await getIfThere(`/v1/operators/${encodeURIComponent(session.holder.operator)}/statistics`, {}, signal);
  if (!figures) return;
  put(place, card(t("outcomes"), shares(Object.entries(figures.outcomes ?? {}).map(([name, value]) => ({ label: word(name), value, text: count(value), href: link("calls", [], { outcome: name }) }))), h("p", { class: "soft" }, `${t("asr")} ${percent(figures.answerSeizureRatio)} · ${t("sinceStart")}`)),
    card(t("trunks"), shares((figures.trunks ?? []).map(trunk => ({ label: trunk.trunk, value: trunk.channelsInUse, of: trunk.maxConcurrentCalls ?? Math.max(1, trunk.channelsInUse), text: `${trunk.channelsInUse} / ${trunk.maxConcurrentCalls ?? t("anyNumber")}`, kind: trunk.maxConcurrentCalls && trunk.channelsInUse >= .8 * trunk.maxConcurrentCalls ? "bad" : "info", href: link("operators") })))));
}
