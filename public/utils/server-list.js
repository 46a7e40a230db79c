// A list that the gateway sorts, searches and cuts into pages, as one page of it is known here. Events that tell whole
// objects keep it up to date without another request.
import { codeOf, get } from './api.js';
import { onReload } from './reload.js';

/** How many rows a page of a list has. */
export const ROWS = 25;
const TYPING_MS = 250;

/** @template {{id: string}} Row */
export class ServerList {
  /** @type {Row[]} */ items = [];
  total = 0;
  page = 1;
  sort = '';
  search = '';
  loaded = false;
  /** @type {string | null} */ problem = null;
  #path;
  #query;
  #changed;
  #signal;
  /** Of several answers only the newest question's counts. */
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #typing;

  /** @param {{path: string, query?: Record<string, string>, sort?: string, changed: () => void, signal: AbortSignal}} options */
  constructor({ path, query = {}, sort = '', changed, signal }) {
    this.#path = path;
    this.#query = query;
    this.sort = sort;
    this.#changed = changed;
    this.#signal = signal;
    onReload(() => this.load(), signal);
    this.load();
  }

  async load() {
    const asked = (this.#asked += 1);
    const query = new URLSearchParams({ ...this.#query, limit: String(ROWS), page: String(this.page) });
    if (this.sort) query.set('sort', this.sort);
    if (this.search) query.set('search', this.search);
    try {
      const { data } = await /** @type {typeof get<{items: Row[], total: number}>} */ (get)(`${this.#path}?${query}`, this.#signal);
      if (asked !== this.#asked) return;
      Object.assign(this, { items: data.items, total: data.total, loaded: true, problem: null });
    } catch (error) {
      if (this.#signal.aborted || asked !== this.#asked) return;
      this.problem = codeOf(error);
    }
    this.#changed();
  }

  /** @param {number} page */
  turn(page) {
    this.page = page;
    this.load();
  }

  /** By this field, or the other way round. @param {string} field */
  order(field) {
    this.sort = this.sort === field ? `-${field}` : field;
    this.turn(1);
  }

  /** @param {Record<string, string>} query what else is asked for */
  narrow(query) {
    this.#query = query;
    this.turn(1);
  }

  /** @param {string} text */
  look(text) {
    this.search = text.trim();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.turn(1), TYPING_MS);
  }

  /** A row as it now is: in its place, or as the first of all. @param {Row} row */
  put(row) {
    const known = this.items.findIndex(({ id }) => id === row.id);
    if (known >= 0) this.items = this.items.with(known, row);
    else if (this.page === 1 && this.search === '') {
      this.items = [row, ...this.items].slice(0, ROWS);
      this.total += 1;
    } else return false;
    return true;
  }

  /** @param {string} id */
  drop(id) {
    const rest = this.items.filter((row) => row.id !== id);
    if (rest.length === this.items.length) return false;
    this.items = rest;
    this.total -= 1;
    return true;
  }
}
