// An operator's numbers and orders: uploaded to a tenant, followed, taken back.
import { call, get, getIfThere } from "./api.js";
import { column } from "./csv.js";
import { confirm, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { dataRows } from "./rows.js";
import { go } from "./router.js";
import { session } from "./session.js";
import { t, word } from "./texts.js";
import { count, country, timeElement } from "./times.js";

export async function operatorNumbers(content, query, signal, redraw) {
  const path = `/v1/operators/${encodeURIComponent(session.holder.operator)}`;
  const orders = await get(`${path}/number-orders`, { limit: 50 }, signal), result = h("div", { "aria-live": "polite" }), inventory = h("div", { class: "stack" });
  put(content,
    h("section", { class: "card" }, h("h2", {}, t("uploadNumbers")), uploadForm(path, query, result), result),
    h("section", { class: "card" }, h("h2", {}, t("orders")), orderList(orders.orders)),
    h("section", { class: "card" }, h("h2", {}, t("inventory")), inventory));
  await showNumbers(inventory, path, query, signal, redraw);
}

function uploadForm(path, query, result) {
  const area = field({ name: "numbers", label: t("numbersOnePerLine"), kind: "area", required: true, placeholder: "+14255550100" });
  const file = h("input", { type: "file", id: "order-file", accept: ".csv,.txt,text/csv,text/plain", onchange: async () => { area.querySelector("textarea").value = column(await file.files[0].text(), ["telephonenumber", "number"]).join("\n"); } });
  return form({
    name: t("uploadNumbers"), submit: t("upload"),
    fields: [
      field({ name: "tenant", label: t("tenant"), required: true, value: query.tenant }), field({ name: "usage", label: t("usage"), kind: "select", value: "conference", options: ["conference", "user", "application"].map(value => ({ value, label: word(value) })) }),
      area, h("div", { class: "field" }, h("label", { for: "order-file" }, t("orFromFile")), file),
    ],
    save: async given => {
      const { body } = await call("POST", `${path}/number-orders`, { body: { tenant: given.tenant, usage: given.usage, numbers: words(given.numbers) } });
      put(result, h("p", {}, t("orderTaken", { id: body.id }), " ", h("span", { class: "badge" }, word(body.status))), followed(path, body, result));
    },
  });
}

// An order that is not done yet is asked for again until it is.
function followed(path, order, result) {
  if (["pending", "inProgress"].includes(order.status)) {
    setTimeout(async () => {
      const now = await getIfThere(`${path}/number-orders/${order.id}`);
      if (now && result.isConnected) put(result, h("p", {}, t("orderTaken", { id: now.id }), " ", h("span", { class: "badge" }, word(now.status))), followed(path, now, result));
    }, 700);
    return h("progress", { "aria-label": word(order.status) });
  }
  const failed = order.numbers.filter(entry => entry.status !== "success" && entry.status !== "complete");
  return failed.length ? h("ul", { class: "findings" }, failed.map(entry => h("li", { class: "bad" }, h("strong", {}, entry.number), ` ${entry.message ?? word(entry.status)}`))) : h("p", { class: "good" }, t("allTaken", { count: order.numbers.length }));
}

const kinds = { success: "good", partialSuccess: "warn", error: "bad" };

const orderList = orders => orders.length ? h("ul", { class: "items" }, orders.map(order => h("li", {}, h("div", {}, h("strong", {}, order.tenant), ` ${word(order.usage)} `, h("span", { class: `badge ${kinds[order.status] ?? "plain"}` }, word(order.status)),
  h("div", { class: "soft" }, t("orderCounts", { total: count(order.total), failed: count(order.failed) }), " · ", order.id, " · ", timeElement(order.createdAt)))))) : h("p", { class: "empty" }, t("noOrders"));

async function showNumbers(place, path, query, signal, redraw) {
  let rows = [], cursor = null;
  const filters = { tenant: query.tenant, state: query.state };
  const load = async () => {
    const page = await get(`${path}/numbers`, { ...filters, cursor, limit: 200 }, signal);
    rows = [...rows, ...page.numbers];
    cursor = page.cursor;
    table.show(rows);
  };
  const table = dataRows({
    label: t("inventory"), key: number => number.number, empty: t("noNumbers"), open: number => take(number.number, path, redraw), more: () => { if (cursor) load(); },
    columns: [
      { name: "number", label: t("number"), text: number => number.number, class: "a strong" }, { name: "state", label: t("filter.state"), text: number => number.state === "Active" ? word(number.status) : word(number.state), badge: number => number.state === "Active" ? "plain" : "warn", class: "b", size: "10rem" },
      { name: "tenant", label: t("tenant"), text: number => number.tenant, class: "c" }, { name: "country", label: t("countryOrRegion"), text: number => [number.city, country(number.country)].filter(Boolean).join(", "), class: "d" }, { name: "usage", label: t("usage"), text: number => word(number.usage), wide: true },
    ],
  });
  const filter = field({ name: "tenant", label: t("tenant"), value: query.tenant });
  filter.querySelector("input").addEventListener("change", event => go("numbers", [], { tenant: event.target.value.trim() }));
  put(place, h("div", { class: "fields filters" }, filter), table);
  await load();
}

const take = (number, path, redraw) => confirm(t("releaseNumber", { number }), t("releaseNumberText"), t("release"), async () => {
  await call("DELETE", `${path}/numbers/${encodeURIComponent(number)}`);
  tell(t("saved"));
  redraw();
});
