// Forms: each field with its label, its help and its own error; what the service says of a field is shown at it.
import { freshID, h } from "./dom.js";
import { t } from "./texts.js";

// `kind` is an input's type, or `select`, `checks`, `area`. `names` are what the service may call the field beside `name`.
export function field({ name, label, kind = "text", value, options = [], help, required, names = [], suggest, ...more }) {
  const id = freshID(), helpID = help ? `${id}-help` : undefined;
  const box = h("div", { class: `field ${kind}`, "data-field": [name, ...names].join(" ").toLowerCase() });
  const describe = { id, name, required, "aria-describedby": helpID };
  if (kind === "checks") return checks(box, { name, label, value: value ?? [], options, help, helpID });
  const control = kind === "select" ? h("select", { ...describe, ...more }, options.map(option => choice(option, value)))
    : kind === "area" ? h("textarea", { ...describe, rows: 3, ...more, value: value ?? "" })
    : kind === "checkbox" ? h("input", { ...describe, type: "checkbox", checked: Boolean(value), ...more })
    : h("input", { ...describe, type: kind, value: value ?? "", autocomplete: "off", spellcheck: "false", list: suggest && `${id}-list`, ...more });
  const title = h("label", { for: id }, label, required && kind !== "checkbox" ? h("span", { class: "required", "aria-hidden": "true" }, " *") : null);
  box.append(...(kind === "checkbox" ? [control, title] : [title, control]));
  if (suggest) box.append(h("datalist", { id: `${id}-list` }, suggest.map(text => h("option", { value: text }))));
  if (help) box.append(h("p", { class: "help", id: helpID }, help));
  return box;
}

const pair = option => typeof option === "object" ? option : { value: option, label: option };
const choice = (option, value) => h("option", { value: pair(option).value, selected: pair(option).value === (value ?? "") }, pair(option).label);

function checks(box, { name, label, value, options, help, helpID }) {
  const set = h("fieldset", { "aria-describedby": helpID }, h("legend", {}, label), h("div", { class: "checks" }, options.map(pair).map(option => {
    const id = freshID();
    return h("span", {}, h("input", { type: "checkbox", id, name, value: option.value, checked: value.includes(option.value) }), h("label", { for: id }, option.label));
  })));
  if (help) set.append(h("p", { class: "help", id: helpID }, help));
  box.append(set);
  return box;
}

// What stands in the form: a text each, true or false of a checkbox, a list of `checks`.
export function values(form) {
  const found = {};
  for (const control of form.elements) {
    if (!control.name) continue;
    const text = typeof control.value === "string" ? control.value.trim() : control.value;
    if (control.type !== "checkbox") found[control.name] = text;
    else if (control.closest(".checks")) (found[control.name] ??= []).push(...(control.checked ? [control.value] : []));
    else found[control.name] = control.checked;
  }
  return found;
}

// `save(values)` may throw what the service said; the form stays as it was filled, with the field marked.
export function form({ fields, submit = t("save"), cancel, save, name, extra }) {
  const alert = h("p", { class: "alert", role: "alert", hidden: true });
  const button = h("button", { class: "primary" }, submit);
  const element = h("form", { "aria-label": name }, fields, alert, h("div", { class: "actions" },
    button, cancel ? h("button", { type: "button", onclick: cancel }, t("cancel")) : null, extra));
  element.addEventListener("submit", async event => {
    event.preventDefault();
    clear(element, alert);
    button.disabled = true;
    try { await save(values(element), element); } catch (error) { mark(element, alert, error); } finally { button.disabled = false; }
  });
  element.complain = error => mark(element, alert, error);
  return element;
}

function clear(element, alert) {
  alert.hidden = true;
  for (const box of element.querySelectorAll(".field.wrong")) {
    box.classList.remove("wrong");
    box.querySelector(".error")?.remove();
    box.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }
}

function mark(element, alert, error) {
  if (error.name === "AbortError") return;
  const wanted = error.field?.toLowerCase().split(/[.[\]]/).filter(part => part && !/^\d+$/.test(part)) ?? [];
  // `trunks[1].uri` is the second of several fields of that name.
  const boxes = [...element.querySelectorAll("[data-field]")].filter(candidate => candidate.dataset.field.split(" ").some(name => wanted.includes(name)));
  const box = boxes[Number(error.field?.match(/\[(\d+)\]/)?.[1] ?? 0)] ?? boxes[0];
  alert.textContent = error.message;
  alert.hidden = Boolean(box);
  if (!box) return;
  const control = box.querySelector("input, select, textarea"), id = freshID();
  box.classList.add("wrong");
  box.append(h("p", { class: "error", id, role: "alert" }, error.message));
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [id, control.getAttribute("aria-describedby")?.split(" ").at(-1)].filter(Boolean).join(" "));
  control.focus();
}

export const words = text => text.split(/[,;\n]/).map(part => part.trim()).filter(part => part);
