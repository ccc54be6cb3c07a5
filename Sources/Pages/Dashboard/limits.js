// Dial-out limits: warned of from one level on, refused from another; the platform sets them, a tenant sees them.
import { call, get } from "./api.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { isPlatform, session, tenantPath } from "./session.js";
import { t, word } from "./texts.js";

export const measures = ["tenantConcurrentCalls", "organizerConcurrentCalls", "tenantCallsPerMinute", "organizerCallsPerMinute", "sameNumberPerHour", "shortCallPercent"];

export async function limitSettings({ place, signal, redraw }) {
  const path = session.tenant ? tenantPath("/limits") : "/v1/limits", told = await get(path, {}, signal);
  const own = session.tenant ? told.own : told, inForce = session.tenant ? told.inForce : told;
  const mayChange = isPlatform();
  const row = name => h("fieldset", { class: "limit" }, h("legend", {}, word(name)), h("div", { class: "fields" }, ["warn", "block"].map(level => field({
    name: `${name}.${level}`, label: t(`limit.${level}`), kind: "number", min: "1", value: own[name]?.[level] ?? "", disabled: !mayChange, placeholder: inForce[name]?.[level] ?? t("noLimit"), names: [name] }))));
  const element = form({
    name: t("settings.limits"), fields: [...measures.map(row), field({ name: "duplicateSeconds", label: word("duplicateSeconds"), kind: "number", min: "0", max: "60", value: own.duplicateSeconds ?? "", placeholder: inForce.duplicateSeconds, disabled: !mayChange })],
    save: async given => {
      const body = {};
      for (const name of measures) {
        const level = Object.fromEntries(["warn", "block"].filter(one => given[`${name}.${one}`]).map(one => [one, Number(given[`${name}.${one}`])]));
        if (Object.keys(level).length) body[name] = level;
      }
      if (given.duplicateSeconds) body.duplicateSeconds = Number(given.duplicateSeconds);
      await call("PUT", path, { body });
      tell(t("saved"));
      redraw();
    },
  });
  if (!mayChange) element.querySelector(".actions").remove();
  put(place, h("section", { class: "card" }, h("h2", {}, t("settings.limits")), h("p", { class: "soft" }, mayChange ? t("limitsHelp") : t("limitsOnlyPlatform")), element));
}
