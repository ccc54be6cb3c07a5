// How many of each licence were bought; the platform says it.
import { call } from "./api.js";
import { tell } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { isPlatform, tenantPath } from "./session.js";
import { t, word } from "./texts.js";
import { bothVersions } from "./versions.js";

const names = ["OperatorConnectConferencing", "AudioConferencingStandard", "AudioConferencingSelectDialOut", "AudioConferencingPayPerMinute", "CommunicationsCredits"];

export async function licenceSettings({ place, signal, redraw }) {
  const path = tenantPath("/licences");
  let { body: bought, tag } = await call("GET", path, { signal });
  const element = form({
    name: t("settings.licences"), fields: names.map(name => field({ name, label: word(name), kind: "number", min: "0", value: bought[name] ?? "", placeholder: t("noLimit"), disabled: !isPlatform() })),
    save: async given => {
      const body = Object.fromEntries(names.filter(name => given[name] !== "").map(name => [name, Number(given[name])]));
      try { await call("PUT", path, { body, match: tag }); } catch (error) {
        if (error.status !== 412) throw error;
        ({ body: bought, tag } = await call("GET", path));
        return bothVersions(element, bought, body);
      }
      tell(t("saved"));
      redraw();
    },
  });
  if (!isPlatform()) element.querySelector(".actions").remove();
  put(place, h("section", { class: "card" }, h("h2", {}, t("settings.licences")), h("p", { class: "soft" }, t("licencesHelp")), element));
}
