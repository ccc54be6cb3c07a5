// Users: found by the service among any number; each with licences, groups, policies and where they come from.
import { get, show } from "./api.js";
import { quote } from "./cmdlets.js";
import { debounced, h, put } from "./dom.js";
import { field } from "./forms.js";
import { dataRows } from "./rows.js";
import { go, link, note } from "./router.js";
import { tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { count } from "./times.js";
import { newUser, userDetail } from "./userdetail.js";

const pageSize = 200;
const licences = ["OperatorConnectConferencing", "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "CommunicationsCredits"];

const columns = () => [
  { name: "name", label: t("name"), text: user => user.displayName || user.upn, class: "a strong", size: "minmax(9rem, 1.2fr)" },
  { name: "upn", label: t("userName"), text: user => user.upn, title: user => user.upn, class: "c", size: "minmax(12rem, 1.6fr)" },
  { name: "licences", label: t("licences"), text: user => user.licences.map(word).join(", "), title: user => user.licences.map(word).join(", "), class: "d", size: "minmax(10rem, 1.6fr)" },
  { name: "policy", label: t("routingPolicy"), text: user => user.grants.audioConferencingRoutingPolicy ?? "", size: "minmax(8rem, 1fr)", wide: true },
  { name: "dialOut", label: t("dialOutPolicy"), text: user => user.grants.dialOutPolicy ?? "", size: "minmax(8rem, 1fr)", wide: true },
  { name: "location", label: t("location"), text: user => user.usageLocation ?? "", class: "b", size: "5rem" },
];

const names = ["search", "licence", "group", "number"];
const filtersOf = query => Object.fromEntries(names.filter(name => query[name]).map(name => [name, query[name]]));

export default async function users({ content, rest, query, signal, redraw }) {
  if (rest[0] === "new") return newUser(content);
  if (rest[0]) return userDetail(content, rest[0], signal, redraw);
  let filters = filtersOf(query), rows = [], cursor = null, isLoading = false;
  const alert = h("p", { class: "alert", role: "alert", hidden: true }), shown = h("p", { class: "soft" });
  const failed = error => { if (error.name !== "AbortError") { alert.textContent = error.message; alert.hidden = false; } };
  const table = dataRows({ columns: columns(), key: user => user.upn, label: t("nav.users"), empty: t("noUsers"), open: user => go("users", user.upn), more: () => load().catch(failed) });

  async function load(fresh = false) {
    if (!fresh && (isLoading || !cursor)) return;
    isLoading = true;
    const asked = filters;
    try {
      const page = asked.number ? await withNumber(asked.number) : await get(tenantPath("/users"), { ...asked, limit: pageSize, cursor: fresh ? null : cursor }, signal);
      if (asked !== filters) return;
      rows = fresh ? page.users : [...rows, ...page.users];
      cursor = page.cursor ?? null;
      alert.hidden = true;
      table.show(rows);
      shown.textContent = cursor ? t("usersShownMore", { count: count(rows.length) }) : t("usersShown", { count: count(rows.length) });
    } finally { isLoading = false; }
  }

  const change = debounced(250, () => load(true).catch(failed));
  const bar = h("form", { class: "fields filters", role: "search", "aria-label": t("filters") },
    field({ name: "search", label: t("searchUsers"), kind: "search", value: filters.search }),
    field({ name: "licence", label: t("licence"), kind: "select", value: filters.licence, options: [{ value: "", label: t("any") }, ...licences.map(value => ({ value, label: word(value) }))] }),
    field({ name: "group", label: t("groupName"), value: filters.group }),
    field({ name: "number", label: t("defaultNumber"), value: filters.number, placeholder: "+1 425 555 0100" }));
  bar.addEventListener("submit", event => event.preventDefault());
  bar.addEventListener("input", () => {
    filters = Object.fromEntries([...new FormData(bar)].filter(([, text]) => text.trim()).map(([name, text]) => [name, text.trim()]));
    note(filters);
    change();
  });
  put(content, h("p", {}, h("a", { class: "button primary", href: link("users", "new") }, t("newUser"))), bar, alert, table, shown);
  await load(true).catch(failed);
}

// Those in whose invites a number stands.
async function withNumber(number) {
  const pattern = quote(`*${number.replace(/\D/g, "")}`);
  const [found] = await show(`Get-CsOnlineDialInConferencingUser | Where-Object { $_.ServiceNumber -like ${pattern} -or $_.TollFreeServiceNumber -like ${pattern} }`);
  return { users: await Promise.all(found.slice(0, pageSize).map(user => get(tenantPath(`/users/${encodeURIComponent(user.Identity)}`)))) };
}
