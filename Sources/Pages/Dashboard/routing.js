// Usages, routes, policies and grants in the order in which a call meets them, with «try a number» beside.
import { cmdlet, removing } from "./cmdlets.js";
import { attempt } from "./dialogs.js";
import { h, put } from "./dom.js";
import { grantForm, grantGlobally, removeGroupGrant } from "./grants.js";
import { lintList } from "./lint.js";
import { review } from "./rehearsal.js";
import { go, link } from "./router.js";
import { findingsOf, readRouting } from "./routingdata.js";
import { policyForm, routeForm, usageForm } from "./routingforms.js";
import { routingSetup } from "./routingsetup.js";
import { routeList } from "./routelist.js";
import { t } from "./texts.js";
import { tryOut } from "./tryout.js";

export default async function routing({ content, rest, query, signal, redraw }) {
  const data = await readRouting(signal);
  if (signal.aborted) return;
  const back = () => go("routing");
  const saved = script => async () => { if (await review(script, { replay: true })) redraw(); };
  const [part, name] = rest;
  const forms = {
    setup: () => routingSetup(data, back), usage: () => usageForm(data, back), grant: () => grantForm(data, query, back),
    route: () => routeForm(data, name, back), policy: () => policyForm(data, name, back),
  };
  if (forms[part]) {
    const element = forms[part]();
    put(content, h("p", {}, h("a", { href: link("routing") }, `← ${t("nav.routing")}`)), h("div", { class: "split try" }, element, tryOut(query)));
    return;
  }
  const add = (where, label) => h("a", { class: "button small", href: link("routing", where) }, label);
  put(content,
    h("p", { class: "row" }, h("a", { class: "button primary", href: link("routing", "setup") }, t("fourSteps")), h("span", { class: "soft" }, t("fourStepsHelp"))),
    h("div", { class: "split try" },
      h("div", { class: "stack" },
        data.findings.length ? h("section", { class: "card" }, h("h2", {}, t("lintTitle")), lintList(data.findings, data.moreFindings)) : null,
        card(t("usages"), t("usagesHelp"), add("usage", t("addUsage")), usageList(data, saved)),
        card(t("routes"), t("routesHelp"), add("route", t("addRoute")), routeList(data, redraw)),
        card(t("policies"), t("policiesHelp"), add("policy", t("addPolicy")), policyList(data, saved)),
        card(t("grants"), t("grantsHelp"), add("grant", t("grantPolicy")), grantList(data, saved))),
      tryOut({ ...query, keep: true })));
}

const card = (title, help, action, list) => h("section", { class: "card" }, h("header", { class: "row between" }, h("h2", {}, title), action), h("p", { class: "soft" }, help), list);
const none = text => h("p", { class: "empty" }, text);
const remark = findings => findings.length ? lintList(findings) : null;

function usageList(data, saved) {
  if (!data.usages.length) return none(t("noUsages"));
  return h("ol", { class: "items" }, data.usages.map(usage => h("li", {},
    h("div", {}, h("strong", {}, usage), h("span", { class: "soft" }, ` ${t("routesOfUsage", { count: data.routes.filter(route => route.OnlinePstnUsages.some(name => name.toLowerCase() === usage.toLowerCase())).length })}`), remark(findingsOf(data, `usage ${usage}`))),
    h("button", { type: "button", class: "small", "aria-label": t("removeNamed", { name: usage }), onclick: attempt(saved(cmdlet("Set-CsOnlinePstnUsage", { Identity: "Global", Usage: removing(usage) }))) }, t("remove")))));
}

function policyList(data, saved) {
  return h("ul", { class: "items" }, data.policies.map(policy => h("li", {},
    h("div", {}, h("a", { href: link("routing", ["policy", policy.name]) }, policy.name), policy.Description ? h("span", { class: "soft" }, ` ${policy.Description}`) : null,
      h("div", { class: "chain" }, policy.OnlinePstnUsages.length ? policy.OnlinePstnUsages.map((usage, at) => [at ? " → " : null, h("span", { class: "tag" }, usage)]) : h("span", { class: "soft" }, t("noUsagesInPolicy"))), remark(findingsOf(data, `policy ${policy.name}`))),
    policy.name === "Global" ? null : h("button", { type: "button", class: "small", "aria-label": t("removeNamed", { name: policy.name }), onclick: attempt(saved(cmdlet("Remove-CsOnlineAudioConferencingRoutingPolicy", { Identity: policy.name }))) }, t("remove")))));
}

function grantList(data, saved) {
  const global = data.policies.find(policy => policy.name === "Global");
  return h("ul", { class: "items" },
    h("li", {}, h("div", {}, h("strong", {}, t("everybody")), h("div", { class: "soft" }, global?.OnlinePstnUsages.length ? t("globalUsages", { usages: global.OnlinePstnUsages.join(", ") }) : t("noUsagesInPolicy"))),
      global?.OnlinePstnUsages.length ? h("button", { type: "button", class: "small", onclick: attempt(saved(grantGlobally(null))) }, t("takeBack")) : null),
    data.grants.map(grant => h("li", {}, h("div", {}, h("strong", {}, t("groupNamed", { name: grant.GroupId })), h("div", { class: "soft" }, `${grant.PolicyName} · ${t("rank")} ${grant.Rank}`)),
      h("button", { type: "button", class: "small", "aria-label": t("takeBackFrom", { name: grant.GroupId }), onclick: attempt(saved(removeGroupGrant(grant.GroupId))) }, t("takeBack")))),
    data.users.map(user => h("li", {}, h("div", {}, h("a", { href: link("users", user.UserPrincipalName) }, user.DisplayName || user.UserPrincipalName), h("div", { class: "soft" }, `${user.UserPrincipalName} · ${user.OnlineAudioConferencingRoutingPolicy}`)),
      h("button", { type: "button", class: "small", "aria-label": t("takeBackFrom", { name: user.UserPrincipalName }), onclick: attempt(saved(cmdlet("Grant-CsOnlineAudioConferencingRoutingPolicy", { Identity: user.UserPrincipalName, PolicyName: null }))) }, t("takeBack")))));
}
