// Times stand in the viewer's zone; UTC is what hovering shows.
import { h } from "./dom.js";
import { language, t } from "./texts.js";

const today = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const earlier = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const precise = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const countryNames = new Intl.DisplayNames(language, { type: "region" });

// What is no time, as somebody may write it into the address, is shown as it stands.
export function shortTime(text) {
  if (!text) return "";
  const time = new Date(text);
  if (isNaN(time)) return text;
  return (time.toDateString() === new Date().toDateString() ? today : earlier).format(time);
}
export const preciseTime = text => precise.format(new Date(text));
export const utc = text => text ? `${text.replace("T", " ").replace("Z", "")} UTC` : "";
export const timeElement = text => text ? h("time", { datetime: text, title: utc(text) }, shortTime(text)) : "";

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds)), hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60, rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function talked(call) {
  if (!call.connectedAt) return "";
  return duration(((call.endedAt ? Date.parse(call.endedAt) : Date.now()) - Date.parse(call.connectedAt)) / 1000);
}

export const milliseconds = value => value === undefined || value === null ? "–" : value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
export const count = value => new Intl.NumberFormat(language).format(value ?? 0);
export const percent = value => value === undefined || value === null ? "–" : `${Math.round(value * 100)} %`;

export function country(code) {
  try { return code ? countryNames.of(code) ?? code : ""; } catch { return code; }
}
export const countries = codes => codes?.length ? codes.map(country).join(", ") : t("anyCountry");

// As an input of date and time takes it, in the viewer's zone.
export function local(text) {
  if (!text) return "";
  const time = new Date(text);
  if (isNaN(time)) return "";
  return new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}
