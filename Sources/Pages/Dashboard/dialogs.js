// Dialogs of the browser's own: focus goes in and comes back, Escape closes.
import { freshID, h } from "./dom.js";
import { link } from "./router.js";
import { t } from "./texts.js";

// Opens a dialog; `fill(close)` gives its content. Comes to what `close` was given, undefined when it was dismissed.
export function dialog(title, fill, { wide = false } = {}) {
  return new Promise(done => {
    const id = freshID(), before = document.activeElement;
    let result;
    const element = h("dialog", { "aria-labelledby": id, class: wide ? "wide" : "" });
    const close = value => { result = value; element.close(); };
    element.append(h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: () => close() }, "✕")), ...[fill(close)].flat());
    // A way out of the dialog leads out of it.
    element.addEventListener("click", event => { if (event.target.closest("a[href]")) element.close(); });
    element.addEventListener("close", () => {
      element.remove();
      if (before?.isConnected) before.focus();
      done(result);
    });
    document.body.append(element);
    element.showModal();
    (element.querySelector("[autofocus]") ?? element.querySelector("input:not([type=hidden]), select, textarea") ?? element.querySelector("button.primary"))?.focus();
  });
}

// A question before something that cannot be taken back. `act` is done inside, so that its error is shown there.
export function confirm(title, text, verb, act, { danger = true, more = [] } = {}) {
  return dialog(title, close => {
    const alert = h("p", { class: "alert", role: "alert", hidden: true });
    const button = h("button", { type: "button", class: danger ? "danger" : "primary", onclick: async () => {
      button.disabled = true;
      try {
        await act();
        close(true);
      } catch (error) {
        alert.replaceChildren(...explained(error));
        alert.hidden = false;
        button.disabled = false;
      }
    } }, verb);
    return [h("p", {}, text), ...more, alert, h("div", { class: "actions" }, button, h("button", { type: "button", autofocus: true, onclick: () => close() }, t("cancel")))];
  });
}

// The service's sentence, and everything that still holds what was to go, each with the way there.
function explained(error) {
  const holders = error.problem?.holders ?? [];
  return [error.message, holders.length ? h("ul", {}, holders.map(({ number, kind, name }) => h("li", {}, h("a", { href: placeOf(number, kind, name) }, t(`holder.${kind}`, { number, name }))))) : ""];
}

const placeOf = (number, kind, name) => kind === "route" ? link("routing", ["route", name]) : kind === "userDefault" || kind === "assignment" && name.includes("@") ? link("users", name) : link("numbers", number);

// A sentence at the foot of the page that goes by itself, read out when it comes.
export function tell(text) {
  const place = document.getElementById("toasts"), toast = h("p", { class: "toast" }, text);
  place.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

// Shows at the button why its action was refused.
export const attempt = action => async event => {
  const button = event.currentTarget, old = button.parentElement.querySelector(":scope > .alert");
  old?.remove();
  try { await action(); } catch (error) { button.after(h("p", { class: "alert", role: "alert" }, error.message)); }
};
