// Settings of conferencing, limits, licences, tokens and webhooks; each part has an address of its own.
import { callSettings } from "./callsettings.js";
import { conferencing } from "./conferencing.js";
import { h, put } from "./dom.js";
import { licenceSettings } from "./licences.js";
import { limitSettings } from "./limits.js";
import { link } from "./router.js";
import { isPlatform, session } from "./session.js";
import { t } from "./texts.js";
import { tokenSettings } from "./tokens.js";
import { webhookSettings } from "./webhooks.js";

export default async function settings({ content, rest, signal, redraw }) {
  const parts = session.tenant ? { conferencing, calls: callSettings, limits: limitSettings, licences: licenceSettings, tokens: tokenSettings, webhooks: webhookSettings } : { limits: limitSettings, tokens: tokenSettings };
  const name = parts[rest[0]] ? rest[0] : Object.keys(parts)[0], place = h("div", { class: "stack" });
  put(content, h("nav", { class: "tabs", "aria-label": t("nav.settings") }, Object.keys(parts).map(part => h("a", { href: link("settings", part), "aria-current": part === name ? "page" : null }, t(`settings.${part}`)))),
    isPlatform() && !session.tenant ? h("p", { class: "note" }, t("chooseTenantForMore")) : null, place);
  await parts[name]({ place, signal, redraw });
}
