// Which tenants have an operator, as the operator sees it: contact, size, countries; accept, decline, terminate.
import { call } from "./api.js";
import { confirm, tell } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./forms.js";
import { t, word } from "./texts.js";
import { countries, timeElement } from "./times.js";

export function consents(told, path) {
  const rows = told.consents ?? told.rows ?? [];
  if (!rows.length) return h("p", { class: "empty" }, t("noConsents"));
  return h("ul", { class: "items" }, rows.map(one => item(one, path)));
}

function item(one, path) {
  const tenant = one.tenant?.id ?? one.tenant ?? one.tenantId, state = h("span", { class: "badge" }, word(one.status));
  const act = (status, label) => h("button", { type: "button", class: "small", "aria-label": `${label}: ${tenant}`, onclick: () => {
    const reason = field({ name: "reason", label: t("reasonOptional") });
    confirm(label, t("consentText", { tenant }), label, async () => {
      const text = reason.querySelector("input").value.trim();
      await call("PATCH", `${path}/consents/${encodeURIComponent(tenant)}`, { body: { status, ...(text ? { reason: text } : {}) } });
      state.textContent = word(status);
      tell(t("saved"));
    }, { danger: status !== "accepted", more: [reason] });
  } }, label);
  return h("li", {}, h("div", {}, h("strong", {}, tenant), " ", state,
    h("div", { class: "soft" }, [one.contact && `${one.contact.fullName}, ${one.contact.email}`, one.contact?.phone, one.companySize, one.countries && countries(one.countries)].filter(Boolean).join(" · "), " ", timeElement(one.since ?? one.createdAt))),
  h("span", { class: "row" }, act("accepted", t("accept")), act("declined", t("decline")), act("terminated", t("terminate"))));
}
