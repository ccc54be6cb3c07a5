// The tenant that the platform looks at: typed, and looked for by the service among however many there are.
import { get } from "./api.js";
import { debounced, h, put } from "./dom.js";
import { chooseTenant, onTenant, session } from "./session.js";
import { t } from "./texts.js";

const shown = tenant => `${tenant.displayName} (${tenant.id})`, offered = 50;

export function tenantChoice() {
  const list = h("datalist", { id: "tenants" });
  const choice = h("input", { id: "tenant", type: "search", list: "tenants", "aria-label": t("tenant"), placeholder: t("allTenants"), autocomplete: "off", spellcheck: "false" });
  let known = new Map(), asked = 0;
  const look = async text => {
    const turn = ++asked, { tenants } = await get("/v1/tenants", { search: text, limit: offered });
    const found = new Map(tenants.map(tenant => [shown(tenant), tenant.id]));
    if (turn === asked) {
      known = found;
      put(list, [...known.keys()].map(value => h("option", { value })));
    }
    return found;
  };
  const take = id => { choice.setCustomValidity(""); chooseTenant(id); };
  const chosen = async () => {
    const text = choice.value.trim();
    if (!text) return take(null);
    const id = known.get(text) ?? only(await look(text), text);
    if (choice.value.trim() !== text) return;
    if (id) return take(id);
    choice.setCustomValidity(t("noSuchTenant"));
    choice.reportValidity();
  };
  const offer = debounced(150, () => known.has(choice.value) ? take(known.get(choice.value)) : look(choice.value.trim()).catch(() => {}));
  choice.addEventListener("input", () => { choice.setCustomValidity(""); offer(); });
  choice.addEventListener("change", () => chosen().catch(error => {
    choice.setCustomValidity(error.message);
    choice.reportValidity();
  }));
  choice.addEventListener("focus", () => look("").catch(() => {}));
  const name = async () => {
    const id = session.tenant;
    const tenant = id ? await get(`/v1/tenants/${encodeURIComponent(id)}`).catch(() => ({ id, displayName: id })) : null;
    if (session.tenant === id) choice.value = tenant ? shown(tenant) : "";
  };
  onTenant(name);
  name();
  return h("span", { class: "choice" }, choice, list);
}

// The tenant with that id, or the only one that was found.
const only = (known, text) => [...known.values()].find(id => id === text) ?? (known.size === 1 ? [...known.values()][0] : undefined);
