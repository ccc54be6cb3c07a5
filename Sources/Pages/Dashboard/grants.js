// A policy for one user, for a group, or for everybody.
import { cmdlet } from "./cmdlets.js";
import { h } from "./dom.js";
import { field, form } from "./forms.js";
import { review } from "./rehearsal.js";
import { t } from "./texts.js";

const verb = "Grant-CsOnlineAudioConferencingRoutingPolicy";
export const grantGlobally = policy => cmdlet(verb, { Global: true, PolicyName: policy });
export const removeGroupGrant = group => cmdlet("Remove-CsGroupPolicyAssignment", { GroupId: group, PolicyType: "OnlineAudioConferencingRoutingPolicy" });

// The cmdlet of what stands in the fields of ``grantFields``.
export const grantScript = ({ to, user, group, rank, policy }) => to === "all" ? grantGlobally(policy)
  : to === "group" ? cmdlet("New-CsGroupPolicyAssignment", { GroupId: group, PolicyType: "OnlineAudioConferencingRoutingPolicy", PolicyName: policy, Rank: rank ? Number(rank) : undefined })
  : cmdlet(verb, { Identity: user, PolicyName: policy });

export function grantFields({ user = "" } = {}) {
  const whom = {
    user: field({ name: "user", label: t("userName"), value: user, placeholder: "alice@contoso.example", names: ["Identity"] }),
    group: h("div", {}, field({ name: "group", label: t("groupName"), names: ["GroupId"] }), field({ name: "rank", label: t("rank"), kind: "number", min: "1", help: t("rankHelp"), names: ["Rank"] })),
  };
  const choice = field({ name: "to", label: t("grantTo"), kind: "select", value: "user", options: [{ value: "user", label: t("oneUser") }, { value: "group", label: t("oneGroup") }, { value: "all", label: t("everybody") }] });
  const select = choice.querySelector("select"), show = () => { for (const [name, box] of Object.entries(whom)) box.hidden = name !== select.value; };
  select.addEventListener("change", show);
  show();
  return [choice, whom.user, whom.group];
}

export const grantForm = (data, query, done) => h("section", { class: "card" }, h("h2", {}, t("grantPolicy")), form({
  name: t("grantPolicy"), submit: t("review"), cancel: done,
  fields: [
    field({ name: "policy", label: t("policy"), kind: "select", value: query.policy, options: data.policies.filter(policy => policy.name !== "Global").map(policy => policy.name), names: ["PolicyName"], required: true }),
    ...grantFields(query),
  ],
  save: async given => { if (await review(grantScript(given), { replay: true })) done(); },
}));
