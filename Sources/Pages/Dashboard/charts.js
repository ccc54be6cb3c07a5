// Small pictures drawn as SVG, each with a text that says the same.
import { h } from "./dom.js";
import { t } from "./texts.js";
import { count } from "./times.js";

const width = 320, height = 96, foot = 2;

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
  return picture(title, shapes, count(top), [labels[0], labels.at(-1)]);
}

// Bars by label: `bars` are `{label, value, kind, text}`; `scale` says the longest one's value.
export function bars(items, title, scale = count) {
  const top = Math.max(1, ...items.map(item => item.value ?? 0)), step = width / Math.max(1, items.length);
  return picture(title, items.map((item, at) => {
    const size = (item.value ?? 0) / top * (height - foot - 6);
    return h("rect", { class: `bar ${item.kind ?? ""}`, x: (at * step + step * .12).toFixed(1), width: (step * .76).toFixed(1), y: (height - foot - size).toFixed(1), height: size.toFixed(1), rx: 2 },
      h("title", {}, `${item.label}: ${item.text ?? item.value}`));
  }), scale(top), [0, .25, .5, .75, 1].map(part => items[Math.round(part * (items.length - 1))]?.label));
}

// The drawing stretches; its texts stand beside it in their own size.
function picture(title, content, top, labels) {
  return h("figure", { class: "picture" }, h("span", { class: "scale", "aria-hidden": "true" }, top),
    h("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": title, class: "chart" }, content, h("line", { class: "base", x1: 0, x2: width, y1: height - foot, y2: height - foot })),
    h("figcaption", { class: "axis", "aria-hidden": "true" }, labels.map(label => h("span", {}, label))));
}

// A list of shares: each row a name, a bar and a figure.
export function shares(items, { empty = t("nothingYet") } = {}) {
  const top = Math.max(1, ...items.map(item => item.value));
  if (!items.length) return h("p", { class: "empty" }, empty);
  return h("ul", { class: "shares" }, items.map(item => {
    const fill = h("span", { class: `fill ${item.kind ?? ""}` });
    fill.style.inlineSize = `${item.value / (item.of ?? top) * 100}%`;
    return h("li", {}, item.href ? h("a", { href: item.href }, item.label) : h("span", {}, item.label), h("span", { class: "n" }, item.text ?? item.value), h("span", { class: "track", "aria-hidden": "true" }, fill));
  }));
}

export const legend = series => h("ul", { class: "legend" }, series.map(one => h("li", {}, h("span", { class: `dot ${one.kind}`, "aria-hidden": "true" }), one.name)));
