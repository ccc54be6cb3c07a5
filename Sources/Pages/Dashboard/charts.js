// Small pictures drawn as SVG, each with a text that says the same.
import { h } from "./dom.js";
import { t } from "./texts.js";

const width = 320, height = 96, foot = 14;

// Stacked areas over time: `series` are `{name, kind, values}` of equal length.
export function areas(series, labels, title) {
  const length = Math.max(2, labels.length), sums = labels.map((_, at) => series.reduce((sum, one) => sum + one.values[at], 0));
  const top = Math.max(1, ...sums), base = labels.map(() => 0);
  const x = at => at * (width / (length - 1)), y = value => height - foot - value / top * (height - foot - 6);
  const shapes = series.map(one => {
    const lower = base.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    one.values.forEach((value, at) => { base[at] += value; });
    const upper = base.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    return h("polygon", { class: `area ${one.kind}`, points: [...upper, ...lower.reverse()].join(" ") }, h("title", {}, one.name));
  });
  return picture(title, [...shapes, axis(labels, x), h("text", { x: 2, y: 10, class: "tick" }, top)]);
}

// Bars by label: `bars` are `{label, value, kind, text}`.
export function bars(items, title) {
  const top = Math.max(1, ...items.map(item => item.value ?? 0)), step = width / Math.max(1, items.length);
  return picture(title, [...items.map((item, at) => {
    const size = (item.value ?? 0) / top * (height - foot - 6);
    return h("rect", { class: `bar ${item.kind ?? ""}`, x: (at * step + step * .12).toFixed(1), width: (step * .76).toFixed(1), y: (height - foot - size).toFixed(1), height: size.toFixed(1), rx: 2 },
      h("title", {}, `${item.label}: ${item.text ?? item.value}`));
  }), axis(items.map(item => item.label), at => at * step + step / 2), h("text", { x: 2, y: 10, class: "tick" }, items.length ? Math.round(top) : "")]);
}

function axis(labels, x) {
  const every = Math.ceil(labels.length / 6) || 1;
  return h("g", {}, labels.map((label, at) => at % every === 0 ? h("text", { x: Math.min(width - 20, Math.max(20, x(at))).toFixed(1), y: height - 2, class: "tick middle" }, label) : null));
}

const picture = (title, content) => h("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, class: "chart" }, content);

// A list of shares: each row a name, a bar and a figure.
export function shares(items, { empty = t("nothingYet") } = {}) {
  const top = Math.max(1, ...items.map(item => item.value));
  if (!items.length) return h("p", { class: "empty" }, empty);
  return h("ul", { class: "shares" }, items.map(item => {
    const fill = h("span", { class: `fill ${item.kind ?? ""}` });
    fill.style.inlineSize = `${item.value / (item.of ?? top) * 100}%`;
    return h("li", {}, item.href ? h("a", { href: item.href }, item.label) : h("span", {}, item.label), h("span", { class: "track", "aria-hidden": "true" }, fill), h("span", { class: "n" }, item.text ?? item.value));
  }));
}

export const legend = series => h("ul", { class: "legend" }, series.map(one => h("li", {}, h("span", { class: `dot ${one.kind}`, "aria-hidden": "true" }), one.name)));
