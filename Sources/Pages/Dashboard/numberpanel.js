// One number: onto the bridge, its languages, the bridge's default; off the bridge and back to its operator in the documented order.
import { show } from "./api.js";
import { cmdlet, cmdletBox } from "./cmdlets.js";
import { attempt } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { review } from "./rehearsal.js";
import { link } from "./router.js";
import { t, word } from "./texts.js";
import { country } from "./times.js";

export function numberPanel(number, { close, changed }) {
  const body = h("div", { class: "stack" });
  const element = h("section", { class: "panel", "aria-label": t("oneNumber"), onkeydown: event => { if (event.key === "Escape") close(); } },
    h("header", {}, h("h2", { tabindex: "-1" }, number), h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "✕")), body);
  read(number).then(found => put(body, content(found, changed)), error => put(body, h("p", { class: "alert", role: "alert" }, error.message)));
  return element;
}

async function read(number) {
  const [[found], [bridge], routes, languages] = await show(cmdlet("Get-CsPhoneNumberAssignment", { TelephoneNumber: number }), "Get-CsOnlineDialInConferencingBridge",
    "Get-CsOnlineVoiceRoute", "Get-CsOnlineDialInConferencingLanguagesSupported");
  if (!found) throw new Error(t("noSuchNumber", { number }));
  const isOnBridge = found.PstnAssignmentStatus === "ConferenceAssigned";
  const service = isOnBridge ? (await show(cmdlet("Get-CsOnlineDialInConferencingServiceNumber", { Identity: number })))[0][0] : null;
  return { number: found, bridge, languages, service, isOnBridge, routes: routes.filter(route => route.BridgeSourcePhoneNumber === number) };
}

function content({ number, bridge, languages, service, isOnBridge, routes }, changed) {
  const apply = (script, options) => async () => { if (await review(script, options)) changed(); };
  const isOwn = number.NumberType === "CallingPlan", isDefault = String(bridge?.DefaultServiceNumber ?? "") === number.TelephoneNumber.slice(1);
  const takesBridge = number.PstnAssignmentStatus === "Unassigned" && number.Capability.includes("ConferenceAssignment");
  return [
    h("dl", { class: "facts" }, [["provider", number.PstnPartnerName], ["filter.state", word(number.PstnAssignmentStatus)], ["numberType", word(number.NumberType)], ["capability", number.Capability.map(word).join(", ")],
      ["countryOrRegion", [number.City, country(number.IsoCountryCode)].filter(Boolean).join(", ")], ["languages", service ? [service.PrimaryLanguage, ...service.SecondaryLanguages].filter(Boolean).join(", ") || t("byCountry") : null],
      ["usedBy", routes.length ? h("span", {}, routes.map(route => h("a", { class: "tag", href: link("routing", ["route", route.Identity]) }, route.Identity))) : null]]
      .filter(([, value]) => value).map(([name, value]) => [h("dt", {}, t(name)), h("dd", {}, value)])),
    takesBridge ? h("section", {}, h("h3", {}, t("assignTitle")), h("p", {}, h("button", { type: "button", class: "primary", onclick: attempt(apply(register(number.TelephoneNumber, bridge), { done: t("onBridge") })) }, t("assignToBridge")))) : null,
    isOnBridge ? languageForm(number, service, languages, changed) : null,
    isOnBridge && isOwn && !isDefault ? h("p", {}, h("button", { type: "button", onclick: attempt(apply(cmdlet("Set-CsOnlineDialInConferencingBridge", { Identity: bridge.Identity, DefaultServiceNumber: number.TelephoneNumber }))) }, t("makeBridgeDefault"))) : null,
    isOnBridge && !isOwn ? h("p", { class: "soft" }, t("notBridgeDefault")) : null,
    isOwn ? null : release(number, { bridge, isOnBridge, routes, apply, changed }),
  ].filter(Boolean);
}

