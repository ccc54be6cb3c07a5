// Which tenants have an operator, as the operator sees it: contact, size, countries; accept, decline, terminate.
import { call } from "./api.js";
import { confirm, tell } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./forms.js";
import { link } from "./router.js";
import { t, word } from "./texts.js";
import { count, countries, timeElement } from "./times.js";

const kinds = { accepted: "good", declined: "bad", terminated: "bad" };

export function consents(told, path) {
  if (!told.consents.length) return h("p", { class: "empty" }, t("noConsents"));
  return h("ul", { class: "items" }, told.consents.map(one => item(one, path)));
}

function item(one, path) {
  const status = one.agreement?.status;
  const state = h("span", { class: `badge ${kinds[status] ?? "plain"}` }, status ? word(status) : t("noWordYet"));
  const act = (wanted, label) => h("button", { type: "button", class: "small", "aria-label": `${label}: ${one.tenant}`, onclick: () => {
    const reason = wanted === "accepted" ? null : field({ name: "reason", label: t("reason"), required: true });
    confirm(label, t("consentText", { tenant: one.displayName }), label, async () => {
      const text = reason?.querySelector("input").value.trim();
      await call("PATCH", `${path}/consents/${encodeURIComponent(one.tenant)}`, { body: { status: wanted, ...(text ? { reason: text } : {}) } });
      state.textContent = word(wanted);
      state.className = `badge ${kinds[wanted]}`;
      tell(t("saved"));
    }, { danger: wanted !== "accepted", more: [reason].filter(Boolean) });
  } }, label);
  return h("li", {}, h("div", {}, h("strong", {}, `${one.displayName} (${one.tenant})`), " ", state, one.status === "suspended" ? h("span", { class: "badge warn" }, word("suspended")) : null, one.agreement?.reason ? h("span", { class: "soft" }, ` ${one.agreement.reason}`) : null,
    h("div", { class: "soft" }, [`${one.contact.fullName}, ${one.contact.email}`, one.contact.phone, one.companySize, countries(one.countries)].filter(Boolean).join(" · "), " · ", h("a", { href: link("numbers", [], { tenant: one.tenant }) }, t("numbersShown", { count: count(one.numbers) })), " ", timeElement(one.since))),
  h("span", { class: "row" }, act("accepted", t("accept")), act("declined", t("decline")), act("terminated", t("terminate"))));
}
