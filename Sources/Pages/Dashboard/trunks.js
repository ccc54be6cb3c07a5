// Trunks as they stand: health, circuit, channels and queue against their limits; taken out, drained, put back.
import { call, get } from "./api.js";
import { confirm, tell } from "./dialogs.js";
import { h, keep, put, say } from "./dom.js";
import { field } from "./forms.js";
import { t, word } from "./texts.js";
import { shortTime } from "./times.js";

const kinds = { inService: "good", doubtful: "warn", draining: "warn", closed: "bad", disabled: "plain" };
const because = ({ reason, code }) => reason ? ` (${reason === "code" ? code : word(reason)})` : "";

// Trunks change without events: they are asked for again and again while somebody looks.
export function watchTrunks(place, path, signal) {
  const list = h("ul", { class: "items trunks" }), alert = h("p", { class: "alert", role: "alert", hidden: true });
  put(place, list, alert);
  const load = async () => {
    try {
      const { trunks } = await get(`${path}/trunks`, {}, signal);
      keep(list, trunks, trunk => trunk.name, trunk => item(trunk, path, load), update);
      alert.hidden = true;
      if (!trunks.length) put(list, h("li", { class: "empty" }, t("noTrunks")));
    } catch (error) {
      if (error.name === "AbortError") return;
      put(alert, error.message);
      alert.hidden = false;
    }
  };
  const timer = setInterval(load, 3000);
  signal.addEventListener("abort", () => clearInterval(timer));
  load();
}

function item(trunk, path, load) {
  const one = `${path}/trunks/${encodeURIComponent(trunk.name)}`;
  const meter = h("meter", { min: "0", "aria-label": t("channelsOf", { name: trunk.name }) });
  const element = h("li", {}, h("div", {}, h("strong", {}, trunk.name), " ", h("span", { class: "badge" }), h("div", { class: "soft uri" }), h("div", { class: "use" }, meter, h("span", { class: "channels" })), h("div", { class: "soft health" })),
    h("span", { class: "row" }, h("button", { type: "button", class: "small toggle" }), h("button", { type: "button", class: "small drain", "aria-label": `${t("drain")}: ${trunk.name}`, onclick: () => drain(one, trunk, load) }, t("drain"))));
  element.querySelector(".toggle").addEventListener("click", async event => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      await call("PATCH", one, { body: { enabled: button.dataset.to === "on" } });
      await load();
    } catch (error) { element.append(h("p", { class: "alert", role: "alert" }, error.message)); } finally { button.disabled = false; }
  });
  return element;
}

function update(element, trunk) {
  const badge = element.querySelector(".badge"), meter = element.querySelector("meter"), toggle = element.querySelector(".toggle");
  badge.className = `badge ${kinds[trunk.state]}`;
  say(badge, word(trunk.state));
  say(element.querySelector(".uri"), trunk.uri);
  meter.max = trunk.maxConcurrentCalls ?? Math.max(1, trunk.channelsInUse);
  meter.value = trunk.channelsInUse;
  say(element.querySelector(".channels"), t("trunkUse", { use: trunk.channelsInUse, of: trunk.maxConcurrentCalls ?? t("anyNumber"), rate: trunk.maxCallsPerSecond ?? t("anyNumber"), queued: trunk.queued, places: trunk.maxQueuedCalls }));
  const until = trunk.circuit.until ? ` ${t("until", { time: shortTime(trunk.circuit.until) })}` : "";
  say(element.querySelector(".health"), `${t("signOfLife")}: ${word(trunk.health.state)}${because(trunk.health)} · ${t("circuit")}: ${word(`circuit.${trunk.circuit.state}`)}${because(trunk.circuit)}${until}`);
  toggle.dataset.to = trunk.enabled ? "off" : "on";
  say(toggle, trunk.enabled ? t("takeOut") : t("putBack"));
  toggle.setAttribute("aria-label", `${toggle.textContent}: ${trunk.name}`);
  element.querySelector(".drain").hidden = !trunk.enabled;
}

function drain(path, trunk, load) {
  const seconds = field({ name: "seconds", label: t("drainSeconds"), kind: "number", value: "300", min: "0", max: "86400" });
  confirm(t("drainTitle", { name: trunk.name }), t("drainText", { count: trunk.channelsInUse }), t("drain"), async () => {
    await call("POST", `${path}/drain`, { body: { seconds: Number(seconds.querySelector("input").value) } });
    tell(t("drainBegun", { name: trunk.name }));
    load();
  }, { more: [seconds] });
}
