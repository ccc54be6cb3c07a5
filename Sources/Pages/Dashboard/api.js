// One way to the service. An answer of 401 asks for a new token and then tries again: what was typed stays on the page behind.
import { session, tenantPath } from "./session.js";
import { t } from "./texts.js";

export class ServiceError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? t("noAnswer"));
    this.status = status;
    this.problem = problem;
    this.field = problem.field ?? problem.parameter;
  }
}

export async function ask(method, path, { query, body, text, match, accept, signal } = {}) {
  const url = path + queryText(query);
  for (;;) {
    const token = session.token;
    const headers = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (text !== undefined) headers["Content-Type"] = "text/plain; charset=utf-8";
    if (match) headers["If-Match"] = match;
    if (accept) headers.Accept = accept;
    let reply;
    try {
      reply = await fetch(url, { method, headers, body: body !== undefined ? JSON.stringify(body) : text, signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ServiceError(0, { detail: t("unreachable") });
    }
    if (reply.status === 401 && session.renew) {
      if (token === session.token) await session.renew();
      continue;
    }
    return reply;
  }
}

export async function call(method, path, options) {
  const reply = await ask(method, path, options);
  const text = await reply.text();
  let body = null;
  try { body = text ? JSON.parse(text) : null; } catch { body = { detail: text }; }
  if (!reply.ok) throw new ServiceError(reply.status, body ?? { detail: t("noAnswer") });
  return { body, tag: reply.headers.get("ETag"), status: reply.status };
}

export const get = async (path, query, signal) => (await call("GET", path, { query, signal })).body;

// What the service has, or null where this version of it has no such thing.
export async function getIfThere(path, query, signal) {
  try { return await get(path, query, signal); } catch (error) {
    if (error.status === 404 || error.status === 405) return null;
    throw error;
  }
}

export function queryText(query) {
  const known = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return known.length ? `?${new URLSearchParams(known)}` : "";
}

// Runs cmdlets; the first that fails is the error, with its parameter as the field.
export async function run(script, files) {
  const path = tenantPath("/commands");
  const { body } = await call("POST", path, files ? { body: { script, files } } : { text: script });
  const failed = body.results.find(result => result.error);
  if (failed) throw new ServiceError(200, { detail: failed.error.message, parameter: failed.error.parameter, line: failed.line });
  if (body.needs) throw new ServiceError(200, { detail: t("scriptNeeds") });
  return body;
}

// What each of some `Get-` cmdlets puts out, all of one moment.
export async function show(...commands) {
  const { results } = await run(commands.join("\n"));
  return results.map(result => result.output);
}
