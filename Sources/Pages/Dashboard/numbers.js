// The number inventory: who provided each, what it is for and where it stands; onto the bridge, off it, and back to its operator.
import { run, show } from "./api.js";
import { bridgeCard } from "./bridge.js";
import { quote } from "./cmdlets.js";
import { saveFile } from "./csv.js";
import { debounced, h, put } from "./dom.js";
import { field } from "./forms.js";
import { numberPanel } from "./numberpanel.js";
import { assignMany, fromCSV } from "./numberbulk.js";
import { operatorNumbers } from "./operatornumbers.js";
import { mine } from "./operatorlists.js";
import { dataRows } from "./rows.js";
import { go, note } from "./router.js";
import { isOperator } from "./session.js";
import { t, word } from "./texts.js";
import { country } from "./times.js";

const pageSize = 1000;
const statuses = ["Unassigned", "ConferenceAssigned", "UserAssigned", "VoiceApplicationAssigned"];
const kinds = { ConferenceAssigned: "good", Unassigned: "plain", UserAssigned: "info", VoiceApplicationAssigned: "info" };
const filterNames = ["q", "status", "operator", "country", "type", "capability"];

const columns = () => [
  { name: "TelephoneNumber", label: t("number"), text: number => number.TelephoneNumber, class: "a strong", size: "minmax(9.5rem, 1fr)" },
  { name: "status", label: t("filter.state"), text: number => word(number.PstnAssignmentStatus), badge: number => kinds[number.PstnAssignmentStatus] ?? "plain", class: "b", size: "10rem" },
  { name: "provider", label: t("provider"), text: number => number.PstnPartnerName, class: "c", size: "minmax(8rem, 1.2fr)" },
  { name: "country", label: t("countryOrRegion"), text: number => [number.City, country(number.IsoCountryCode)].filter(Boolean).join(", "), class: "d", size: "minmax(7rem, 1.2fr)" },
  { name: "type", label: t("numberType"), text: number => word(number.NumberType), size: "9rem", wide: true },
  { name: "capability", label: t("capability"), text: number => number.Capability.map(word).join(", "), size: "minmax(9rem, 1.5fr)", wide: true },
];

const filtersOf = query => Object.fromEntries(filterNames.filter(name => query[name]).map(name => [name, query[name]]));

// The filters as parameters of the cmdlet: the service searches.
function parameters({ q, status, operator, country: code, type, capability }) {
  const words = [], digits = q?.replace(/[\s().-]/g, "");
  if (digits) words.push(`-TelephoneNumberContain ${quote(digits)}`);
  if (status) words.push(`-PstnAssignmentStatus ${quote(status)}`);
  if (code) words.push(`-IsoCountryCode ${quote(code)}`);
  if (type) words.push(`-NumberType ${quote(type)}`);
  if (capability) words.push(`-CapabilitiesContain ${quote(capability)}`);
  if (operator) words.push(`-Filter ${quote(`PstnPartnerId -eq '${operator.replace(/'/g, "''")}'`)}`);
  return words.join(" ");
}

