// Users: found by the service among any number; each with licences, groups, policies and where they come from.
import { show } from "./api.js";
import { quote } from "./cmdlets.js";
import { debounced, h, put } from "./dom.js";
import { field } from "./forms.js";
import { dataRows } from "./rows.js";
import { go, link, note } from "./router.js";
import { t, word } from "./texts.js";
import { newUser, userDetail } from "./userdetail.js";

const pageSize = 200;
const licences = ["OperatorConnectConferencing", "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "CommunicationsCredits"];
const within = text => text.replace(/'/g, "''").replace(/[*?[\]]/g, "`$&");

const columns = () => [
  { name: "name", label: t("name"), text: user => user.DisplayName || user.UserPrincipalName, class: "a strong", size: "minmax(9rem, 1.2fr)" },
  { name: "upn", label: t("userName"), text: user => user.UserPrincipalName, title: user => user.UserPrincipalName, class: "c", size: "minmax(12rem, 1.6fr)" },
  { name: "licences", label: t("licences"), text: user => user.AssignedPlan.map(word).join(", "), title: user => user.AssignedPlan.map(word).join(", "), class: "d", size: "minmax(10rem, 1.6fr)" },
  { name: "policy", label: t("routingPolicy"), text: user => user.OnlineAudioConferencingRoutingPolicy ?? "", size: "minmax(8rem, 1fr)", wide: true },
  { name: "dialOut", label: t("dialOutPolicy"), text: user => user.OnlineDialOutPolicy ?? "", size: "minmax(8rem, 1fr)", wide: true },
  { name: "location", label: t("location"), text: user => user.UsageLocation, class: "b", size: "5rem" },
];

const filtersOf = query => Object.fromEntries(["q", "licence", "number"].filter(name => query[name]).map(name => [name, query[name]]));

function condition({ q, licence }, after) {
  const parts = [];
  if (q) parts.push(`(UserPrincipalName -like '*${within(q)}*' -or DisplayName -like '*${within(q)}*')`);
  if (licence) parts.push(`AssignedPlan -contains '${licence}'`);
  if (after) parts.push(`UserPrincipalName -gt '${within(after)}'`);
  return parts.length ? `-Filter ${quote(parts.join(" -and "))}` : "";
}

export default async function users({ content, rest, query, signal, redraw }) {
  if (rest[0] === "new") return newUser(content);
  if (rest[0]) return userDetail(content, rest[0], signal, redraw);
  let filters = filtersOf(query), rows = [], isWhole = false, isLoading = false;
  const alert = h("p", { class: "alert", role: "alert", hidden: true }), shown = h("p", { class: "soft" });
  const failed = error => { if (error.name !== "AbortError") { alert.textContent = error.message; alert.hidden = false; } };
  const table = dataRows({ columns: columns(), key: user => user.UserPrincipalName, label: t("nav.users"), empty: t("noUsers"), open: user => go("users", user.UserPrincipalName), more: () => load().catch(failed) });

  async function load(fresh = false) {
    if (!fresh && (isLoading || isWhole)) return;
    isLoading = true;
    const asked = filters;
    try {
      const last = fresh ? null : rows.at(-1)?.UserPrincipalName;
      const [page] = filters.number && !last ? await withNumber(filters.number) : await show(`Get-CsOnlineUser ${condition(asked, last)} -ResultSize ${pageSize}`);
      if (asked !== filters || signal.aborted) return;
      rows = fresh ? page : [...rows, ...page];
      isWhole = page.length < pageSize || Boolean(filters.number);
      alert.hidden = true;
      table.show(rows);
      shown.textContent = isWhole ? t("usersShown", { count: rows.length }) : t("usersShownMore", { count: rows.length });
    } finally { isLoading = false; }
  }

  const change = debounced(250, () => load(true).catch(failed));
  const bar = h("form", { class: "fields filters", role: "search", "aria-label": t("filters") },
    field({ name: "q", label: t("searchUsers"), kind: "search", value: filters.q }),
    field({ name: "licence", label: t("licence"), kind: "select", value: filters.licence, options: [{ value: "", label: t("any") }, ...licences.map(value => ({ value, label: word(value) }))] }),
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
  const [found] = await show(`Get-CsOnlineDialInConferencingUser -ServiceNumber ${quote(number.replace(/[\s().-]/g, ""))}`);
  const names = found.map(user => user.Identity);
  return names.length ? [(await show(...names.slice(0, 100).map(name => `Get-CsOnlineUser -Identity ${quote(name)}`))).flat()] : [[]];
}
