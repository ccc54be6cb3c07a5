// The tenant's conferencing settings: who may dial out among federated and anonymous participants.
import { show } from "./api.js";
import { cmdlet, replacing, truth } from "./cmdlets.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { review } from "./rehearsal.js";
import { t, word } from "./texts.js";

// The properties that the console has fields for; what else the cmdlet shows is listed below them.
const known = ["Identity", "AllowedDialOutExternalDomains", "AllowFederatedUsersToDialOutToSelf", "AllowFederatedUsersToDialOutToThirdParty"];
const noun = "CsOnlineDialInConferencingTenantSettings";

export async function conferencing({ place, redraw }) {
  const federated = ["No", "Yes", "RequireSameEnterpriseUser"].map(value => ({ value, label: word(value) }));
  const [[now], [meeting]] = await show(`Get-${noun}`, "Get-CsTeamsMeetingPolicy -Identity Global");
  const others = Object.entries(now).filter(([name]) => !known.includes(name));
  const otherField = ([name, value]) => typeof value === "boolean" ? field({ name, label: spaced(name), kind: "checkbox", value }) : typeof value === "number" ? field({ name, label: spaced(name), kind: "number", value }) : typeof value === "string" || value === null ? field({ name, label: spaced(name), value: value ?? "" }) : null;
  const element = form({
    name: t("settings.conferencing"), submit: t("review"),
    extra: h("button", { type: "button", onclick: () => review(`Remove-${noun}`).then(applied => { if (applied) redraw(); }, error => element.complain(error)) }, t("factory")),
    fields: [
      field({ name: "self", label: t("federatedSelf"), kind: "select", value: now.AllowFederatedUsersToDialOutToSelf, options: federated, names: ["AllowFederatedUsersToDialOutToSelf"] }),
      field({ name: "third", label: t("federatedThird"), kind: "select", value: now.AllowFederatedUsersToDialOutToThirdParty, options: federated, names: ["AllowFederatedUsersToDialOutToThirdParty"] }),
      field({ name: "domains", label: t("domains"), kind: "area", value: now.AllowedDialOutExternalDomains.join("\n"), help: t("domainsHelp"), names: ["AllowedDialOutExternalDomains"] }),
      field({ name: "anonymous", label: t("anonymousMay"), kind: "checkbox", value: meeting.AllowAnonymousUsersToDialOut, names: ["AllowAnonymousUsersToDialOut"] }),
      others.length ? h("details", {}, h("summary", {}, t("moreSettings", { count: others.length })), others.map(otherField)) : null,
    ].filter(Boolean),
    save: async given => {
      const domains = words(given.domains), changes = {
        AllowFederatedUsersToDialOutToSelf: given.self !== now.AllowFederatedUsersToDialOutToSelf ? given.self : undefined,
        AllowFederatedUsersToDialOutToThirdParty: given.third !== now.AllowFederatedUsersToDialOutToThirdParty ? given.third : undefined,
        AllowedDialOutExternalDomains: domains.join() !== now.AllowedDialOutExternalDomains.join() ? replacing(domains) : undefined, ...changesOf(others, given),
      };
      const script = [
        Object.values(changes).some(value => value !== undefined) ? cmdlet(`Set-${noun}`, { Identity: "Global", ...changes }) : null,
        given.anonymous !== meeting.AllowAnonymousUsersToDialOut ? cmdlet("Set-CsTeamsMeetingPolicy", { Identity: "Global", AllowAnonymousUsersToDialOut: truth(given.anonymous) }) : null,
      ].filter(Boolean).join("\n");
      if (!script) return tell(t("noDifference"));
      if (await review(script, { replay: true })) redraw();
    },
  });
  put(place, h("section", { class: "card" }, h("h2", {}, t("settings.conferencing")), element));
}

const spaced = name => name.replace(/([a-z])([A-Z])/g, "$1 $2");

const changesOf = (others, given) => Object.fromEntries(others.filter(([name]) => name in given).map(([name, before]) => {
  const value = given[name];
  if (typeof before === "boolean") return [name, value === before ? undefined : truth(value)];
  if (typeof before === "number") return [name, Number(value) === before ? undefined : Number(value)];
  return [name, value === (before ?? "") ? undefined : value || null];
}));
