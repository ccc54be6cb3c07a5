// Voice routes in the order in which they are tried; moved by dragging or by their buttons.
import { cmdlet } from "./cmdlets.js";
import { attempt } from "./dialogs.js";
import { h, keep, put } from "./dom.js";
import { lintList } from "./lint.js";
import { review } from "./rehearsal.js";
import { link } from "./router.js";
import { findingsOf } from "./routingdata.js";
import { t } from "./texts.js";

const shownAtMost = 200;

export function routeList(data, redraw) {
  if (!data.routes.length) return h("p", { class: "empty" }, t("noRoutes"));
  const list = h("ol", { class: "items routes" }), note = h("p", { class: "soft", hidden: true });
  const search = data.routes.length > 12 ? h("input", { type: "search", "aria-label": t("searchRoutes"), placeholder: t("searchRoutes"), oninput: () => draw() }) : null;
  const move = (from, to) => async () => { if (await review(reorder(data.routes, from, to), { replay: true, title: t("reviewOrder") })) redraw(); };
  const draw = () => {
    const wanted = search?.value.toLowerCase() ?? "", found = data.routes.filter(route => [route.Identity, route.NumberPattern, route.BridgeSourcePhoneNumber, ...route.OnlinePstnUsages].join(" ").toLowerCase().includes(wanted));
    keep(list, found.slice(0, shownAtMost), route => route.Identity, route => item(data, route, move));
    note.hidden = found.length <= shownAtMost;
    put(note, t("firstOf", { shown: shownAtMost, of: found.length }));
  };
  draw();
  return h("div", {}, search, list, note);
}

function item(data, route, move) {
  const at = data.routes.indexOf(route), number = data.numbers.find(one => one.TelephoneNumber === route.BridgeSourcePhoneNumber);
  const step = (label, to) => h("button", { type: "button", class: "small", disabled: to < 0 || to >= data.routes.length, "aria-label": t(label, { name: route.Identity }), onclick: attempt(move(at, to)) }, to < at ? "↑" : "↓");
  const element = h("li", { draggable: "true" }, h("div", {},
    h("span", { class: "order", title: t("priority") }, route.Priority), h("a", { href: link("routing", ["route", route.Identity]) }, route.Identity), route.Description ? h("span", { class: "soft" }, ` ${route.Description}`) : null,
    h("div", { class: "chain" }, h("code", {}, route.NumberPattern), " → ", h("strong", {}, number?.PstnPartnerName ?? route.OnlinePstnGatewayList.join(", ") ?? t("noOperator")), " ", h("span", { class: "soft" }, route.BridgeSourcePhoneNumber ?? t("noCallerID"))),
    h("div", {}, route.OnlinePstnUsages.map(usage => h("span", { class: "tag" }, usage))), findings(data, route)), h("span", { class: "row" }, step("moveUp", at - 1), step("moveDown", at + 1)));
  element.addEventListener("dragstart", event => event.dataTransfer.setData("text/plain", String(at)));
  element.addEventListener("dragover", event => { event.preventDefault(); element.classList.add("target"); });
  element.addEventListener("dragleave", () => element.classList.remove("target"));
  element.addEventListener("drop", event => {
    event.preventDefault();
    element.classList.remove("target");
    const from = Number(event.dataTransfer.getData("text/plain"));
    if (Number.isInteger(from) && from !== at) move(from, at)().catch(error => element.append(h("p", { class: "alert", role: "alert" }, error.message)));
  });
  return element;
}

const findings = (data, route) => {
  const found = findingsOf(data, `route ${route.Identity}`);
  return found.length ? lintList(found) : null;
};

// The cmdlets that give each route the priority of its new place; priorities that are distinct already are used again.
export function reorder(routes, from, to) {
  const order = [...routes];
  order.splice(to, 0, ...order.splice(from, 1));
  const known = routes.map(route => route.Priority), isDistinct = new Set(known).size === known.length;
  return order.map((route, at) => ({ route, priority: isDistinct ? known[at] : at + 1 })).filter(({ route, priority }) => route.Priority !== priority)
    .map(({ route, priority }) => cmdlet("Set-CsOnlineVoiceRoute", { Identity: route.Identity, Priority: priority })).join("\n");
}
