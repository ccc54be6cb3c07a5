// The frame: sign-in, the sections that the token's role has, and the screen that the address names.
import { get, getIfThere, ServiceError } from "./api.js";
import { dialog } from "./dialogs.js";
import { h, put } from "./dom.js";
import { field, form } from "./forms.js";
import { connection, connectionState } from "./live.js";
import { onWaiting, reviewAgain, waiting, withdraw } from "./rehearsal.js";
import { link, onPlace, place, takeToken } from "./router.js";
import { chooseTenant, forget, isPlatform, keepToken, onTenant, restore, session } from "./session.js";
import { screens } from "./screens.js";
import { tenantChoice } from "./tenantchoice.js";
import { t, word } from "./texts.js";
import { tryAnywhere } from "./tryout.js";

const root = document.getElementById("console");
let leave = new AbortController(), drawn = null, move = null;

async function begin() {
  restore();
  const given = takeToken();
  if (given) {
    forget();
    keepToken(given);
  }
  if (!session.token) return signIn();
  await enter();
}

// Asks the service whose the token is. A token that is in force no more asks for another.
async function enter() {
  session.renew = null;
  try { session.holder = await get("/v1/token"); } catch (error) {
    return signIn(error.status === 401 ? t("tokenRefused") : error.message);
  }
  session.renew = renew;
  if (session.holder.tenant) chooseTenant(session.holder.tenant);
  if (isPlatform()) await choosePlatformsTenant();
  frame();
  draw();
}

// The tenant that was looked at where it is still there, or the one that the address names, or the only one.
async function choosePlatformsTenant() {
  for (const id of [session.tenant, place().query.tenant]) {
    if (id && await getIfThere(`/v1/tenants/${encodeURIComponent(id)}`)) return chooseTenant(id);
  }
  const { tenants } = await get("/v1/tenants", { limit: 2 });
  chooseTenant(tenants.length === 1 ? tenants[0].id : null);
}

function signIn(complaint) {
  document.title = t("signIn");
  const element = form({ name: t("signIn"), submit: t("signIn"), fields: [field({ name: "token", kind: "password", label: t("token"), required: true, help: t("tokenHelp"), placeholder: "dialout_…" })],
    save: async ({ token }) => { await check(token); await enter(); } });
  put(root, h("main", { class: "sign-in" }, h("h1", { tabindex: "-1" }, t("console")), complaint ? h("p", { class: "alert", role: "alert" }, complaint) : null, element), toasts());
  element.querySelector("input").focus();
}

async function check(token) {
  const before = session.token;
  session.token = token;
  try { return await get("/v1/token"); } catch (error) {
    session.token = before;
    throw error.status === 401 ? new ServiceError(401, { detail: t("tokenRefused"), field: "token" }) : error;
  } finally { if (session.token === token) keepToken(token); }
}

let renewing = null;

// One dialog for all that wait; the page and its forms stay as they are behind it.
function renew() {
  renewing ??= dialog(t("sessionOver"), close => form({
    name: t("sessionOver"), submit: t("goOn"), cancel: () => { forget(); location.reload(); },
    fields: [h("p", {}, t("sessionOverHelp")), field({ name: "token", kind: "password", label: t("token"), required: true })],
    save: async ({ token }) => {
      const silent = session.renew;
      session.renew = null;
      try { session.holder = await check(token); } finally { session.renew = silent; }
      close(true);
    },
  })).then(renewed => {
    renewing = null;
    if (!renewed) throw new ServiceError(401, { detail: t("sessionOver") });
  });
  return renewing;
}

const toasts = () => h("div", { id: "toasts", role: "status", "aria-live": "polite" });

