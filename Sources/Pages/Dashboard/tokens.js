// Tokens: made, shown once, revoked.
import { call, get } from "./api.js";
import { confirm, dialog, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { isPlatform, session } from "./session.js";
import { t, word } from "./texts.js";
import { timeElement } from "./times.js";

export async function tokenSettings({ place, signal, redraw }) {
  const { tokens } = await get("/v1/tokens", {}, signal), shown = tokens.filter(token => !session.tenant || !isPlatform() || token.tenant === session.tenant);
  put(place, h("section", { class: "card" }, h("header", { class: "row between" }, h("h2", {}, t("settings.tokens")), h("button", { type: "button", class: "primary small", onclick: () => make(redraw) }, t("newToken"))),
    shown.length ? h("ul", { class: "items" }, shown.map(token => h("li", {}, h("div", {}, h("strong", {}, token.name || token.id), " ", h("span", { class: "tag" }, word(token.role)), ` ${token.tenant ?? token.operator ?? ""}`,
      h("div", { class: "soft" }, t("madeAt"), " ", timeElement(token.createdAt), token.expiresAt ? [" · ", t("expiresAt"), " ", timeElement(token.expiresAt)] : null)),
      h("button", { type: "button", class: "small danger", "aria-label": t("revokeNamed", { name: token.name || token.id }), onclick: () => revoke(token, redraw) }, t("revoke"))))) : h("p", { class: "empty" }, t("noTokens"))));
}

async function revoke(token, redraw) {
  if (!await confirm(t("revokeTitle", { name: token.name || token.id }), t("revokeText"), t("revoke"), () => call("DELETE", `/v1/tokens/${token.id}`))) return;
  tell(t("saved"));
  redraw();
}

async function make(redraw) {
  const roles = isPlatform() ? ["admin", "meeting", "operator", "platform"] : ["admin", "meeting"];
  const made = await dialog(t("newToken"), close => form({
    name: t("newToken"), submit: t("make"), cancel: () => close(),
    fields: [
      field({ name: "name", label: t("name"), required: true, help: t("tokenNameHelp") }), field({ name: "role", label: t("role"), kind: "select", value: roles[0], options: roles.map(value => ({ value, label: word(value) })) }),
      isPlatform() ? field({ name: "tenant", label: t("tenant"), value: session.tenant ?? "" }) : null, isPlatform() ? field({ name: "operator", label: t("filter.operator") }) : null,
      field({ name: "expiresAt", label: t("expiresOptional"), kind: "datetime-local" }),
    ].filter(Boolean),
    save: async given => {
      const isOfTenant = ["admin", "meeting"].includes(given.role);
      const { body } = await call("POST", "/v1/tokens", { body: { role: given.role, name: given.name, ...(isOfTenant ? { tenant: given.tenant || session.tenant } : {}), ...(given.role === "operator" ? { operator: given.operator } : {}), ...(given.expiresAt ? { expiresAt: new Date(given.expiresAt).toISOString() } : {}) } });
      close(body);
    },
  }));
  if (!made) return;
  await showSecret(t("newToken"), made.token);
  redraw();
}

// A secret that the service shows this once.
export function showSecret(title, secret) {
  return dialog(title, close => {
    const input = h("input", { value: secret, readonly: true, "aria-label": t("secret"), onfocus: () => input.select() });
    return [h("p", {}, t("onlyOnce")), h("div", { class: "row" }, input, h("button", { type: "button", onclick: event => { input.select(); navigator.clipboard?.writeText(secret).catch(() => document.execCommand("copy")); event.target.textContent = t("copied"); } }, t("copy"))), h("div", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => close(true) }, t("done")))];
  });
}
