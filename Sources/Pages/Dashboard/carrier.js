// An operator's own side, and the platform's look at it: trunks as they stand, figures, consents, numbers and orders.
import { get, getIfThere } from "./api.js";
import { shares } from "./charts.js";
import { h, put } from "./dom.js";
import { consents } from "./consents.js";
import { watchTrunks } from "./trunks.js";
import { t, word } from "./texts.js";
import { count, percent } from "./times.js";

export async function carrierSide(place, id, signal) {
  const path = `/v1/operators/${encodeURIComponent(id)}`;
  const [operator, figures, consentList] = await Promise.all([get(path, {}, signal), getIfThere(`${path}/statistics`, {}, signal), getIfThere(`${path}/consents`, {}, signal)]);
  const trunkPlace = h("div", {});
  put(place,
    h("section", { class: "card" }, h("h2", {}, t("trunksOf", { name: operator.name })), trunkPlace),
    figures ? h("section", { class: "card" }, h("h2", {}, t("figuresSinceStart")), h("ul", { class: "counts" },
      [["callsNow", figures.live], ["callsEnded", figures.ended]].map(([name, value]) => h("li", {}, h("b", {}, count(value)), h("span", {}, t(name)))), h("li", {}, h("b", {}, percent(figures.answerSeizureRatio)), h("span", {}, t("asr")))),
      shares(Object.entries(figures.outcomes ?? {}).map(([name, value]) => ({ label: word(name), value })))) : null,
    h("section", { class: "card" }, h("h2", {}, t("consents")), consentList ? consents(consentList, path) : h("p", { class: "empty" }, t("notInThisService"))));
  watchTrunks(trunkPlace, path, signal);
}
