// How a list that is wholly known is looked at: which page, in which order, narrowed by which words. Pure.

/** How many rows a page of a list has. */
export const ROWS = 25;

/** @template Row @typedef {Readonly<Record<string, (a: Row, b: Row) => number>>} Orders ways to sort, by name */

export class ListState {
  page = 1;
  sort;
  search = '';

  /** @param {string} sort a way to sort, with "-" the other way round */
  constructor(sort) {
    this.sort = sort;
  }

  /** @param {string} field */
  order(field) {
    this.sort = this.sort === field ? `-${field}` : field;
    this.page = 1;
  }

  /** @param {string} text */
  look(text) {
    this.search = text.trim().toLowerCase();
    this.page = 1;
  }

  /**
   * The rows of the open page, and how many there are in all.
   * @template Row
   * @param {Row[]} rows @param {{orders: Orders<Row>, text: (row: Row) => string}} by
   */
  cut(rows, { orders, text }) {
    const found = this.search === '' ? rows : rows.filter((row) => text(row).toLowerCase().includes(this.search));
    const back = this.sort.startsWith('-');
    const order = orders[this.sort.replace(/^-/, '')];
    const sorted = order ? found.toSorted((a, b) => (back ? order(b, a) : order(a, b))) : found;
    const last = Math.max(1, Math.ceil(sorted.length / ROWS));
    const page = Math.min(this.page, last);
    return { items: sorted.slice((page - 1) * ROWS, page * ROWS), total: sorted.length, page };
  }
}
