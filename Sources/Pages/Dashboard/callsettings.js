// What no cmdlet sets: whether meetings dial at all, the caller ID withheld, the carrier after a route, prefixes; and what the platform alone sets.
import { call } from "./api.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form, words } from "./forms.js";
import { isPlatform, tenantPath } from "./session.js";
import { t } from "./texts.js";
import { bothVersions } from "./versions.js";

const switches = ["audioConferencingEnabled", "withholdCallerID", "serviceCarrierAfterMatchedRoute", "operatorRoutesForReducedLicences"];
const lists = ["deniedPrefixes", "allowedPrefixes"], amounts = ["purchasedStandardLicences", "communicationsCreditsBalance"];
const recharge = "communicationsCreditsAutoRecharge", recharging = ["trigger", "amount"];

// What is used of minutes and credits, as lines.
function usageLines({ month, minutes, credits }) {
  const lines = [...(minutes ? [t("usage.minutes", { month, ...minutes })] : []), ...(credits ? [t("usage.credits", credits)] : [])];
  return lines.length ? lines : [t("usage.none")];
}

// What the platform alone sets: an empty field takes the figure away.
function figures(given) {
  const number = name => given[name] === "" ? null : Number(given[name]);
  const rest = recharging.every(name => given[name] === "") ? null : Object.fromEntries(recharging.filter(name => given[name] !== "").map(name => [name, Number(given[name])]));
  return { ...Object.fromEntries(amounts.map(name => [name, number(name)])), [recharge]: rest };
}

export async function callSettings({ place, signal, redraw }) {
  const path = tenantPath("/settings");
  let { body: now, tag } = await call("GET", path, { signal });
  const { body: usage } = await call("GET", tenantPath("/usage"), { signal });
  const element = form({
    name: t("settings.calls"), fields: [
      ...switches.map(name => field({ name, label: t(`callSetting.${name}`), kind: "checkbox", value: now[name] })),
      ...lists.map(name => field({ name, label: t(`callSetting.${name}`), kind: "area", value: (now[name] ?? []).join("\n") })),
      ...amounts.map(name => field({ name, label: t(`callSetting.${name}`), kind: "number", min: "0", value: now[name] ?? "", disabled: !isPlatform() })),
      ...recharging.map(name => field({ name, label: t(`callSetting.${name}`), kind: "number", min: "1", value: now[recharge]?.[name] ?? "", disabled: !isPlatform() })),
    ],
    save: async given => {
      const body = Object.fromEntries([...switches.map(name => [name, given[name]]), ...lists.map(name => [name, words(given[name])]),
        ...(isPlatform() ? Object.entries(figures(given)) : [])]);
      try { await call("PATCH", path, { body, match: tag }); } catch (error) {
        if (error.status !== 412) throw error;
        ({ body: now, tag } = await call("GET", path));
        return bothVersions(element, now, body);
      }
      tell(t("saved"));
      redraw();
    },
  });
  put(place, h("section", { class: "card" }, h("h2", {}, t("settings.calls")), usageLines(usage).map(line => h("p", { class: "soft" }, line)), element));
}
