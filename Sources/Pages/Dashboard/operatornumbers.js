// An operator's numbers and orders: uploaded to a tenant, followed, taken back.
import { call, getIfThere } from "./api.js";
import { column } from "./csv.js";
import { confirm, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { dataRows } from "./rows.js";
import { session } from "./session.js";
import { t, word } from "./texts.js";
import { timeElement } from "./times.js";

export async function operatorNumbers(content, signal, redraw) {
  const path = `/v1/operators/${encodeURIComponent(session.holder.operator)}`;
  const [numbers, orders] = await Promise.all([getIfThere(`${path}/numbers`, {}, signal), getIfThere(`${path}/number-orders`, {}, signal)]);
  const result = h("div", { "aria-live": "polite" });
  put(content,
    h("section", { class: "card" }, h("h2", {}, t("uploadNumbers")), uploadForm(path, result), result),
    h("section", { class: "card" }, h("h2", {}, t("orders")), orders ? orderList(orders.orders ?? orders.numberOrders ?? orders.rows ?? []) : h("p", { class: "empty" }, t("notInThisService"))),
    h("section", { class: "card" }, h("h2", {}, t("inventory")), numbers ? numberList(numbers.numbers ?? numbers.rows ?? [], path, redraw) : h("p", { class: "empty" }, t("notInThisService"))));
}

function uploadForm(path, result) {
  const area = field({ name: "numbers", label: t("numbersOnePerLine"), kind: "area", required: true, placeholder: "+14255550100" });
  const file = h("input", { type: "file", id: "order-file", accept: ".csv,.txt,text/csv,text/plain", onchange: async () => { area.querySelector("textarea").value = column(await file.files[0].text(), ["telephonenumber", "number"]).join("\n"); } });
  return form({
    name: t("uploadNumbers"), submit: t("upload"),
    fields: [
      field({ name: "tenant", label: t("tenant"), required: true }), field({ name: "usage", label: t("usage"), kind: "select", value: "conference", options: ["conference", "user", "application"].map(value => ({ value, label: word(value) })) }),
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

const orderList = orders => orders.length ? h("ul", { class: "items" }, orders.map(order => h("li", {}, h("div", {}, h("strong", {}, order.tenant), ` ${word(order.usage)} `, h("span", { class: "badge" }, word(order.status)), h("div", { class: "soft" }, order.id, " · ", timeElement(order.createdAt)))))) : h("p", { class: "empty" }, t("noOrders"));

function numberList(numbers, path, redraw) {
  const name = number => number.telephoneNumber ?? number.number;
  return dataRows({
    label: t("inventory"), key: name, empty: t("noNumbers"), open: number => take(name(number), path, redraw),
    columns: [{ name: "number", label: t("number"), text: name, class: "a strong" }, { name: "state", label: t("filter.state"), text: number => word(number.state ?? number.status), badge: () => "plain", class: "b" }, { name: "tenant", label: t("tenant"), text: number => number.tenant, class: "c" }],
  }).shown(numbers);
}

const take = (number, path, redraw) => confirm(t("releaseNumber", { number }), t("releaseNumberText"), t("release"), async () => {
  await call("DELETE", `${path}/numbers/${encodeURIComponent(number)}`);
  tell(t("saved"));
  redraw();
});
