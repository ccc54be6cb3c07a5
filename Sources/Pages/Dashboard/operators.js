// Operators: a tenant's own and all that there are; an operator's own side; and for the platform, its operators and their trunks.
import { carrierSide } from "./carrier.js";
import { h, put } from "./dom.js";
import { allOperators, myOperators } from "./operatorlists.js";
import { operatorDetail } from "./operatordetail.js";
import { operatorSetup } from "./operatorsetup.js";
import { operatorForm } from "./platformoperator.js";
import { link } from "./router.js";
import { isOperator, isPlatform, session } from "./session.js";
import { t } from "./texts.js";

export default async function operators(screen) {
  const { content, rest, query, signal, redraw } = screen, [id, part] = rest;
  if (isOperator()) return carrierSide(content, session.holder.operator, signal);
  const tab = (where, label, isNow) => h("a", { href: link("operators", where), "aria-current": isNow ? "page" : null }, label);
  if (id && id !== "all" && id !== "new") {
    const back = h("p", {}, h("a", { href: link("operators") }, `← ${t("nav.operators")}`)), place = h("div", { class: "stack" });
    put(content, back, place);
    if (part === "add") return operatorSetup(place, id, signal);
    if (part === "edit" && isPlatform()) return operatorForm(place, id, signal);
    if (session.tenant) await operatorDetail(place, id, signal, redraw);
    if (isPlatform()) {
      const own = h("div", { class: "stack" });
      place.append(h("p", {}, h("a", { class: "button", href: link("operators", [id, "edit"]) }, t("editOperator"))), own);
      await carrierSide(own, id, signal);
    }
    return;
  }
  if (id === "new" && isPlatform()) return operatorForm(content, null, signal);
  const isAll = id === "all" || !session.tenant, place = h("div", { class: "stack" });
  put(content, session.tenant ? h("nav", { class: "tabs", "aria-label": t("nav.operators") }, tab([], t("myOperators"), !isAll), tab("all", t("allOperators"), isAll)) : null,
    isPlatform() ? h("p", {}, h("a", { class: "button", href: link("operators", "new") }, t("newOperator"))) : null, place);
  if (isAll) await allOperators(place, query, signal);
  else await myOperators(place, signal);
}
