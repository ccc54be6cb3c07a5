// Forms for a usage, a route, a policy; each is reviewed before it is put in force.
import { adding, cmdlet, replacing } from "./cmdlets.js";
import { h } from "./dom.js";
import { field, form, words } from "./forms.js";
import { review } from "./rehearsal.js";
import { go } from "./router.js";
import { t } from "./texts.js";

const card = (title, ...content) => h("section", { class: "card" }, h("h2", {}, title), content);
const reviewed = async (script, done) => { if (await review(script, { replay: true })) done(); };

export const usageField = data => field({ name: "usage", label: t("usageName"), required: true, maxlength: 256, help: t("usageHelp"), names: ["Usage"], suggest: data.usages });

export const usageForm = (data, done) => card(t("addUsage"), form({
  name: t("addUsage"), submit: t("review"), cancel: done, fields: [usageField(data)],
  save: ({ usage }) => reviewed(cmdlet("Set-CsOnlinePstnUsage", { Identity: "Global", Usage: adding(usage) }), done),
}));

export const patterns = () => [
  { value: "\\d+", label: t("patternAll") }, { value: "^\\+1(\\d{10})$", label: t("patternNorthAmerica") },
  { value: "^\\+1(425|206)(\\d{7})$", label: t("patternAreas") }, { value: "^\\+(33|44|49)\\d+$", label: t("patternEurope") },
];

// The fields of a route; `usages` is left out where a step before has asked for the usage.
export function routeFields(data, route = {}, { usages = true } = {}) {
  const pattern = field({ name: "pattern", label: t("pattern"), value: route.NumberPattern ?? "", required: true, help: t("patternHelp"), names: ["NumberPattern"] });
  const examples = h("p", { class: "row" }, h("span", { class: "soft" }, t("patternExamples")), patterns().map(example => h("button", { type: "button", class: "small", onclick: () => { pattern.querySelector("input").value = example.value; } }, example.label)));
  const known = new Set(data.numbers.map(number => number.TelephoneNumber)), source = route.BridgeSourcePhoneNumber;
  return [
    pattern, examples,
    field({ name: "source", label: t("sourceNumber"), kind: "select", value: source ?? "", help: t("sourceHelp"), names: ["BridgeSourcePhoneNumber"], options: [
      { value: "", label: t("noNumber") }, ...data.numbers.map(number => ({ value: number.TelephoneNumber, label: `${number.TelephoneNumber} · ${number.PstnPartnerName}` })), ...(source && !known.has(source) ? [source] : [])] }),
    usages ? field({ name: "usages", label: t("usages"), kind: "checks", value: route.OnlinePstnUsages ?? [], options: data.usages, names: ["OnlinePstnUsages"] }) : null,
    field({ name: "description", label: t("description"), value: route.Description, names: ["Description"] }),
  ].filter(Boolean);
}

export function routeForm(data, name, done) {
  const route = data.routes.find(one => one.Identity === name);
  if (name && !route) return card(t("noSuchRoute", { name }));
  const verb = route ? "Set-CsOnlineVoiceRoute" : "New-CsOnlineVoiceRoute";
  const remove = route ? h("button", { type: "button", class: "danger", onclick: () => reviewed(cmdlet("Remove-CsOnlineVoiceRoute", { Identity: name }), done).catch(error => element.complain(error)) }, t("remove")) : null;
  const element = form({
    name: t("routeTitle"), submit: t("review"), cancel: done, extra: remove,
    fields: [
      route ? null : field({ name: "name", label: t("name"), required: true, maxlength: 256, names: ["Identity", "Name"] }), ...routeFields(data, route),
      field({ name: "priority", label: t("priority"), kind: "number", min: "0", value: route?.Priority ?? "", help: t("priorityHelp"), names: ["Priority"] }),
    ].filter(Boolean),
    save: given => reviewed(cmdlet(verb, {
      Identity: route?.Identity ?? given.name, NumberPattern: given.pattern, OnlinePstnUsages: route ? replacing(given.usages ?? []) : given.usages?.length ? given.usages : undefined,
      BridgeSourcePhoneNumber: given.source || (route?.BridgeSourcePhoneNumber ? null : undefined), Priority: given.priority ? Number(given.priority) : undefined,
      Description: given.description || (route?.Description ? null : undefined),
    }), done),
  });
  return card(route ? route.Identity : t("addRoute"), element);
}

export function policyForm(data, name, done) {
  const policy = data.policies.find(one => one.name === name);
  if (name && !policy) return card(t("noSuchPolicy", { name }));
  const order = field({ name: "usages", label: t("usagesInOrder"), kind: "area", value: (policy?.OnlinePstnUsages ?? []).join("\n"), help: t("usagesInOrderHelp", { usages: data.usages.join(", ") || "–" }), names: ["OnlinePstnUsages"] });
  const area = order.querySelector("textarea");
  const insert = data.usages.map(usage => h("button", { type: "button", class: "small", onclick: () => { area.value = [...words(area.value), usage].join("\n"); } }, `+ ${usage}`));
  const element = form({
    name: t("policyTitle"), submit: t("review"), cancel: done,
    fields: [policy ? null : field({ name: "name", label: t("name"), required: true, maxlength: 256, names: ["Identity"] }), order, h("p", { class: "row" }, insert), field({ name: "description", label: t("description"), value: policy?.Description, names: ["Description"] })].filter(Boolean),
    save: given => {
      const usages = words(given.usages);
      return reviewed(cmdlet(policy ? "Set-CsOnlineAudioConferencingRoutingPolicy" : "New-CsOnlineAudioConferencingRoutingPolicy", {
        Identity: policy?.name ?? given.name, OnlinePstnUsages: policy ? replacing(usages) : usages.length ? usages : undefined, Description: given.description || undefined,
      }), done);
    },
  });
  const grant = policy && policy.name !== "Global" ? h("p", {}, h("button", { type: "button", onclick: () => go("routing", "grant", { policy: policy.name }) }, t("grantPolicy"))) : null;
  return card(policy ? policy.name : t("addPolicy"), element, grant);
}
