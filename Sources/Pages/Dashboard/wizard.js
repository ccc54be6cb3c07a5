// Several steps one after the other: what was filled in an earlier one is kept, and each is a form of its own with its own checks.
import { h, put } from "./dom.js";
import { form } from "./forms.js";
import { t } from "./texts.js";

// `steps` are `{title, text, fields(state)}` with `check(values, state)`, which may throw; `finish(state)` does it all.
export function wizard({ name, steps, state, finish, submit, cancel }) {
  const element = h("section", { class: "wizard card", "aria-label": name });
  const show = (at, isMoved) => {
    const step = steps[at], isLast = at === steps.length - 1;
    const title = h("h2", { tabindex: "-1" }, step.title);
    const content = form({
      name: step.title, submit: isLast ? submit : t("next"), fields: [step.text ? h("p", { class: "soft" }, step.text) : null, step.fields(state)].flat().filter(Boolean),
      cancel: undefined, extra: [at > 0 ? h("button", { type: "button", onclick: () => show(at - 1, true) }, t("back")) : null, h("button", { type: "button", class: "quiet", onclick: cancel }, t("cancel"))].filter(Boolean),
      save: async given => {
        Object.assign(state, given);
        await step.check?.(given, state);
        if (isLast) await finish(state);
        else show(at + 1, true);
      },
    });
    put(element, progress(at), title, content);
    if (isMoved) title.focus();
  };
  const progress = at => h("ol", { class: "progress", "aria-label": t("stepOf", { step: at + 1, of: steps.length }) }, steps.map((step, place) =>
    h("li", { class: place < at ? "done" : place === at ? "now" : "", "aria-current": place === at ? "step" : null }, h("span", { class: "dot", "aria-hidden": "true" }, place < at ? "✓" : place + 1), h("span", {}, step.title))));
  show(0, false);
  return element;
}