export default async function numbers(screen) {
  const { content, rest, query, signal, redraw } = screen;
  if (isOperator()) return operatorNumbers(content, query, signal, redraw);
  let filters = filtersOf(query), rows = [], isWhole = false, isLoading = false, panel = null;
  const alert = h("p", { class: "alert", role: "alert", hidden: true }), shown = h("p", { class: "soft" }), panelPlace = h("div", { class: "panel-place" }), bridgePlace = h("div", {});
  const failed = error => { if (error.name !== "AbortError") { alert.textContent = error.message; alert.hidden = false; } };
  const table = dataRows({ columns: columns(), key: number => number.TelephoneNumber, label: t("inventory"), select: true, empty: t("noNumbers"), open: number => go("numbers", number.TelephoneNumber, filters), more: () => load().catch(failed) });
  const bulk = h("button", { type: "button", class: "small", disabled: true, onclick: () => assignMany(table.selected, redraw).catch(failed) }, t("assignSelected"));
  table.addEventListener("select", () => { bulk.disabled = table.selected.length === 0; bulk.textContent = table.chosen.size ? t("assignCount", { count: table.chosen.size }) : t("assignSelected"); });

  async function load(fresh = false) {
    if (isLoading && !fresh || isWhole && !fresh) return;
    isLoading = true;
    const asked = filters;
    try {
      const [page] = await show(`Get-CsPhoneNumberAssignment ${parameters(asked)} -Skip ${fresh ? 0 : rows.length} -Top ${pageSize}`);
      if (asked !== filters || signal.aborted) return;
      rows = fresh ? page : [...rows, ...page];
      isWhole = page.length < pageSize;
      alert.hidden = true;
      table.show(rows);
      shown.textContent = isWhole ? t("numbersShown", { count: rows.length }) : t("numbersShownMore", { count: rows.length });
    } finally { isLoading = false; }
  }

  const operators = await mine(signal);
  const change = debounced(250, () => load(true).catch(failed));
  const any = { value: "", label: t("any") };
  const bar = h("form", { class: "fields filters", role: "search", "aria-label": t("filters") },
    field({ name: "q", label: t("searchNumbers"), kind: "search", value: filters.q, placeholder: "+1 425" }),
    field({ name: "status", label: t("filter.state"), kind: "select", value: filters.status, options: [any, ...statuses.map(value => ({ value, label: word(value) }))] }),
    field({ name: "operator", label: t("provider"), kind: "select", value: filters.operator, options: [any, ...new Set([...operators.map(one => one.operatorID), ...(filters.operator ? [filters.operator] : [])])] }),
    field({ name: "country", label: t("countryCode"), value: filters.country, maxlength: 2, placeholder: "US" }),
    field({ name: "capability", label: t("capability"), kind: "select", value: filters.capability, options: [any, ...["ConferenceAssignment", "UserAssignment", "VoiceApplicationAssignment", "TollFree", "Geographic"].map(value => ({ value, label: word(value) }))] }));
  bar.addEventListener("submit", event => event.preventDefault());
  bar.addEventListener("input", () => {
    filters = Object.fromEntries([...new FormData(bar)].filter(([, text]) => text.trim()).map(([name, text]) => [name, name === "country" ? text.trim().toUpperCase() : text.trim()]));
    note(filters);
    change();
  });
  const box = h("div", { class: "list" }, bar, alert, table, h("div", { class: "row between" }, shown, h("span", { class: "row" }, bulk,
    h("button", { type: "button", class: "small", onclick: () => fromCSV(redraw) }, t("importCSV")), h("button", { type: "button", class: "small", onclick: () => exportCSV(filters).catch(failed) }, t("exportCSV")))));
  put(content, bridgePlace, h("div", { class: "split" }, box, panelPlace));

  function open(number) {
    panel = number ? numberPanel(number, { close: () => go("numbers", [], filters), changed: redraw }) : null;
    content.classList.toggle("with-panel", Boolean(number));
    put(panelPlace, panel);
    if (panel) panel.querySelector("h2").focus();
    else if (table.focused) table.focusRow(rows.findIndex(row => row.TelephoneNumber === table.focused));
  }
  await Promise.all([load(true).catch(failed), bridgeCard(bridgePlace, redraw)]);
  if (rest[0]) open(rest[0]);
  return where => {
    if (JSON.stringify(filtersOf(where.query)) !== JSON.stringify(filters)) return false;
    open(where.rest[0] ?? null);
    return true;
  };
}

// Written by the service itself, in whole, a thousand numbers a time.
async function exportCSV(filters) {
  const script = `0..9 | ForEach-Object { Get-CsPhoneNumberAssignment ${parameters(filters)} -Skip ($_ * 1000) -Top 1000 } | Select-Object TelephoneNumber, PstnPartnerName, PstnPartnerId, PstnAssignmentStatus, NumberType, IsoCountryCode, City | Export-Csv numbers.csv -NoTypeInformation`;
  const { files } = await run(script);
  saveFile("numbers.csv", files["numbers.csv"]);
}
