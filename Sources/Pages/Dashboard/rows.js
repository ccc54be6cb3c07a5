// `<data-rows>`: a table of any length. Only the rows in sight are elements; each is made once by its key and changed in place, so focus,
// selection and scrolling outlive every update. Arrow keys walk, Enter opens, Space selects.
import { h, say } from "./dom.js";
import { t } from "./texts.js";

const margin = 8;
const kind = column => `${column.number ? "n" : ""} ${column.wide ? "wide" : ""}`;

class DataRows extends HTMLElement {
  rows = [];
  columns = [];
  chosen = new Set();
  focused = null;
  #elements = new Map();

  // Columns are `{name, label, text(row), badge(row), title(row), size, number}`; `wide` ones are left out where there is little room, and where there is
  // least a row is the four cells of class a to d. `key(row)` tells rows apart; `open(row)` opens one.
  setUp({ columns, key, open, href, label, select = false, empty, more }) {
    Object.assign(this, { columns, key, openRow: open, href, select, emptyText: empty, more });
    const template = shown => [select ? "2.4rem" : "", ...shown.map(column => column.size ?? "minmax(6rem, 1fr)")].join(" ");
    this.style.setProperty("--columns", template(columns));
    this.style.setProperty("--fewer-columns", template(columns.filter(column => !column.wide)));
    this.head = h("div", { role: "row", class: "head" }, select ? h("span", { role: "columnheader" }, h("span", { class: "unseen" }, t("select"))) : null,
      columns.map(column => h("span", { role: "columnheader", class: kind(column) }, column.label)));
    this.body = h("div", { role: "rowgroup", class: "rows" });
    this.view = h("div", { class: "scroll", role: "presentation" }, this.body);
    this.none = h("p", { class: "empty", hidden: true }, empty);
    this.replaceChildren(h("div", { role: "grid", "aria-label": label, class: "grid" }, h("div", { role: "rowgroup" }, this.head), this.view), this.none);
    this.grid = this.firstElementChild;
    this.view.addEventListener("scroll", () => this.draw(), { passive: true });
    this.body.addEventListener("keydown", event => this.#key(event));
    this.body.addEventListener("click", event => this.#click(event));
    this.body.addEventListener("focusin", () => this.#noteFocus());
    return this;
  }

  connectedCallback() {
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this);
  }
  disconnectedCallback() { this.observer?.disconnect(); }

  // Rows that came in above do not move what is being read.
  show(rows) {
    const height = this.height, before = this.rows[0] && this.key(this.rows[0]);
    this.rows = rows;
    const shift = before !== undefined && this.view.scrollTop > height ? rows.findIndex(row => this.key(row) === before) : 0;
    this.draw();
    if (shift > 0) this.view.scrollTop += shift * height;
  }

  // For a list that is there at once.
  shown(rows) {
    this.show(rows);
    return this;
  }

  get height() { return parseFloat(getComputedStyle(this).getPropertyValue("--row-height")) || 40; }
  get selected() { return this.rows.filter(row => this.chosen.has(String(this.key(row)))); }

  // A window that is not in front tells nobody of the focus that moves in it.
  #noteFocus() {
    const active = this.body.contains(document.activeElement) ? document.activeElement.closest("[role=row]") : null;
    if (active) this.focused = active.dataset.key;
  }

  draw() {
    if (!this.body) return;
    this.#noteFocus();
    this.#draw();
  }

  #draw() {
    const height = this.height, total = this.rows.length;
    this.body.style.height = `${total * height}px`;
    this.grid.setAttribute("aria-rowcount", total + 1);
    this.none.hidden = total > 0;
    this.view.hidden = total === 0;
    const first = Math.max(0, Math.floor(this.view.scrollTop / height) - margin);
    const last = Math.min(total, Math.ceil((this.view.scrollTop + this.view.clientHeight) / height) + margin);
    const held = this.focused === null ? -1 : this.rows.findIndex(row => String(this.key(row)) === this.focused);
    const wanted = [];
    if (held >= 0 && held < first) wanted.push(held);
    for (let index = first; index < last; index++) wanted.push(index);
    if (held >= last) wanted.push(held);
    const keys = new Set(wanted.map(index => String(this.key(this.rows[index]))));
    for (const [key, element] of this.#elements) {
      if (keys.has(key)) continue;
      element.remove();
      this.#elements.delete(key);
    }
    let next = null;
    for (const index of wanted.reverse()) next = this.#place(index, height, next);
    this.#markTabStop();
    if (this.more && last >= total - margin && total > 0) this.more();
  }

