// How many calls there are now in each state: the service counts, not the page.
import { getIfThere } from "./api.js";
import { ofTenant } from "./calllist.js";
import { debounced, h, keep, say } from "./dom.js";
import { isOperator } from "./session.js";
import { t, word } from "./texts.js";
import { count } from "./times.js";

export const liveStates = ["queued", "dialling", "ringing", "connected"];
export const live = signal => getIfThere("/v1/live", isOperator() ? {} : ofTenant(), signal);

export function liveCounts(signal, href, each = () => {}) {
  const element = h("ul", { class: "counts", "aria-label": t("callsNow") });
  const show = told => keep(element, liveStates.map(state => ({ state, value: told?.states[state] ?? 0 })), item => item.state,
    item => h("li", { class: item.state }, h("a", { href: href(item.state) }, h("b", {}), h("span", {}, word(item.state)))),
    (item, { value }) => say(item.querySelector("b"), count(value)));
  const ask = () => live(signal).then(told => { show(told); if (told) each(told); }, () => {});
  const refresh = debounced(250, ask);
  const timer = setInterval(ask, 5000);
  signal.addEventListener("abort", () => clearInterval(timer));
  show(null);
  ask();
  return { element, refresh };
}
