// «What would happen if …»: an organizer and a number, decided without dialling, told as sentences.
import { call } from "./api.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { note, place } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { dialog } from "./dialogs.js";

export function tryOut({ organizer = "", number = "", keep = false } = {}) {
  const result = h("div", { class: "verdict-place", "aria-live": "polite" });
  const element = form({
    name: t("tryTitle"), submit: t("tryIt"),
    fields: [
      field({ name: "organizer", label: t("organizer"), value: organizer, required: true, placeholder: "alice@contoso.example" }),
      field({ name: "number", label: t("number"), value: number, required: true, placeholder: "+1 425 555 0123" }),
      field({ name: "requestedBy", label: t("requestedBy"), help: t("requestedByHelp") }),
    ],
    save: async given => {
      if (keep) note({ ...place().query, organizer: given.organizer, number: given.number });
      const { body } = await call("POST", tenantPath("/route-tests"), { body: Object.fromEntries(Object.entries(given).filter(([, text]) => text)) });
      put(result, [verdict(body)]);
    },
  });
  return h("section", { class: "card tryout" }, h("h2", {}, t("tryTitle")), h("p", { class: "soft" }, t("tryHelp")), element, result);
}

export function verdict(decision) {
  const kind = { route: "good", serviceCarrier: "warn", refuse: "bad" }[decision.verdict];
  const way = decision.routes?.find(route => route.usable);
  const line = decision.verdict === "route" && way ? t("wouldRoute", { operator: way.operator ?? way.gateway, callerId: way.callerId })
    : decision.verdict === "serviceCarrier" ? t("wouldCarry") : t("wouldRefuse", { reason: word(decision.reason) });
  return [
    h("p", { class: `verdict ${kind}` }, line),
    h("ol", { class: "because" }, decision.because.map(sentence => h("li", {}, sentence))),
    h("p", { class: "soft" }, t("decidedBy", { version: decision.configVersion })),
  ];
}

export const tryAnywhere = given => dialog(t("tryTitle"), () => tryOut(given), { wide: true });