  // Elements stand in the order of their rows; the one that has the focus is never moved, since that would take it away.
  #place(index, height, next) {
    const row = this.rows[index], key = String(this.key(row));
    let element = this.#elements.get(key);
    if (!element) {
      element = this.#make(key);
      this.#elements.set(key, element);
      this.body.insertBefore(element, next);
    } else if (element.nextElementSibling !== next && element !== document.activeElement) this.body.insertBefore(element, next);
    element.style.transform = `translateY(${index * height}px)`;
    element.setAttribute("aria-rowindex", index + 2);
    element.index = index;
    this.#fill(element, row);
    return element;
  }

  #make(key) {
    const element = h("div", { role: "row", tabindex: "-1", "data-key": key, class: "row" });
    if (this.select) {
      element.append(h("span", { role: "gridcell", class: "check" }, h("input", { type: "checkbox", tabindex: "-1", "aria-label": t("selectRow", { name: key }) })));
    }
    for (const column of this.columns) {
      element.append(h("span", { role: "gridcell", class: `${kind(column)} ${column.class ?? ""}` }, column.badge ? h("span", { class: "badge" }) : h("span")));
    }
    return element;
  }

  #fill(element, row) {
    const key = element.dataset.key, cells = [...element.children].slice(this.select ? 1 : 0);
    if (this.select) element.firstElementChild.firstElementChild.checked = this.chosen.has(key);
    if (this.select) element.setAttribute("aria-selected", this.chosen.has(key));
    this.columns.forEach((column, place) => {
      const target = cells[place].firstElementChild, title = column.title?.(row) ?? "";
      say(target, String(column.text(row) ?? ""));
      if (column.badge) {
        const name = `badge ${column.text(row) ? column.badge(row) : "none"}`;
        if (target.className !== name) target.className = name;
      }
      if (target.title !== title) target.title = title;
    });
  }

  #markTabStop() {
    const stop = this.#elements.get(this.focused) ?? this.body.querySelector("[role=row]");
    for (const element of this.#elements.values()) {
      const value = element === stop ? "0" : "-1";
      if (element.getAttribute("tabindex") !== value) element.setAttribute("tabindex", value);
    }
  }

  #key(event) {
    const element = event.target.closest("[role=row]");
    if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.view.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) this.focusRow(Math.min(this.rows.length - 1, Math.max(0, element.index + steps[event.key])));
    else if (event.key === "Enter") this.#open(element);
    else if (event.key === " " && this.select) this.#toggle(element);
    else return;
    event.preventDefault();
  }

  focusRow(index) {
    const row = this.rows[index];
    if (!row) return;
    const top = index * this.height, bottom = top + this.height;
    if (top < this.view.scrollTop) this.view.scrollTop = top;
    if (bottom > this.view.scrollTop + this.view.clientHeight) this.view.scrollTop = bottom - this.view.clientHeight;
    this.focused = String(this.key(row));
    this.#draw();
    this.#elements.get(this.focused)?.focus({ preventScroll: true });
  }

  #click(event) {
    const element = event.target.closest("[role=row]");
    if (!element || String(getSelection())) return;
    if (event.target.closest(".check")) {
      event.preventDefault();
      this.#toggle(element);
      setTimeout(() => this.draw());
    } else this.#open(element);
  }

  #open(element) { this.openRow?.(this.rows[element.index]); }

  #toggle(element) {
    const key = element.dataset.key;
    if (!this.chosen.delete(key)) this.chosen.add(key);
    this.draw();
    this.dispatchEvent(new Event("select"));
  }
}
customElements.define("data-rows", DataRows);

export const dataRows = options => document.createElement("data-rows").setUp(options);
