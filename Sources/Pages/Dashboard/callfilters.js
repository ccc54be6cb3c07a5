// Search and filters of calls; they stand in the address and are applied by the service.
import { h } from "./dom.js";
import { field, form, values } from "./forms.js";
import { isOperator } from "./session.js";
import { t, word } from "./texts.js";
import { local, shortTime } from "./times.js";

export const states = ["queued", "dialling", "ringing", "connected", "ended"];
export const outcomes = ["completed", "busy", "declined", "noAnswer", "cancelled", "unreachable", "failed", "refused", "indeterminate"];
const names = ["number", "callerId", "organizer", "meeting", "operator", "state", "outcome", "from", "to", "callId"];

// What is no filter stays among them: the service refuses it by name, and it can be cleared.
export const filtersOf = query => Object.fromEntries([...names, ...Object.keys(query).filter(name => !names.includes(name))].filter(name => query[name]).map(name => [name, query[name]]));
const label = name => names.includes(name) ? t(`filter.${name}`) : name;

// Which filter a searched text is meant for.
export function guess(text) {
  const digits = text.replace(/[\s().-]/g, "");
  if (/^[0-9a-f]{32}$/.test(text)) return { id: text };
  if (/^\+?\d{3,15}$/.test(digits)) return { number: digits.startsWith("+") ? digits : `+${digits}` };
  if (/^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) && !/@\d+(\.\d+){3}$/.test(text) && !/^[0-9a-f-]{16,}@/.test(text)) return { organizer: text.toLowerCase() };
  if (text.includes("@") || /^[0-9a-f-]{16,}$/.test(text)) return { callId: text };
  return { meeting: text };
}

// Whether an event's call belongs among those that the service was asked for.
export function matches(call, filters) {
  const equal = (name, value) => !filters[name] || filters[name].toLowerCase() === String(value ?? "").toLowerCase();
  return equal("number", call.number) && equal("callerId", call.callerId) && equal("organizer", call.organizer) && equal("meeting", call.meetingId)
    && equal("operator", call.operator) && equal("state", call.state) && equal("outcome", call.outcome) && !filters.callId
    && (!filters.from || call.acceptedAt >= filters.from) && (!filters.to || call.acceptedAt < filters.to);
}

// `change(filters)` is called with what is asked for now, `find(id)` with a dial-out's id.
export function filterBar(filters, { change, find }) {
  const search = h("form", { role: "search", class: "searchline" }, h("input", { type: "search", name: "q", "aria-label": t("searchCalls"), placeholder: t("searchCalls"), autocomplete: "off" }), h("button", { class: "primary" }, t("search")));
  search.addEventListener("submit", event => {
    event.preventDefault();
    const { q } = values(search);
    if (!q) return;
    const found = guess(q);
    search.reset();
    if (found.id) find(found.id);
    else change({ ...filters, ...found });
  });
  const chips = Object.entries(filters).map(([name, value]) => h("button", { type: "button", class: "chip", "aria-label": t("removeFilter", { name: label(name), value }), onclick: () => change({ ...filters, [name]: undefined }) },
    `${label(name)}: ${name === "from" || name === "to" ? shortTime(value) : ["state", "outcome"].includes(name) ? word(value) : value} ✕`));
  return h("div", { class: "filters" }, search, chips.length ? h("div", { class: "chips" }, chips, h("button", { type: "button", class: "quiet", onclick: () => change({}) }, t("clearFilters"))) : null, more(filters, change));
}

function more(filters, change) {
  const options = (all, any) => [{ value: "", label: any }, ...all.map(value => ({ value, label: word(value) }))];
  const shown = names.filter(name => !isOperator() || !["organizer", "meeting"].includes(name));
  const element = form({
    name: t("filters"), submit: t("filter"), fields: h("div", { class: "fields" }, shown.map(name => field({
      name, label: t(`filter.${name}`), value: name === "from" || name === "to" ? local(filters[name]) : filters[name],
      ...(name === "state" ? { kind: "select", options: options(states, t("any")) } : name === "outcome" ? { kind: "select", options: options(outcomes, t("any")) }
        : name === "from" || name === "to" ? { kind: "datetime-local", step: "1" } : {}),
    }))),
    save: given => change(Object.fromEntries(Object.entries(given).map(([name, text]) => [name, (name === "from" || name === "to") && text ? new Date(text).toISOString() : text]).filter(([, text]) => text))),
  });
  return h("details", { class: "more" }, h("summary", {}, t("moreFilters")), element);
}
