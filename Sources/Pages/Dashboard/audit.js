// Who changed what: each change with its objects before and after; one change can be undone.
import { call, getIfThere } from "./api.js";
import { difference } from "./difference.js";
import { confirm, tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field } from "./forms.js";
import { note } from "./router.js";
import { session, tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { count, local, timeElement } from "./times.js";

export default async function audit({ content, query, signal, redraw }) {
  const list = h("ul", { class: "items changes" }), more = h("button", { type: "button", hidden: true }, t("older")), alert = h("p", { class: "alert", role: "alert", hidden: true }), place = session.tenant ? tenantPath("/changes") : "/v1/changes";
  // Times of the address as they stand there, until others are chosen: what is none is refused by the service.
  let cursor = null, asked = 0, given = { from: query.from, to: query.to };
  // The service searches; a page of it may be short, or empty, with more behind it.
  const load = async fresh => {
    const turn = ++asked, page = await getIfThere(place, { q: input.value.trim(), ...given, cursor: fresh ? null : cursor, limit: 100 }, signal);
    if (turn !== asked) return;
    if (!page) return put(content, h("p", { class: "empty" }, t("noAudit")));
    alert.hidden = true;
    if (fresh) put(list);
    list.querySelector(".empty")?.remove();
    list.append(...page.changes.map(change => item(change, redraw)));
    cursor = page.cursor;
    more.hidden = !cursor;
    if (!list.childElementCount) list.append(h("li", { class: "empty" }, t(cursor ? "noChangesYet" : "noChanges")));
  };
  const told = error => {
    if (error.name === "AbortError") return;
    alert.textContent = error.message;
    alert.hidden = false;
  };
  const search = field({ name: "q", label: t("searchChanges"), kind: "search", value: query.q, placeholder: t("searchChangesHint") }), input = search.querySelector("input");
  const span = ["from", "to"].map(name => field({ name, label: t(`filter.${name}`), kind: "datetime-local", step: "1", value: local(query[name]) }));
  const [from, to] = span.map(one => one.querySelector("input"));
  let pause = 0;
  for (const one of [input, from, to]) one.addEventListener("input", () => {
    given = { from: time(from), to: time(to) };
    note({ q: input.value, ...given });
    clearTimeout(pause);
    pause = setTimeout(() => load(true).catch(told), 250);
  });
  more.addEventListener("click", () => load(false).catch(told));
  put(content, session.tenant ? null : h("p", { class: "soft" }, t("platformChanges")), h("div", { class: "fields filters" }, search, span), alert, list, more);
  await load(true).catch(told);
}

const time = input => input.value ? new Date(input.value).toISOString() : undefined;

const item = (change, redraw) => h("li", {}, h("details", {},
  h("summary", {}, timeElement(change.at), " ", h("strong", {}, change.by), " ", h("span", { class: "tag" }, word(change.source)), " ", h("span", { class: "soft" }, `${change.objects.map(one => one.object).join(", ")}${change.undoes ? ` · ${t("takesBack")}` : ""}`)),
  h("p", { class: "soft" }, `${word(change.role)} · ${change.request} · ${change.from ? `${t("fromAddress", { address: change.from })} · ` : ""} ${t("madeVersion", { version: change.configVersion })}`), difference(change.objects), change.omitted ? h("p", { class: "soft" }, t("moreObjects", { count: count(change.omitted) })) : null,
  session.tenant ? h("p", {}, h("button", { type: "button", onclick: () => undo(change, redraw) }, t("undo"))) : null));

async function undo(change, redraw) {
  const undone = await confirm(t("undoTitle"), t("undoText"), t("undo"), () => call("POST", tenantPath(`/changes/${encodeURIComponent(change.id)}/undo`)),
    { more: [difference(change.objects.map(one => ({ object: one.object, before: one.after, after: one.before })))] });
  if (!undone) return;
  tell(t("undone"));
  redraw();
}
