// Whose session this is: the token stays in this tab's session storage and is sent to nobody but the service that served the page.
const key = "console.session";
const listeners = new Set();

export const session = {
  token: null,
  /// `{role, tenant, operator, name}` as the service says of the token.
  holder: null,
  /// The tenant that is looked at; for a tenant's own token always that one.
  tenant: null,
  renew: null,
};

export const isPlatform = () => session.holder?.role === "platform";
export const isAdministrator = () => session.holder?.role === "admin" || isPlatform();
export const isOperator = () => session.holder?.role === "operator";
export const isMeeting = () => session.holder?.role === "meeting";
export const tenantPath = path => `/v1/tenants/${encodeURIComponent(session.tenant)}${path}`;

export function restore() {
  try { Object.assign(session, JSON.parse(sessionStorage.getItem(key) ?? "{}")); } catch { sessionStorage.removeItem(key); }
  session.holder = null;
}

export function keepToken(token) {
  session.token = token;
  store();
}

export function chooseTenant(tenant) {
  if (session.tenant === tenant) return;
  session.tenant = tenant;
  store();
  for (const listener of listeners) listener();
}

export const onTenant = listener => listeners.add(listener);

export function forget() {
  Object.assign(session, { token: null, holder: null, tenant: null });
  sessionStorage.clear();
}

const store = () => sessionStorage.setItem(key, JSON.stringify({ token: session.token, tenant: session.tenant }));