export const register = (number, bridge) => cmdlet("Register-CsOnlineDialInConferencingServiceNumber", { Identity: number, BridgeName: bridge?.Name ?? "Conference Bridge" });

function languageForm(number, service, languages, changed) {
  const options = languages.map(language => ({ value: language.Code, label: language.Name }));
  return h("details", {}, h("summary", {}, t("changeLanguages")), form({
    name: t("changeLanguages"), submit: t("review"),
    fields: [
      field({ name: "primary", label: t("primaryLanguage"), kind: "select", value: service?.PrimaryLanguage ?? "", options: [{ value: "", label: t("byCountry") }, ...options], names: ["PrimaryLanguage"] }),
      field({ name: "secondary", label: t("secondaryLanguages"), kind: "checks", value: service?.SecondaryLanguages ?? [], options, help: t("secondaryHelp"), names: ["SecondaryLanguages"] }),
    ],
    save: async ({ primary, secondary = [] }) => {
      const identity = { Identity: number.TelephoneNumber }, none = !primary && !secondary.length;
      const script = cmdlet("Set-CsOnlineDialInConferencingServiceNumber", none ? { ...identity, RestoreDefaultLanguages: true } : { ...identity, PrimaryLanguage: primary || undefined, SecondaryLanguages: secondary.length ? secondary : null });
      if (await review(script)) changed();
    },
  }));
}

// Everybody who has the number as a default gets another one, and their invites are written anew.
const replaceForm = (number, bridge, changed) => h("details", {}, h("summary", {}, t("replaceDefault")), form({
  name: t("replaceDefault"), submit: t("review"),
  fields: [field({ name: "to", label: t("replaceBy"), required: true, names: ["ToNumber"], placeholder: "+1 425 555 0100" }), field({ name: "migrate", label: t("migrateToo"), kind: "checkbox", value: true })],
  save: async ({ to, migrate }) => {
    const script = cmdlet("Set-CsOnlineDialInConferencingUserDefaultNumber", { FromNumber: number.TelephoneNumber, ToNumber: to, NumberType: number.Capability.includes("TollFree") ? "TollFree" : "Toll", BridgeName: bridge.Name, RescheduleMeetings: migrate });
    if (await review(script)) changed();
  },
}));

// Domain order: nobody's default any more, no invite that waits for migration, off the bridge, then the operator takes it back.
function release(number, { bridge, isOnBridge, routes, apply, changed }) {
  const unregister = cmdlet("Unregister-CsOnlineDialInConferencingServiceNumber", { Identity: number.TelephoneNumber, BridgeName: bridge?.Name });
  const order = cmdlet("New-CsOnlineTelephoneNumberReleaseOrder", { TelephoneNumber: number.TelephoneNumber });
  const step = (title, ...more) => h("li", {}, h("strong", {}, title), h("div", {}, more));
  return h("section", {}, h("h3", {}, t("releaseTitle")), h("ol", { class: "release" },
    step(t("releaseDefaults"), h("span", { class: "soft" }, t("releaseDefaultsHelp")), " ", h("a", { href: link("users", [], { number: number.TelephoneNumber }) }, t("nav.users")), replaceForm(number, bridge, changed)),
    step(t("releaseRoutes"), routes.length ? routes.map(route => h("a", { class: "tag", href: link("routing", ["route", route.Identity]) }, route.Identity)) : h("span", { class: "good" }, t("noRouteUses"))),
    step(t("releaseUnassign"), isOnBridge ? h("button", { type: "button", onclick: attempt(apply(unregister, { done: t("offBridge") })) }, t("unassign")) : h("span", { class: "good" }, t("notOnBridge"))),
    step(t("releaseAsk"), h("button", { type: "button", class: "danger", onclick: attempt(apply(order, { done: t("releaseAsked") })) }, t("askRelease")), h("p", { class: "soft" }, t("releaseAskHelp")))),
  cmdletBox(isOnBridge ? unregister : order));
}
