// Elements made in one expression. Nothing is ever parsed as HTML, so no text of the service can become markup.
const svgNames = new Set(["svg", "g", "path", "rect", "line", "circle", "polyline", "text", "title", "polygon"]);
const properties = new Set(["value", "checked", "disabled", "hidden", "selected", "indeterminate", "textContent", "open"]);

export function h(name, attributes, ...children) {
  const element = svgNames.has(name) ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (properties.has(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...flat(children));
  return element;
}

const flat = children => children.flat(Infinity).filter(child => child !== undefined && child !== null && child !== false);

export const put = (parent, ...children) => { parent.replaceChildren(...flat(children)); return parent; };

let last = 0;
export const freshID = () => `x${++last}`;

// Puts `items` under `parent`, each element made once by its key: focus and selected text outlive a new drawing.
export function keep(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map(child => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = old.get(key);
    if (element) old.delete(key);
    else {
      element = make(item);
      element.dataset.key = key;
    }
    update?.(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of old.values()) gone.remove();
}

// Sets a text only where it is another one, so that a selection in it stays.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function debounced(milliseconds, action) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
