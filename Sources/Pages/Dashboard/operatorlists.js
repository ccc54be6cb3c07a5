// All operators with filters by country and product, and those of the tenant.
import { get } from "./api.js";
import { h, put } from "./dom.js";
import { field } from "./forms.js";
import { link, note } from "./router.js";
import { session, tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { countries, country } from "./times.js";

export const mine = async signal => session.tenant ? (await get(tenantPath("/operators"), {}, signal)).operators : [];

export async function myOperators(place, signal) {
  const [own, all] = await Promise.all([mine(signal), get("/v1/operators", {}, signal)]);
  if (!own.length) return put(place, h("p", { class: "empty" }, t("noOperators"), " ", h("a", { href: link("operators", "all") }, t("chooseOperator"))));
  put(place, h("ul", { class: "cards" }, own.map(one => {
    const operator = all.operators.find(other => other.id === one.operatorID);
    return h("li", { class: "card" }, h("h2", {}, h("a", { href: link("operators", one.operatorID) }, operator?.name ?? one.operatorID)),
      h("p", {}, h("span", { class: `badge ${one.status === "active" ? "good" : "warn"}` }, word(one.status))),
      h("dl", { class: "facts" }, h("dt", {}, t("countries")), h("dd", {}, countries(one.countries)), h("dt", {}, t("contact")), h("dd", {}, one.contact.fullName, h("div", {}, one.contact.email))));
  })));
}

export async function allOperators(place, query, signal) {
  const [own, everything] = await Promise.all([mine(signal), get("/v1/operators", {}, signal)]);
  const served = [...new Set(everything.operators.flatMap(operator => operator.countries))].sort((one, other) => country(one).localeCompare(country(other)));
  const any = label => ({ value: "", label });
  const filters = h("form", { class: "fields", "aria-label": t("filters") },
    field({ name: "country", label: t("countryOrRegion"), kind: "select", value: query.country, options: [any(t("anyCountry")), ...served.map(code => ({ value: code, label: country(code) }))] }),
    field({ name: "product", label: t("product"), kind: "select", value: query.product, options: [any(t("any")), "Conferencing", "Calling"] }));
  const list = h("div", { "aria-live": "polite" });
  const draw = async wanted => {
    const { operators } = await get("/v1/operators", wanted, signal);
    put(list, operators.length ? h("ul", { class: "cards" }, operators.map(operator => card(operator, own))) : h("p", { class: "empty" }, t("noOperatorFits")));
  };
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("change", () => {
    const wanted = { country: filters.elements.country.value, product: filters.elements.product.value };
    note(wanted);
    draw(wanted).catch(error => put(list, h("p", { class: "alert", role: "alert" }, error.message)));
  });
  put(place, filters, list);
  await draw({ country: query.country, product: query.product });
}

function card(operator, own) {
  const mine = own.some(one => one.operatorID === operator.id);
  return h("li", { class: "card" }, h("h2", {}, h("a", { href: link("operators", operator.id) }, operator.name)),
    h("p", {}, operator.products.map(product => h("span", { class: "tag" }, word(product)))),
    h("p", { class: "soft" }, countries(operator.countries)),
    mine ? h("p", { class: "good" }, t("isMine")) : session.tenant ? h("p", {}, h("a", { class: "button", href: link("operators", [operator.id, "add"]), "aria-label": t("setUpNamed", { name: operator.name }) }, t("setUp"))) : null);
}
