// Somebody else changed the same thing meanwhile: both versions stand beside each other, and saving once more puts one's own in force.
import { difference } from "./difference.js";
import { h } from "./dom.js";
import { t } from "./texts.js";

export function bothVersions(form, theirs, mine) {
  form.querySelector(".versions")?.remove();
  const shown = Object.fromEntries(Object.keys(mine).map(name => [name, theirs?.[name]]));
  const box = h("section", { class: "versions alert", role: "alert", tabindex: "-1" }, h("h3", {}, t("changedMeanwhile")), h("p", {}, t("changedMeanwhileHelp")), difference([{ object: t("theirsToMine"), before: shown, after: mine }]));
  form.querySelector(".actions").before(box);
  box.focus();
}
