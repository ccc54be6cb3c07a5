// The calls that are shown: pages of the service, and what its event stream says since.
import { get } from "./api.js";
import { matches } from "./callfilters.js";
import { follow } from "./live.js";
import { isOperator, isPlatform, session } from "./session.js";

const pageSize = 200, kept = 20000, drawEvery = 100;
// An attempt's end is not the call's.
const ofAttempt = new Set(["attemptFailed", "failedOver"]);

export const callsPath = () => isOperator() ? `/v1/operators/${encodeURIComponent(session.holder.operator)}/calls` : "/v1/dial-outs";
const eventsPath = () => isOperator() ? `/v1/operators/${encodeURIComponent(session.holder.operator)}/events` : "/v1/events";
export const ofTenant = () => isPlatform() && session.tenant ? { tenant: session.tenant } : {};

export class CallList {
  calls = new Map();
  order = [];
  #timer = null;
  #loading = false;

  constructor(filters, { changed, failed, signal }) {
    Object.assign(this, { filters, changed, failed, signal, cursor: null });
  }

  get rows() { return this.order.map(id => this.calls.get(id)); }

  async begin() {
    const page = await this.#page(null);
    this.lastEventID = page.lastEventId;
    this.changed([]);
    follow(eventsPath(), { from: this.lastEventID, query: ofTenant(), signal: this.signal, take: events => this.#take(events), again: () => this.#afresh() });
  }

  // The next page of older calls.
  async more() {
    if (!this.cursor || this.#loading) return;
    this.#loading = true;
    try {
      await this.#page(this.cursor);
      this.changed([]);
    } catch (error) { this.failed(error); } finally { this.#loading = false; }
  }

  async #page(cursor) {
    const page = await this.#ask(cursor);
    for (const call of page.calls) {
      if (!this.calls.has(call.id)) this.order.push(call.id);
      this.calls.set(call.id, call);
    }
    this.cursor = page.cursor;
    return page;
  }

  async #ask(cursor) {
    const page = await get(callsPath(), { ...this.filters, ...ofTenant(), limit: pageSize, cursor }, this.signal);
    return { ...page, calls: page.calls ?? page.dialOuts };
  }

  // As far down as was shown, so that what is being read stays; the old list stands until the new one is whole.
  async #afresh() {
    const calls = new Map(), oldest = this.order.at(-1);
    let cursor = null, last;
    do {
      const page = await this.#ask(cursor);
      for (const call of page.calls) calls.set(call.id, call);
      cursor = page.cursor;
      last = page.calls.at(-1)?.id;
    } while (cursor && oldest && last > oldest && calls.size < kept);
    Object.assign(this, { calls, order: [...calls.keys()], cursor });
    this.changed([]);
  }

  #take(events) {
    for (const event of events) this.#note(event);
    this.#pending = [...(this.#pending ?? []), ...events];
    this.#timer ??= setTimeout(() => {
      const told = this.#pending;
      this.#timer = null;
      this.#pending = [];
      this.changed(told);
    }, drawEvery);
  }
  #pending = [];

  #note(event) {
    const id = event.dialOutId, known = this.calls.get(id);
    const call = { ...known, ...event, id };
    if (ofAttempt.has(event.type)) Object.assign(call, { outcome: null, reason: null, code: null });
    if (call.state === "ended") call.endedAt ??= event.at;
    if (call.state === "ringing") call.ringingAt ??= event.at;
    if (matches(call, this.filters)) {
      this.calls.set(id, call);
      if (!known) this.#insert(id);
    } else if (known) {
      this.calls.delete(id);
      this.order = this.order.filter(other => other !== id);
    }
  }

  // Ids sort by time: the newest first.
  #insert(id) {
    let at = 0;
    while (at < this.order.length && this.order[at] > id) at++;
    if (at === this.order.length && this.cursor) return this.calls.delete(id);
    this.order.splice(at, 0, id);
    if (this.order.length <= kept) return;
    for (const old of this.order.splice(kept)) this.calls.delete(old);
    this.cursor = this.order.at(-1);
  }
}
