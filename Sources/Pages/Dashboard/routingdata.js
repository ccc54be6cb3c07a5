// What there is of routing, read by cmdlets of one moment.
import { getIfThere, show } from "./api.js";
import { tenantPath } from "./session.js";

export async function readRouting(signal) {
  const [[usages, routes, policies, grants, numbers, users], lint] = await Promise.all([
    show("Get-CsOnlinePstnUsage", "Get-CsOnlineVoiceRoute", "Get-CsOnlineAudioConferencingRoutingPolicy", "Get-CsGroupPolicyAssignment -PolicyType OnlineAudioConferencingRoutingPolicy",
      "Get-CsPhoneNumberAssignment -PstnAssignmentStatus ConferenceAssigned -Top 1000", `Get-CsOnlineUser -Filter "OnlineAudioConferencingRoutingPolicy -like '*'" -ResultSize 200`),
    getIfThere(tenantPath("/lint"), {}, signal),
  ]);
  return {
    usages: usages[0]?.Usage ?? [], routes, policies: policies.map(policy => ({ ...policy, name: policy.Identity.replace(/^Tag:/, "") })), grants,
    // Only what an operator provided, on the bridge and not toll-free, may be a route's caller ID.
    numbers: numbers.filter(number => number.NumberType !== "CallingPlan" && !number.Capability.includes("TollFree")),
    users, findings: lint?.findings ?? [], moreFindings: lint?.more ?? 0,
  };
}

export const findingsOf = (data, object) => data.findings.filter(finding => finding.object.toLowerCase() === object.toLowerCase());
