// Where the console's texts come from: the viewer's language where there are texts in it, English otherwise.
import { texts as english, words as englishWords } from "./texts-en.js";

const languages = { en: { texts: english, words: englishWords } };
export const language = navigator.language || "en";
const chosen = languages[language.slice(0, 2)] ?? languages.en;

// The text of that name with `{name}` filled in; of `{name:one|many}` the one that fits the number.
export function t(name, values = {}) {
  const text = chosen.texts[name] ?? languages.en.texts[name];
  if (text === undefined) throw new Error(`there is no text ${name}`);
  return text.replace(/\{(\w+):([^|}]*)\|([^}]*)\}/g, (_, key, one, many) => String(values[key]) === "1" ? one : many).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

// An enumeration's value in words, as a person would say it.
export function word(value) {
  if (value === undefined || value === null) return "";
  return chosen.words[value] ?? languages.en.words[value] ?? String(value).replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`).replace(/^./, first => first.toUpperCase());
}
