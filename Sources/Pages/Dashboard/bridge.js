// The tenant's conference bridge: its name, its default number, how many numbers it has.
import { show } from "./api.js";
import { cmdlet, quote } from "./cmdlets.js";
import { dialog } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { review } from "./rehearsal.js";
import { link } from "./router.js";
import { t } from "./texts.js";
import { count } from "./times.js";

export async function bridgeCard(place, changed) {
  const [[bridge]] = await show("Get-CsOnlineDialInConferencingBridge");
  if (!bridge) return put(place, h("section", { class: "card" }, h("h2", {}, t("bridge")), h("p", { class: "empty" }, t("noBridge"))));
  const standard = bridge.DefaultServiceNumber ? `+${bridge.DefaultServiceNumber}`.replace("++", "+") : null;
  put(place, h("section", { class: "card bridge" }, h("header", { class: "row between" }, h("h2", {}, `${t("bridge")}: ${bridge.Name}`), h("button", { type: "button", class: "small", onclick: () => edit(bridge, standard, changed) }, t("edit"))),
    h("p", {}, h("a", { href: link("numbers", [], { status: "ConferenceAssigned" }) }, t("bridgeNumbers", { count: count(bridge.ServiceNumbers.length) })), " · ", standard ? t("defaultIs", { number: standard }) : t("noDefault"))));
}

async function edit(bridge, standard, changed) {
  const saved = await dialog(t("bridge"), close => form({
    name: t("bridge"), submit: t("review"), cancel: () => close(),
    fields: [field({ name: "name", label: t("name"), value: bridge.Name, required: true, names: ["Instance", "Name"] }), field({ name: "standard", label: t("defaultNumber"), value: standard, help: t("defaultNumberHelp"), names: ["DefaultServiceNumber"] })],
    save: async given => {
      const script = [given.name !== bridge.Name ? `$bridge = Get-CsOnlineDialInConferencingBridge\n$bridge.Name = ${quote(given.name)}\nSet-CsOnlineDialInConferencingBridge -Instance $bridge` : null,
        given.standard && given.standard !== standard ? cmdlet("Set-CsOnlineDialInConferencingBridge", { Identity: bridge.Identity, DefaultServiceNumber: given.standard }) : null].filter(Boolean).join("\n");
      if (!script || await review(script)) close(Boolean(script));
    },
  }));
  if (saved) changed();
}
