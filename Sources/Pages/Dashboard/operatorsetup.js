// Setting up an operator in its four steps: the operator, countries, contact, the data transfer notice; then «Add as my operator».
import { call, get } from "./api.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, words } from "./forms.js";
import { go, link } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { countries, country } from "./times.js";
import { wizard } from "./wizard.js";

export const companySizes = ["1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+"];

export const contactFields = (contact = {}, size) => [
  field({ name: "fullName", label: t("fullName"), required: true, value: contact.fullName, autocomplete: "name", names: ["contact.fullName"] }),
  field({ name: "email", label: t("email"), kind: "email", required: true, value: contact.email, autocomplete: "email", names: ["contact.email"] }),
  field({ name: "phone", label: t("phoneOptional"), kind: "tel", value: contact.phone, names: ["contact.phone"] }),
  field({ name: "companySize", label: t("companySize"), kind: "select", required: true, value: size, options: size && !companySizes.includes(size) ? [size, ...companySizes] : companySizes }),
];

// Checkboxes of what the operator serves; a text where it serves every country.
export const countryField = (operator, value) => operator.countries.length
  ? field({ name: "countries", label: t("countries"), kind: "checks", value, options: operator.countries.map(code => ({ value: code, label: country(code) })) })
  : field({ name: "countries", label: t("countries"), value: value.join(", "), help: t("countriesHelp"), required: true });
export const countriesOf = given => Array.isArray(given) ? given : words(given ?? "").map(code => code.toUpperCase());

export async function operatorSetup(place, id, signal) {
  const operator = await get(`/v1/operators/${encodeURIComponent(id)}`, {}, signal);
  const state = { countries: operator.countries.length === 1 ? operator.countries : [] };
  put(place, wizard({
    name: t("setUpNamed", { name: operator.name }), state, submit: t("addAsMyOperator"), cancel: () => go("operators", "all"),
    steps: [
      { title: t("stepOperator"), fields: () => [
        h("p", {}, h("strong", {}, operator.name), " ", operator.products.map(product => h("span", { class: "tag" }, word(product)))),
        operator.products.includes("Conferencing") ? h("p", { class: "good" }, t("offersConferencing")) : h("p", { class: "alert" }, t("noConferencing")),
        h("p", { class: "soft" }, countries(operator.countries)), h("p", {}, h("a", { href: link("operators", "all") }, t("chooseAnother")))] },
      { title: t("stepCountries"), text: t("stepCountriesHelp"), fields: now => countryField(operator, countriesOf(now.countries)), check: given => {
        if (!countriesOf(given.countries).length) throw Object.assign(new Error(t("chooseCountry")), { field: "countries" });
      } },
      { title: t("stepContact"), text: t("stepContactHelp"), fields: now => contactFields(now, now.companySize ?? "51-200") },
      { title: t("stepNotice"), fields: now => [
        h("div", { class: "notice" }, h("p", {}, t("notice", { name: operator.name })), h("p", {}, t("noticeData"))),
        h("dl", { class: "facts" }, [["countries", countries(countriesOf(now.countries))], ["fullName", now.fullName], ["email", now.email], ["phone", now.phone], ["companySize", now.companySize]].filter(([, text]) => text).map(([name, text]) => [h("dt", {}, t(name)), h("dd", {}, text)])),
        field({ name: "acceptDataTransfer", label: t("acceptNotice"), kind: "checkbox", required: true, value: now.acceptDataTransfer })] },
    ],
    finish: async given => {
      await call("POST", tenantPath(`/operators/${encodeURIComponent(id)}`), { body: {
        countries: countriesOf(given.countries), contact: { fullName: given.fullName, email: given.email, ...(given.phone ? { phone: given.phone } : {}) },
        companySize: given.companySize, acceptDataTransfer: given.acceptDataTransfer } });
      tell(t("operatorAdded", { name: operator.name }));
      go("operators", id);
    },
  }));
}
