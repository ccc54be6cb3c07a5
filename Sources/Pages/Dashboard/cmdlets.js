// Texts of cmdlets, as an administrator would type them.
import { h } from "./dom.js";
import { t } from "./texts.js";

// A word of PowerShell; in double quotes nothing has a meaning but `, $ and ", whose typographic forms end the text as well.
export const quote = text => `"${String(text).replace(/[`"$\u201C-\u201E]/g, "`$&")}"`;
export const list = texts => texts.length ? texts.map(quote).join(", ") : "$null";
const value = given => Array.isArray(given) ? list(given) : typeof given === "number" ? String(given) : typeof given === "boolean" ? `$${given}` : quote(given);

// `cmdlet("New-X", {Identity: "a", Global: true})`; true is a switch, null gives $null, undefined leaves the parameter out.
export function cmdlet(name, parameters) {
  const words = Object.entries(parameters).filter(([, given]) => given !== undefined && given !== false)
    .map(([parameter, given]) => given === true ? `-${parameter}` : given === null ? `-${parameter} $null` : given?.raw ? `-${parameter} ${given.raw}` : `-${parameter} ${value(given)}`);
  return [name, ...words].join(" ");
}

export const truth = given => ({ raw: given ? "$true" : "$false" });
export const replacing = texts => ({ raw: texts.length ? `@{Replace=${list(texts)}}` : "$null" });
export const adding = text => ({ raw: `@{Add=${quote(text)}}` });
export const removing = text => ({ raw: `@{Remove=${quote(text)}}` });

// The cmdlet that does the same, with a button that copies it.
export function cmdletBox(script, title = t("sameCmdlet")) {
  const code = h("pre", { tabindex: "0", "aria-label": title }, script);
  const button = h("button", { type: "button", class: "small", onclick: () => copy(code.textContent, button) }, t("copy"));
  const box = h("figure", { class: "cmdlet" }, h("figcaption", {}, title, button), code);
  box.show = text => { code.textContent = text; };
  return box;
}

async function copy(text, button) {
  try { await navigator.clipboard.writeText(text); } catch {
    const area = h("textarea", { value: text });
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.textContent = t("copied");
  button.setAttribute("aria-live", "polite");
}
