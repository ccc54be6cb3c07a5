// Places in the console are in the address behind the #: `#/calls/ID?state=ringing`. Back, forward and reload find them again.
const listeners = new Set();

export function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [screen, ...rest] = path.split("/").map(decodeURIComponent);
  return { screen: screen || "overview", rest: rest.filter(part => part), query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function link(screen, rest = [], query = {}) {
  const parts = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#/${[screen, ...[rest].flat()].map(encodeURIComponent).join("/")}${parts.length ? `?${new URLSearchParams(parts)}` : ""}`;
}

export const go = (...where) => { location.hash = link(...where); };

// Another query at the same place; nothing is drawn anew by it.
export function note(query) {
  const { screen, rest } = place();
  history.replaceState(null, "", link(screen, rest, query));
}

export const onPlace = listener => listeners.add(listener);
addEventListener("hashchange", () => { for (const listener of listeners) listener(place()); });

// `/#token=…` brings a token that no server sees; it is taken once and does not stay in the address.
export function takeToken() {
  if (!location.hash.startsWith("#token=") && !location.hash.includes("&token=")) return null;
  const given = new URLSearchParams(location.hash.slice(1));
  const to = given.get("to") ?? "";
  history.replaceState(null, "", location.pathname + (to ? `#${to.startsWith("/") ? to : `/${to}`}` : ""));
  return given.get("token");
}
