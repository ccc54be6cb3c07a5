// What needs a look now: the store, trunks, limits that are near, findings, webhooks that fail; each with the way there.
import { get, getIfThere } from "./api.js";
import { h } from "./dom.js";
import { link } from "./router.js";
import { isAdministrator, isOperator, isPlatform, session, tenantPath } from "./session.js";
import { t, word } from "./texts.js";

const near = .8, operatorsAsked = 20;

export async function alarms(told, signal) {
  const found = (await Promise.all([ready(), trunks(signal), limits(told, signal), findings(signal), webhooks(signal)])).flat().filter(Boolean);
  if (!found.length) return h("p", { class: "good" }, t("noAlarms"));
  return h("ul", { class: "findings" }, found.map(({ kind, text, href }) => h("li", { class: kind }, href ? h("a", { href }, text) : text)));
}

async function ready() {
  const body = await fetch("/readyz").then(reply => reply.json(), () => null);
  if (!body) return { kind: "bad", text: t("unreachable") };
  return [body.draining ? { kind: "warn", text: t("isDraining") } : null, body.store !== "ok" ? { kind: "bad", text: t("storeFails", { reason: body.store }) } : null];
}

async function trunks(signal) {
  const ids = isOperator() ? [session.holder.operator] : isPlatform() ? (await get("/v1/operators", {}, signal)).operators.slice(0, operatorsAsked).map(operator => operator.id) : [];
  const lists = await Promise.all(ids.map(async id => (await get(`/v1/operators/${encodeURIComponent(id)}/trunks`, {}, signal)).trunks.map(trunk => ({ ...trunk, id }))));
  return lists.flat().flatMap(trunk => {
    const name = `${trunk.id} / ${trunk.name}`, href = link("operators", isOperator() ? [] : [trunk.id]), top = trunk.maxConcurrentCalls;
    return [
      trunk.state === "inService" || trunk.state === "disabled" ? null : { kind: trunk.state === "closed" ? "bad" : "warn", text: t("trunkIs", { name, state: word(trunk.state) }), href },
      top && trunk.channelsInUse >= near * top ? { kind: "warn", text: t("trunkFull", { name, use: trunk.channelsInUse, of: top }), href } : null,
      trunk.queued ? { kind: "warn", text: t("trunkQueue", { name, count: trunk.queued }), href } : null,
    ];
  });
}

async function limits(told, signal) {
  if (!isAdministrator() || !session.tenant || !told) return null;
  const { inForce } = await get(tenantPath("/limits"), {}, signal), level = inForce.tenantConcurrentCalls, top = level?.block ?? level?.warn;
  const now = Object.values(told.states).reduce((sum, value) => sum + value, 0);
  return top && now >= near * top ? { kind: "warn", text: t("limitNear", { now, of: top }), href: link("settings", "limits") } : null;
}

async function findings(signal) {
  if (!isAdministrator() || !session.tenant) return null;
  const lint = await getIfThere(tenantPath("/lint"), {}, signal);
  return lint?.findings.length ? { kind: "warn", text: t("lintCount", { count: lint.findings.length + lint.more }), href: link("routing") } : null;
}

async function webhooks(signal) {
  if (!isAdministrator() || !session.tenant) return null;
  const told = await getIfThere(tenantPath("/webhooks"), {}, signal), endpoints = told?.webhooks ?? [];
  return endpoints.filter(endpoint => endpoint.status === "paused").map(endpoint => ({ kind: "bad", text: t("webhookFails", { url: endpoint.url }), href: link("settings", "webhooks") }));
}
