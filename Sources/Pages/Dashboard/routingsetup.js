// «Sending outbound calls through an operator» in its four steps: a usage, a route, a policy, a grant; one script, put in force at once.
import { adding, cmdlet } from "./cmdlets.js";
import { h } from "./dom.js";
import { field } from "./forms.js";
import { grantFields, grantScript } from "./grants.js";
import { review } from "./rehearsal.js";
import { routeFields, usageField } from "./routingforms.js";
import { link } from "./router.js";
import { t } from "./texts.js";
import { wizard } from "./wizard.js";

export function routingSetup(data, done) {
  const state = {};
  return wizard({
    name: t("fourSteps"), state, submit: t("review"), cancel: done,
    steps: [
      { title: t("stepUsage"), text: t("stepUsageHelp"), fields: () => prefilled(usageField(data), state.usage ?? "International") },
      { title: t("stepRoute"), text: data.numbers.length ? t("stepRouteHelp") : null, fields: () => [
        data.numbers.length ? null : h("p", { class: "alert" }, t("noSourceNumbers"), " ", h("a", { href: link("numbers") }, t("nav.numbers"))),
        field({ name: "route", label: t("routeName"), required: true, value: state.route ?? state.usage, names: ["Identity"] }),
        ...routeFields(data, { NumberPattern: state.pattern ?? "\\d+", BridgeSourcePhoneNumber: state.source ?? data.numbers[0]?.TelephoneNumber, Description: state.description }, { usages: false })].filter(Boolean) },
      { title: t("stepPolicy"), text: t("stepPolicyHelp"), fields: () => field({ name: "policy", label: t("policyName"), required: true, value: state.policy ?? `${state.usage} Policy`, names: ["Identity", "PolicyName"] }) },
      { title: t("stepGrant"), text: t("stepGrantHelp"), fields: () => grantFields(state) },
    ],
    finish: async given => { if (await review(script(data, given), { replay: true })) done(); },
  });
}

const prefilled = (box, value) => {
  box.querySelector("input").value = value;
  return box;
};

const isIn = (names, name) => names.some(known => known.toLowerCase() === name.toLowerCase());

function script(data, given) {
  const { usage, route, policy, pattern, source, description } = given;
  return [
    isIn(data.usages, usage) ? null : cmdlet("Set-CsOnlinePstnUsage", { Identity: "Global", Usage: adding(usage) }),
    cmdlet("New-CsOnlineVoiceRoute", { Identity: route, NumberPattern: pattern, OnlinePstnUsages: [usage], BridgeSourcePhoneNumber: source || undefined, Description: description || undefined }),
    isIn(data.policies.map(one => one.name), policy) ? null : cmdlet("New-CsOnlineAudioConferencingRoutingPolicy", { Identity: policy, OnlinePstnUsages: [usage] }),
    grantScript(given),
  ].filter(Boolean).join("\n");
}
