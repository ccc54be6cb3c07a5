// Webhooks: endpoints with what they are told, secrets that are rotated, deliveries that failed and are sent once more.
import { call, getIfThere } from "./api.js";
import { attempt, confirm, dialog, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { link } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { timeElement } from "./times.js";
import { showSecret } from "./tokens.js";

const path = (...rest) => tenantPath(["/webhooks", ...rest.map(encodeURIComponent)].join("/"));
const kinds = ["accepted", "refused", "warning", "queued", "dialling", "progress", "ringing", "connected", "sessionChanged", "attemptFailed", "failedOver", "ended", "webhookPaused", "webhookResumed", "minutesUsed", "creditsUsed", "creditsRecharged"];

export async function webhookSettings({ place, signal, redraw }) {
  const told = await getIfThere(path(), {}, signal), title = h("h2", {}, t("settings.webhooks"));
  if (!told) return put(place, h("section", { class: "card" }, title, h("p", { class: "empty" }, t("notInThisService"))));
  const endpoints = told.webhooks;
  put(place, h("section", { class: "card" }, h("header", { class: "row between" }, title, h("button", { type: "button", class: "primary small", onclick: () => edit(null, redraw) }, t("newWebhook"))),
    endpoints.length ? h("ul", { class: "items" }, endpoints.map(endpoint => item(endpoint, redraw))) : h("p", { class: "empty" }, t("noWebhooks"))));
}

function item(endpoint, redraw) {
  const place = h("div", { "aria-live": "polite" }), isPaused = endpoint.status === "paused";
  const act = (label, action, style = "") => h("button", { type: "button", class: `small ${style}`, "aria-label": `${label}: ${endpoint.url}`, onclick: action }, label);
  return h("li", {}, h("div", {}, h("strong", {}, endpoint.url), " ", h("span", { class: `badge ${endpoint.status === "active" ? "good" : "bad"}` }, word(endpoint.status), endpoint.pausedBecause ? ` (${word(endpoint.pausedBecause)})` : ""),
    h("div", { class: "soft" }, (endpoint.kinds ?? []).map(word).join(", ") || t("allKinds"), endpoint.meetings?.length ? ` · ${endpoint.meetings.join(", ")}` : "", ` · ${t("webhookBacklog", { waiting: endpoint.waiting, dead: endpoint.deadLetters })}`), place),
  h("span", { class: "row" }, act(t("failedDeliveries"), () => showFailed(endpoint, place)), act(t("testWebhook"), () => test(endpoint, place)), act(isPaused ? t("resume") : t("pause"), attempt(async () => { await call("PATCH", path(endpoint.id), { body: { status: isPaused ? "active" : "paused" } }); redraw(); })), act(t("edit"), () => edit(endpoint, redraw)), act(t("rotate"), () => rotate(endpoint)), act(t("remove"), async () => {
    if (await confirm(t("removeNamed", { name: endpoint.url }), t("removeWebhookText"), t("remove"), () => call("DELETE", path(endpoint.id)))) redraw();
  }, "danger")));
}

async function showFailed(endpoint, place) {
  try {
    const told = await getIfThere(path(endpoint.id, "deliveries"), { state: "failed" }), rows = told?.deliveries ?? [];
    put(place, rows.length ? h("ul", { class: "findings" }, rows.map(row => h("li", { class: "bad" }, timeElement(row.failingSince), " ", h("a", { href: link("calls", row.dialOutId) }, row.dialOutId), ` ${row.error} ${row.deadLetter ? t("deadLetter") : ""} `, h("button", { type: "button", class: "small", "aria-label": `${t("redeliver")}: ${row.id}`, onclick: async event => {
      const button = event.currentTarget;
      try {
        await call("POST", path(endpoint.id, "deliveries", row.id, "redeliver"));
        button.replaceWith(h("span", { class: "good" }, t("redelivered")));
      } catch (error) { button.after(h("span", { class: "alert", role: "alert" }, error.message)); }
    } }, t("redeliver"))))) : h("p", { class: "good" }, t("noFailures")));
  } catch (error) { put(place, h("p", { class: "alert", role: "alert" }, error.message)); }
}

async function test(endpoint, place) {
  try {
    const { body } = await call("POST", path(endpoint.id, "test"));
    put(place, h("p", { class: body.delivered ? "good" : "alert" }, body.delivered ? t("testDelivered", { milliseconds: body.milliseconds }) : body.error));
  } catch (error) { put(place, h("p", { class: "alert", role: "alert" }, error.message)); }
}

async function rotate(endpoint) {
  let secret = null;
  const rotated = await confirm(t("rotateTitle"), t("rotateText"), t("rotate"), async () => { secret = (await call("POST", path(endpoint.id, "rotate"))).body?.secret; }, { danger: false });
  if (rotated && secret) await showSecret(t("rotate"), secret);
}

async function edit(endpoint, redraw) {
  let secret = null;
  const saved = await dialog(endpoint ? t("edit") : t("newWebhook"), close => form({
    name: t("settings.webhooks"), cancel: () => close(),
    fields: [
      field({ name: "url", label: t("address"), kind: "url", required: true, value: endpoint?.url, placeholder: "https://" }),
      field({ name: "kinds", label: t("eventKinds"), kind: "checks", value: endpoint?.kinds ?? [], options: kinds.map(value => ({ value, label: word(`event.${value}`) })), help: t("eventKindsHelp") }),
      field({ name: "meetings", label: t("onlyMeetings"), value: (endpoint?.meetings ?? []).join(", ") }),
    ],
    save: async given => {
      const body = { url: given.url, ...(given.kinds?.length || endpoint ? { kinds: given.kinds ?? [] } : {}), ...(given.meetings || endpoint ? { meetings: words(given.meetings) } : {}) };
      const answer = endpoint ? await call("PATCH", path(endpoint.id), { body }) : await call("POST", path(), { body });
      secret = answer.body?.secret;
      close(true);
    },
  }));
  if (!saved) return;
  if (secret) await showSecret(t("newWebhook"), secret);
  tell(t("saved"));
  redraw();
}
