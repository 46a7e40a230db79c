// A tariff while it is being written, as pure data: what stands in the form, and the body that is sent. What it costs is the
// gateway's to say.

/** @import { Tariff } from '../../ui/types/events.d.ts' */

/** The parts of a price, as a person types them: decimal texts with a point. */
const PARTS = /** @type {const} */ (['perKwh', 'perMinute', 'sessionFee', 'idlePerMinute']);

/** OCPI's restrictions that are texts, and those that are whole numbers. */
const TEXTS = /** @type {const} */ (['startTime', 'endTime', 'startDate', 'endDate', 'minKwh', 'maxKwh', 'minPower', 'maxPower', 'minCurrent', 'maxCurrent']);
const NUMBERS = /** @type {const} */ (['minDuration', 'maxDuration']);

/**
 * A line of the form: one price, and when it holds.
 * @typedef {Record<(typeof TEXTS)[number] | (typeof NUMBERS)[number], string> & {key: number, type: string, price: string, vat: string, stepSize: string, days: string[]}} Row
 */

/** What was typed, with the decimal point that is sent. @param {string} text */
const typed = (text) => text.trim().replace(',', '.');

/** @param {string} text @returns {string | null} */
const orNull = (text) => typed(text) || null;

/** A moment as a form's field has it, in the clock of this machine. @param {string | null | undefined} timestamp */
export function local(timestamp) {
  if (!timestamp) return '';
  const at = new Date(timestamp);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} field @returns {string | null} */
const moment = (field) => (field ? new Date(field).toISOString() : null);

export class TariffDraft {
  #keys = 0;
  /** @type {Row[]} */ rows = [];
  /** Whose places are chosen: ids, and connectors as `point number`. */
  stations;
  points;
  connectors;

  /** @param {Tariff | null} tariff null: a new one @param {string} currency the site's @param {string} [tax] the site's */
  constructor(tariff, currency, tax = '19') {
    const short = tariff?.taxIncluded ?? true;
    const price = short ? tariff?.price : null;
    this.fields = {
      name: tariff?.name ?? '',
      currency: tariff?.currency ?? currency,
      taxPercent: tariff?.price.taxPercent ?? tax,
      ...Object.fromEntries(PARTS.map((part) => [part, price?.[part]?.amount ?? ''])),
      grace: String(tariff?.idleGraceMinutes ?? 0),
      minPrice: tariff?.minPrice?.inclVat?.amount ?? '',
      maxPrice: tariff?.maxPrice?.inclVat?.amount ?? '',
      validFrom: local(tariff?.validFrom),
      validTo: local(tariff?.validTo),
      groups: (tariff?.customerGroups ?? []).join(', '),
    };
    /** @type {'short' | 'elements'} */
    this.way = short ? 'short' : 'elements';
    this.limits = { minPrice: tariff?.minPrice?.exclVat ?? null, maxPrice: tariff?.maxPrice?.exclVat ?? null };
    this.stations = new Set(tariff?.stationIds ?? []);
    this.points = new Set(tariff?.chargePointIds ?? []);
    this.connectors = new Set((tariff?.connectors ?? []).map(({ chargePointId, connectorId }) => `${chargePointId} ${connectorId}`));
    for (const { priceComponents, restrictions } of tariff?.elements ?? []) {
      for (const { type, price: amount, vat, stepSize } of priceComponents) {
        const when = Object.fromEntries([...TEXTS, ...NUMBERS].map((name) => [name, String(restrictions?.[name] ?? '')]));
        this.add({ type, price: amount, vat: vat ?? '', stepSize: String(stepSize), days: [...(restrictions?.dayOfWeek ?? [])], ...when });
      }
    }
  }

  /** @param {Partial<Row>} [row] */
  add(row = {}) {
    const empty = Object.fromEntries([...TEXTS, ...NUMBERS].map((name) => [name, '']));
    const whole = { type: 'ENERGY', price: '', vat: this.fields.taxPercent, stepSize: '1', days: [], ...empty, ...row, key: (this.#keys += 1) };
    this.rows = [...this.rows, /** @type {Row} */ (whole)];
  }

  /** @param {number} key */
  drop(key) {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  /** What somebody typed into the field of a name: `name`, or `price 3` of row 3. @param {string} name @param {string} value */
  set(name, value) {
    const [field = '', key] = name.split(' ');
    const row = this.rows.find((one) => String(one.key) === key);
    if (row) Object.assign(row, { [field]: value });
    else if (field in this.fields) Object.assign(this.fields, { [field]: value });
  }

  /** @param {Row} row @param {string} day */
  toggleDay(row, day) {
    row.days = row.days.includes(day) ? row.days.filter((one) => one !== day) : [...row.days, day];
  }

  /** What is charged, as it is sent. */
  get rates() {
    const { currency, taxPercent, grace, minPrice, maxPrice } = this.fields;
    const code = typed(currency).toUpperCase();
    const money = (/** @type {string | null} */ amount) => (amount === null ? null : { amount, currency: code });
    const limit = (/** @type {'minPrice' | 'maxPrice'} */ name, /** @type {string} */ text) => {
      const [exclVat, inclVat] = [this.way === 'short' ? null : this.limits[name], money(orNull(text))];
      return exclVat || inclVat ? { exclVat, inclVat } : null;
    };
    const own = { currency: code, idleGraceMinutes: Number(grace) || 0, minPrice: limit('minPrice', minPrice), maxPrice: limit('maxPrice', maxPrice) };
    if (this.way === 'elements') return { ...own, elements: this.#elements() };
    const fields = /** @type {Record<string, string>} */ (this.fields);
    const parts = PARTS.map((part) => [part, money(orNull(fields[part] ?? ''))]);
    return { ...own, ...Object.fromEntries(parts), taxPercent: typed(taxPercent) };
  }

  /** The whole tariff, as it is sent. */
  get body() {
    const { name, validFrom, validTo, groups } = this.fields;
    return {
      ...this.rates,
      name: name.trim(),
      validFrom: moment(validFrom),
      validTo: moment(validTo),
      stationIds: [...this.stations],
      chargePointIds: [...this.points],
      connectors: [...this.connectors].map((one) => {
        const [chargePointId, number] = one.split(' ');
        return { chargePointId, connectorId: Number(number) };
      }),
      customerGroups: groups.split(',').map((group) => group.trim()).filter(Boolean),
    };
  }

  /** Lines that stand together and hold at the same times are one element. */
  #elements() {
    /** @type {{priceComponents: unknown[], restrictions: unknown}[]} */
    const elements = [];
    let last = '';
    /** @type {Set<string>} */
    let types = new Set();
    for (const row of this.rows) {
      const restrictions = restrictionsOf(row);
      const when = JSON.stringify(restrictions);
      if (when !== last || types.has(row.type)) {
        elements.push({ priceComponents: [], restrictions });
        types = new Set();
        last = when;
      }
      types.add(row.type);
      const component = { type: row.type, price: typed(row.price), vat: orNull(row.vat), stepSize: Number(row.stepSize) || 0 };
      elements.at(-1)?.priceComponents.push(component);
    }
    return elements;
  }
}

/** @param {Row} row */
function restrictionsOf(row) {
  const texts = TEXTS.map((name) => [name, orNull(row[name])]);
  const numbers = NUMBERS.map((name) => [name, row[name] === '' ? null : Number(row[name])]);
  const all = Object.fromEntries([...texts, ...numbers]);
  const none = row.days.length === 0 && Object.values(all).every((value) => value === null);
  return none ? null : { ...all, dayOfWeek: row.days };
}