function frame() {
  const holder = session.holder, mine = screens.filter(screen => screen.roles.includes(holder.role));
  const state = h("p", { class: "connection", role: "status" });
  const show = () => { state.dataset.state = connectionState(); state.textContent = t(`connection.${connectionState()}`); };
  connection.addEventListener("change", show);
  show();
  const who = holder.operator ?? holder.tenant ?? t("wholePlatform");
  put(root,
    h("a", { class: "skip", href: "#main", onclick: event => { event.preventDefault(); document.querySelector("h1")?.focus(); } }, t("skip")),
    h("header", { class: "top" },
      h("a", { class: "brand", href: link("overview") }, t("console")), isPlatform() ? tenantChoice() : null, state,
      ["admin", "platform", "meeting"].includes(holder.role) ? h("button", { type: "button", class: "small", id: "try-anywhere", onclick: () => session.tenant ? tryAnywhere() : document.getElementById("tenant").focus() }, t("whatIf")) : null,
      h("p", { class: "who" }, `${word(holder.role)} · ${who}`), h("button", { type: "button", class: "small", onclick: () => { forget(); location.hash = ""; location.reload(); } }, t("signOut"))),
    h("div", { class: "body" },
      h("nav", { "aria-label": t("sections") }, h("ul", {}, mine.map(screen => h("li", {}, h("a", { href: link(screen.name), "data-screen": screen.name }, t(`nav.${screen.name}`)))))),
      h("div", { class: "beside" }, reviewNote(), h("main", { id: "main" }))), toasts());
}

// A review that was left is found again from every section.
function reviewNote() {
  const note = h("div", { class: "waiting", role: "status" });
  const show = () => {
    const left = waiting();
    note.hidden = !left;
    put(note, left ? [h("span", {}, t("waitingReview", { title: left.title })), h("code", {}, left.script.split("\n")[0]),
      h("button", { type: "button", class: "small", onclick: async () => { if (await reviewAgain(left)) draw({ isMoved: false }); } }, t("reviewAgain")), h("button", { type: "button", class: "small", onclick: withdraw }, t("discard"))] : []);
  };
  onWaiting(show);
  onTenant(show);
  show();
  return note;
}

// Draws the screen of the address; the one before is told to stop what it watches. A screen may come to a function that moves within it.
async function draw({ isMoved = true } = {}) {
  leave.abort();
  leave = new AbortController();
  move = null;
  const signal = leave.signal, where = place(), main = document.getElementById("main");
  if (!main) return;
  const screen = screens.find(candidate => candidate.name === where.screen);
  const title = screen ? t(`nav.${screen.name}`) : t("notFound");
  document.title = `${title} · ${t("console")}`;
  for (const anchor of root.querySelectorAll("nav a")) {
    if (anchor.dataset.screen === where.screen) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  const heading = h("h1", { tabindex: "-1" }, title), content = h("div", { class: `screen ${where.screen}` });
  put(main, heading, content);
  if (drawn !== null && isMoved) heading.focus({ preventScroll: true });
  drawn = where.screen;
  const sentence = !screen ? t("notFoundHelp") : !screen.roles.includes(session.holder.role) ? t("notYours", { role: word(session.holder.role) })
    : screen.ofTenant && !session.tenant && session.holder.role !== "operator" ? t("chooseTenant") : null;
  if (sentence) return put(content, h("p", { class: "empty" }, sentence));
  try {
    const module = await screen.load();
    if (signal.aborted) return;
    const moved = await module.default({ content, heading, rest: where.rest, query: where.query, signal, redraw: () => draw() });
    if (!signal.aborted) move = moved;
  } catch (error) {
    if (error.name === "AbortError" || signal.aborted) return;
    content.append(h("p", { class: "alert", role: "alert" }, error.message), h("button", { type: "button", onclick: () => draw() }, t("tryAgain")));
  }
}

onPlace(where => {
  const given = takeToken();
  if (given) {
    forget();
    keepToken(given);
    return location.reload();
  }
  if (where.screen !== drawn || !move?.(where)) draw();
});
onTenant(() => draw({ isMoved: false }));
begin();
