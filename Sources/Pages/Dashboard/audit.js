// Who changed what: each change with its objects before and after; one change can be undone.
import { call, getIfThere } from "./api.js";
import { difference } from "./difference.js";
import { confirm, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field } from "./forms.js";
import { note } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { count, timeElement } from "./times.js";

export default async function audit({ content, query, signal, redraw }) {
  const list = h("ul", { class: "items changes" }), more = h("button", { type: "button", hidden: true }, t("older"));
  let cursor = null, rows = [];
  const load = async () => {
    const page = await getIfThere(tenantPath("/changes"), { cursor, limit: 100 }, signal);
    if (!page) return put(content, h("p", { class: "empty" }, t("noAudit")));
    rows.push(...page.changes);
    cursor = page.cursor;
    more.hidden = !cursor;
    draw();
  };
  const search = field({ name: "q", label: t("searchChanges"), kind: "search", value: query.q });
  const input = search.querySelector("input");
  const draw = () => {
    const wanted = input.value.toLowerCase(), shown = rows.filter(change => JSON.stringify(change).toLowerCase().includes(wanted));
    put(list, shown.length ? shown.map(change => item(change, redraw)) : h("li", { class: "empty" }, t("noChanges")));
  };
  input.addEventListener("input", () => { note({ q: input.value }); draw(); });
  more.addEventListener("click", () => load().catch(error => more.before(h("p", { class: "alert", role: "alert" }, error.message))));
  put(content, h("div", { class: "fields filters" }, search), list, more);
  await load();
}

const item = (change, redraw) => h("li", {}, h("details", {},
  h("summary", {}, timeElement(change.at), " ", h("strong", {}, change.by), " ", h("span", { class: "tag" }, word(change.source)), " ", h("span", { class: "soft" }, `${change.objects.map(one => one.object).join(", ")}${change.undoes ? ` · ${t("takesBack")}` : ""}`)),
  h("p", { class: "soft" }, `${word(change.role)} · ${change.request} · ${t("madeVersion", { version: change.configVersion })}`), difference(change.objects), change.omitted ? h("p", { class: "soft" }, t("moreObjects", { count: count(change.omitted) })) : null,
  h("p", {}, h("button", { type: "button", onclick: () => undo(change, redraw) }, t("undo")))));

async function undo(change, redraw) {
  const undone = await confirm(t("undoTitle"), t("undoText"), t("undo"), () => call("POST", tenantPath(`/changes/${encodeURIComponent(change.id)}/undo`)),
    { more: [difference(change.objects.map(one => ({ object: one.object, before: one.after, after: one.before })))] });
  if (!undone) return;
  tell(t("undone"));
  redraw();
}
