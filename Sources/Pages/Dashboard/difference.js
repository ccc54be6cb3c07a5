// Objects before and after, property by property.
import { h } from "./dom.js";
import { t } from "./texts.js";

// `changes` are `{object, before, after}`; null before is new, null after is gone.
export const difference = changes => h("ul", { class: "difference" }, changes.map(({ object, before, after }) => h("li", {},
  h("strong", {}, object), " ", h("span", { class: "soft" }, before === null || before === undefined ? t("isNew") : after === null || after === undefined ? t("isGone") : ""),
  h("dl", {}, properties(before, after).map(([name, old, now]) => [h("dt", {}, name), h("dd", {}, old === undefined ? null : h("del", {}, old), old !== undefined && now !== undefined ? " → " : null, now === undefined ? null : h("ins", {}, now))])))));

function properties(before, after) {
  const isPlain = value => value === null || typeof value !== "object" || Array.isArray(value);
  if (isPlain(before ?? after)) return text(before) === text(after) ? [] : [["", text(before), text(after)]];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.map(name => [name, text(before?.[name]), text(after?.[name])]).filter(([, old, now]) => old !== now);
}

function text(value) {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) return value.length ? value.map(item => typeof item === "object" ? JSON.stringify(item) : item).join(", ") : undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
