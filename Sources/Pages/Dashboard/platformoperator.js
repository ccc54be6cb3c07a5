// The platform's form for an operator: products, countries, failover, and its trunks.
import { call } from "./api.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { go, link } from "./router.js";
import { t, word } from "./texts.js";
import { bothVersions } from "./versions.js";

const path = id => `/v1/operators/${encodeURIComponent(id)}`;
const ownSettings = ["enabled", "uri", "priority", "weight", "maxConcurrentCalls", "maxCallsPerSecond", "maxQueuedCalls", "maxQueueSeconds", "options", "redirectHosts", "calledNumberRules", "callerIDRules", "username", "password"];
const numeric = ["priority", "weight", "maxConcurrentCalls", "maxCallsPerSecond", "maxQueuedCalls", "maxQueueSeconds"];

export async function operatorForm(place, id, signal) {
  let tag, operator = { name: "", products: ["Conferencing"], countries: [], trunks: [{ name: "sbc1", uri: "", priority: 1, weight: 1 }], failoverCodes: [408, 503, 504], failoverSeconds: 10 };
  if (id) ({ body: operator, tag } = await call("GET", path(id), { signal }));
  const trunks = h("div", { class: "stack" }), add = trunk => trunks.append(trunkFields(trunk));
  operator.trunks.forEach(add);
  const element = form({
    name: id ? t("editOperator") : t("newOperator"), cancel: () => go("operators", id ?? []),
    fields: [
      id ? null : field({ name: "id", label: t("operatorID"), required: true, pattern: "[A-Za-z0-9._\\-]+", names: ["operator"] }),
      field({ name: "name", label: t("name"), required: true, value: operator.name }),
      field({ name: "products", label: t("products"), kind: "checks", value: operator.products, options: ["Conferencing", "Calling"].map(value => ({ value, label: word(value) })) }),
      field({ name: "countries", label: t("countries"), value: operator.countries.join(", "), help: t("countriesHelp") }),
      field({ name: "failoverCodes", label: t("failoverCodes"), value: operator.failoverCodes.join(", ") }),
      field({ name: "failoverSeconds", label: t("failoverSeconds"), kind: "number", value: operator.failoverSeconds, min: "1", max: "300" }),
      field({ name: "trunkSettings", label: t("trunkSettings"), kind: "checks", value: operator.trunkSettings ?? ["enabled"], options: ownSettings.map(value => ({ value, label: value })) }),
      h("h3", {}, t("trunks")), trunks, h("p", {}, h("button", { type: "button", onclick: () => add({ name: `sbc${trunks.children.length + 1}`, uri: "", priority: 1, weight: 1 }) }, t("addTrunk"))),
    ].filter(Boolean),
    save: async given => {
      const body = {
        ...operator, id: undefined, name: given.name, products: given.products, trunkSettings: given.trunkSettings, countries: words(given.countries).map(code => code.toUpperCase()),
        failoverCodes: words(given.failoverCodes).map(Number), failoverSeconds: Number(given.failoverSeconds), trunks: [...trunks.children].map(trunkOf),
      };
      const wanted = id ?? given.id;
      try { await call("PUT", path(wanted), { body, match: tag }); } catch (error) {
        if (error.status !== 412) throw error;
        const now = await call("GET", path(wanted));
        tag = now.tag;
        return bothVersions(element, now.body, body);
      }
      tell(t("saved"));
      go("operators", wanted);
    },
  });
  put(place, h("p", {}, h("a", { href: link("operators") }, `← ${t("nav.operators")}`)), h("section", { class: "card" }, h("h2", {}, id ? operator.name : t("newOperator")), element));
}

function trunkFields(trunk) {
  const text = (name, more = {}) => field({ name: "", label: t(`trunk.${name}`), value: trunk[name], names: [name], "data-name": name, ...more });
  const box = h("fieldset", { class: "trunk" }, h("legend", {}, t("trunk.title")), h("div", { class: "fields" },
    text("name", { required: true }), text("uri", { required: true, placeholder: "sip:sbc.example.net" }), ...numeric.map(name => text(name, { kind: "number", min: "0" })), text("username"), text("password", { kind: "password", autocomplete: "new-password", help: t("trunk.passwordHelp") })),
    h("button", { type: "button", class: "small", onclick: () => box.remove() }, t("removeTrunk")));
  box.trunk = trunk;
  return box;
}

function trunkOf(box) {
  const trunk = { ...box.trunk };
  for (const input of box.querySelectorAll("[data-name]")) {
    const name = input.dataset.name, text = input.value.trim();
    if (text) trunk[name] = numeric.includes(name) ? Number(text) : text;
    else delete trunk[name];
  }
  return trunk;
}
