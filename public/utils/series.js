// A figure over time as it was told, bounded: pure data for a curve. Not for drawing.

/** The most that is kept; what is older falls out. */
export const KEPT = 900;

export class Series {
  /** @type {number[]} */ #times = [];
  /** @type {number[]} */ #values = [];

  /** Takes a value in; one that is not later than the last is news of the past and stays out. @param {number} at Unix seconds @param {number} value */
  add(at, value) {
    const last = this.#times.at(-1) ?? -Infinity;
    if (!Number.isFinite(at) || !Number.isFinite(value) || at <= last) return false;
    this.#times.push(at);
    this.#values.push(value);
    if (this.#times.length > KEPT) {
      this.#times.shift();
      this.#values.shift();
    }
    return true;
  }

  get length() {
    return this.#times.length;
  }

  /** Times and values, side by side. @returns {[number[], number[]]} */
  get columns() {
    return [this.#times, this.#values];
  }
}

/** One series for each name, made when first asked for; the oldest of too many is forgotten. */
export class SeriesByName {
  /** @type {Map<string, Series>} */ #series = new Map();

  /** @param {string} name @returns {Series} */
  of(name) {
    const found = this.#series.get(name);
    if (found) return found;
    const made = new Series();
    this.#series.set(name, made);
    const oldest = this.#series.keys().next().value;
    if (this.#series.size > 200 && oldest !== undefined) this.#series.delete(oldest);
    return made;
  }
}
