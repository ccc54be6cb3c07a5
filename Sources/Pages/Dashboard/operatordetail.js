// One of the tenant's operators: status, countries, contact; suspend, resume, remove with all that stands in the way.
import { call, get, getIfThere } from "./api.js";
import { confirm, dialog, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { form } from "./forms.js";
import { mine } from "./operatorlists.js";
import { contactFields, countriesOf, countryField } from "./operatorsetup.js";
import { go, link } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { countries } from "./times.js";
import { bothVersions } from "./versions.js";

export async function operatorDetail(place, id, signal, redraw) {
  const [operator, own] = await Promise.all([get(`/v1/operators/${encodeURIComponent(id)}`, {}, signal), mine(signal)]);
  const relation = own.find(one => one.operatorID === id);
  put(place, h("section", { class: "card" }, h("h2", { tabindex: "-1" }, operator.name),
    h("p", {}, operator.products.map(product => h("span", { class: "tag" }, word(product))), " ", h("span", { class: "soft" }, t("serves", { countries: countries(operator.countries) }))),
    relation ? ofTenant(operator, relation, redraw) : [h("p", {}, t("notMine")), h("p", {}, h("a", { class: "button primary", href: link("operators", [id, "add"]) }, t("setUp")))]));
}

function ofTenant(operator, relation, redraw) {
  const isActive = relation.status === "active", contact = relation.contact;
  const change = body => call("PATCH", path(relation), { body }).then(() => { tell(t("saved")); redraw(); });
  return [
    h("p", { class: "row" }, h("span", { class: `badge ${isActive ? "good" : "warn"}` }, word(relation.status)),
      relation.agreement ? h("span", { class: "soft" }, t("operatorSays", { word: word(relation.agreement.status), reason: relation.agreement.reason ?? "" })) : null),
    h("dl", { class: "facts" }, h("dt", {}, t("countries")), h("dd", {}, countries(relation.countries)), h("dt", {}, t("fullName")), h("dd", {}, contact.fullName), h("dt", {}, t("email")), h("dd", {}, contact.email),
      contact.phone ? [h("dt", {}, t("phone")), h("dd", {}, contact.phone)] : null, h("dt", {}, t("companySize")), h("dd", {}, relation.companySize)),
    h("p", { class: "row" }, h("a", { href: link("numbers", [], { operator: relation.operatorID }) }, t("itsNumbers")), h("a", { href: link("calls", [], { operator: relation.operatorID }) }, t("itsCalls"))),
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => edit(operator, relation, redraw) }, t("edit")),
      isActive ? h("button", { type: "button", onclick: () => confirm(t("suspendTitle", { name: operator.name }), t("suspendText"), t("suspend"), () => change({ status: "suspended" })) }, t("suspend"))
        : h("button", { type: "button", onclick: event => change({ status: "active" }).catch(error => event.target.after(h("p", { class: "alert", role: "alert" }, error.message))) }, t("resume")),
      h("button", { type: "button", class: "danger", onclick: () => remove(operator, relation) }, t("removeOperator"))),
  ];
}

const path = relation => tenantPath(`/operators/${encodeURIComponent(relation.operatorID)}`);

async function remove(operator, relation) {
  const removed = await confirm(t("removeOperatorTitle", { name: operator.name }), t("removeOperatorText"), t("removeOperator"), () => call("DELETE", path(relation)),
    { more: [h("p", {}, h("a", { href: link("numbers", [], { operator: relation.operatorID }) }, t("itsNumbers")), " · ", h("a", { href: link("routing") }, t("nav.routing")))] });
  if (!removed) return;
  tell(t("operatorRemoved", { name: operator.name }));
  go("operators");
}

// What was changed meanwhile by somebody else is shown beside what was typed.
async function edit(operator, relation, redraw) {
  const before = await getTagged(relation), contact = relation.contact;
  let tag = before?.tag;
  const changed = await dialog(t("editNamed", { name: operator.name }), close => {
    const element = form({
      name: t("editNamed", { name: operator.name }), cancel: () => close(), fields: [countryField(operator, relation.countries), ...contactFields(contact, relation.companySize)],
      save: async given => {
        const body = { countries: countriesOf(given.countries), contact: { fullName: given.fullName, email: given.email, ...(given.phone ? { phone: given.phone } : {}) }, companySize: given.companySize };
        try { await call("PATCH", path(relation), { body, match: tag }); } catch (error) {
          if (error.status !== 412) throw error;
          const now = await getTagged(relation);
          tag = now?.tag;
          return bothVersions(element, now?.body, body);
        }
        close(true);
      },
    });
    return element;
  });
  if (!changed) return;
  tell(t("saved"));
  redraw();
}

async function getTagged(relation) {
  if (!await getIfThere(path(relation))) return null;
  return call("GET", path(relation));
}
