// Many numbers at a time: those that are selected, or those of a file.
import { show } from "./api.js";
import { column } from "./csv.js";
import { dialog } from "./dialogs.js";
import { h } from "./dom.js";
import { form } from "./forms.js";
import { register } from "./numberpanel.js";
import { review } from "./rehearsal.js";
import { t } from "./texts.js";

export async function assignMany(numbers, changed) {
  const [[bridge]] = await show("Get-CsOnlineDialInConferencingBridge");
  if (await review(numbers.map(number => register(number.TelephoneNumber, bridge)).join("\n"), { done: t("onBridge") })) changed();
}

// A file of numbers, one a line or in a column TelephoneNumber; one script assigns them all or none.
export async function fromCSV(changed) {
  const input = h("input", { type: "file", name: "file", accept: ".csv,.txt,text/csv,text/plain", required: true, id: "numbers-file" });
  const assigned = await dialog(t("importCSV"), close => form({
    name: t("importCSV"), submit: t("review"), cancel: () => close(), fields: [h("p", {}, t("importHelp")), h("div", { class: "field" }, h("label", { for: "numbers-file" }, t("file")), input)],
    save: async () => {
      const numbers = column(await input.files[0].text(), ["telephonenumber", "number", "identity"]);
      if (!numbers.length) throw new Error(t("noNumbersInFile"));
      const script = 'Import-Csv numbers.csv | ForEach-Object { Register-CsOnlineDialInConferencingServiceNumber -Identity $_.TelephoneNumber -BridgeName "Conference Bridge" }';
      if (await review(script, { files: { "numbers.csv": `TelephoneNumber\n${numbers.join("\n")}\n` }, done: t("onBridge") })) close(true);
    },
  }));
  if (assigned) changed();
}
