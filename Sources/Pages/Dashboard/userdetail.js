// One user: licences and groups, policies and where each comes from, default numbers and what an invite would show, a number to try.
import { call, getIfThere, show } from "./api.js";
import { cmdlet } from "./cmdlets.js";
import { attempt, confirm, dialog, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { review } from "./rehearsal.js";
import { go, link } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { country } from "./times.js";
import { tryOut } from "./tryout.js";
import { bothVersions } from "./versions.js";

const allLicences = ["OperatorConnectConferencing", "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "CommunicationsCredits"];
const path = upn => tenantPath(`/users/${encodeURIComponent(upn)}`);

export async function userDetail(content, upn, signal, redraw) {
  const who = { Identity: upn };
  const [{ body: user, tag }, [assignments, policies, dialOut, services, settings]] = await Promise.all([
    call("GET", path(upn), { signal }),
    show(cmdlet("Get-CsUserPolicyAssignment", who), "Get-CsOnlineAudioConferencingRoutingPolicy", "Get-CsOnlineDialOutPolicy", "Get-CsOnlineDialInConferencingServiceNumber", `${cmdlet("Get-CsOnlineDialInConferencingUser", who)} -ErrorAction SilentlyContinue`),
  ]);
  const card = (title, ...parts) => h("section", { class: "card" }, h("h2", {}, title), parts);
  put(content, h("p", {}, h("a", { href: link("users") }, `← ${t("nav.users")}`)), h("div", { class: "split try" }, h("div", { class: "stack" },
    card(user.displayName || user.upn,
      h("dl", { class: "facts" }, [["userName", user.upn], ["location", user.usageLocation ? country(user.usageLocation) : t("ofTenant")], ["licences", user.licences.map(word).join(", ") || t("none")], ["groups", user.groups.join(", ") || t("none")], ["conferencing", user.audioConferencingEnabled ? t("on") : t("off")]]
        .map(([name, value]) => [h("dt", {}, t(name)), h("dd", {}, value)])),
      h("div", { class: "actions" }, h("button", { type: "button", class: "primary", onclick: () => edit(user, tag, redraw) }, t("edit")),
        h("a", { class: "button", href: link("calls", [], { organizer: user.upn }) }, t("itsCalls")), h("button", { type: "button", class: "danger", onclick: () => remove(user) }, t("removeUser")))),
    card(t("policiesOfUser"), policyTable(assignments), policyForm(user, policies, dialOut, redraw)),
    card(t("defaultNumbers"), defaults(user, settings?.[0], services, redraw))), tryOut({ organizer: user.upn })));
}

function policyTable(assignments) {
  const types = ["OnlineAudioConferencingRoutingPolicy", "OnlineDialOutPolicy", "TenantDialPlan"];
  return h("dl", { class: "facts" }, types.map(type => {
    const found = assignments.find(one => one.PolicyType === type), source = found?.PolicySource[0];
    return [h("dt", {}, word(type)), h("dd", {}, found ? found.PolicyName : "Global", " ", h("span", { class: "soft" }, !source ? t("fromGlobal") : source.AssignmentType === "Direct" ? t("fromDirect") : t("fromGroup", { name: source.Reference })))];
  }));
}

function policyForm(user, policies, dialOut, redraw) {
  const plain = policy => policy.Identity.replace(/^Tag:/, ""), named = list => list.map(plain).filter(name => name !== "Global");
  const now = { routing: user.grants.audioConferencingRoutingPolicy ?? "", dialOut: user.grants.dialOutPolicy ?? "" }, none = { value: "", label: t("noDirectGrant") };
  return form({
    name: t("directGrants"), submit: t("review"),
    fields: [
      field({ name: "routing", label: t("routingPolicy"), kind: "select", value: now.routing, options: [none, ...named(policies)], names: ["PolicyName"] }),
      field({ name: "dialOut", label: t("dialOutPolicy"), kind: "select", value: now.dialOut, options: [none, ...named(dialOut)] }),
    ],
    save: async given => {
      const script = [
        given.routing !== now.routing ? cmdlet("Grant-CsOnlineAudioConferencingRoutingPolicy", { Identity: user.upn, PolicyName: given.routing || null }) : null,
        given.dialOut !== now.dialOut ? cmdlet("Grant-CsDialoutPolicy", { Identity: user.upn, PolicyName: given.dialOut || null }) : null,
      ].filter(Boolean).join("\n");
      if (!script) return tell(t("noDifference"));
      if (await review(script, { replay: true })) redraw();
    },
  });
}

// What new invites of the user show; those that went out keep theirs.
function defaults(user, settings, services, redraw) {
  const digits = text => text ? `+${String(text).replace(/^\+/, "")}` : "";
  const own = user.conferencing ?? {}, toll = digits(own.serviceNumber), tollFree = digits(own.tollFreeServiceNumber), none = { value: "", label: t("bridgeChooses") };
  const of = type => [none, ...services.filter(service => service.Type === type).map(service => service.Identity)];
  return [
    h("p", { class: "soft" }, t("defaultNumbersHelp")),
    h("dl", { class: "facts" }, h("dt", {}, t("inviteShows")), h("dd", {}, [digits(settings?.ServiceNumber), digits(settings?.TollFreeServiceNumber)].filter(Boolean).join(", ") || t("none"))),
    form({
      name: t("defaultNumbers"), submit: t("review"), extra: h("button", { type: "button", onclick: attempt(async () => { if (await review(cmdlet("Start-CsExMeetingMigration", { Identity: user.upn }), { done: t("migrated") })) redraw(); }) }, t("migrateInvites")),
      fields: [
        field({ name: "toll", label: t("tollNumber"), kind: "select", value: toll, options: of("Toll"), names: ["ServiceNumber"] }),
        field({ name: "tollFree", label: t("tollFreeNumber"), kind: "select", value: tollFree, options: of("TollFree"), names: ["TollFreeServiceNumber"] }),
      ],
      save: async given => {
        const changes = { ServiceNumber: given.toll !== toll ? given.toll || null : undefined, TollFreeServiceNumber: given.tollFree !== tollFree ? given.tollFree || null : undefined };
        if (changes.ServiceNumber === undefined && changes.TollFreeServiceNumber === undefined) return tell(t("noDifference"));
        if (await review(cmdlet("Set-CsOnlineDialInConferencingUser", { Identity: user.upn, ...changes }))) redraw();
      },
    }),
  ];
}

const userFields = user => [
  field({ name: "displayName", label: t("displayName"), value: user.displayName, autocomplete: "off" }),
  field({ name: "usageLocation", label: t("location"), value: user.usageLocation ?? "", maxlength: 2, placeholder: "US", help: t("locationHelp") }),
  field({ name: "licences", label: t("licences"), kind: "checks", value: user.licences ?? [], options: allLicences.map(value => ({ value, label: word(value) })) }),
  field({ name: "groups", label: t("groups"), value: (user.groups ?? []).join(", "), help: t("groupsHelp") }),
  field({ name: "audioConferencingEnabled", label: t("conferencingOn"), kind: "checkbox", value: user.audioConferencingEnabled ?? true }),
];

const bodyOf = given => ({
  displayName: given.displayName, licences: given.licences ?? [], groups: words(given.groups), audioConferencingEnabled: given.audioConferencingEnabled,
  ...(given.usageLocation ? { usageLocation: given.usageLocation.toUpperCase() } : {}),
});

async function edit(user, tag, redraw) {
  const saved = await dialog(t("editNamed", { name: user.displayName || user.upn }), close => {
    const element = form({
      name: t("edit"), cancel: () => close(), fields: userFields(user),
      save: async given => {
        const body = bodyOf(given);
        try { await call("PUT", path(user.upn), { body, match: tag }); } catch (error) {
          if (error.status !== 412) throw error;
          const now = await call("GET", path(user.upn));
          tag = now.tag;
          return bothVersions(element, now.body, body);
        }
        close(true);
      },
    });
    return element;
  });
  if (!saved) return;
  tell(t("saved"));
  redraw();
}

async function remove(user) {
  if (!await confirm(t("removeUserTitle", { name: user.upn }), t("removeUserText"), t("removeUser"), () => call("DELETE", path(user.upn)))) return;
  tell(t("saved"));
  go("users");
}

export function newUser(content) {
  put(content, h("p", {}, h("a", { href: link("users") }, `← ${t("nav.users")}`)), h("section", { class: "card" }, h("h2", {}, t("newUser")), form({
    name: t("newUser"), cancel: () => go("users"), fields: [field({ name: "upn", label: t("userName"), required: true, placeholder: "alice@contoso.example" }), ...userFields({})],
    save: async given => {
      if (await getIfThere(path(given.upn))) throw Object.assign(new Error(t("userExists", { name: given.upn })), { field: "upn" });
      await call("PUT", path(given.upn), { body: bodyOf(given) });
      tell(t("saved"));
      go("users", given.upn);
    },
  })));
}
