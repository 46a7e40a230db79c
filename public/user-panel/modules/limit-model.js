// What a limit is, and the amounts that are offered for one. Names no page: tested by itself.

/** @import { Price } from '../../../ui/types/events.d.ts' */

/** @typedef {{amount?: {amount: string, currency: string}, energyWh?: number, minutes?: number}} Limit */
/** @typedef {'none' | 'money' | 'energy' | 'time'} Kind */

/** What offered amounts of money buy about, kWh. */
const WORTH = [10, 20, 40, 100];

/** The round amount next to a sum, as coins and notes have it: 1, 2, 5, 10, 20 … @param {number} sum */
function round(sum) {
  const power = 10 ** Math.floor(Math.log10(sum));
  const digit = sum / power;
  return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power;
}

/** Amounts of money that fit a price: whole units, rising. @param {Price} price */
export function amountsFor({ exampleFor20Kwh }) {
  const example = Number(exampleFor20Kwh.amount);
  const sums = WORTH.map((kwh) => Math.max(1, example > 0 ? round((example * kwh) / 20) : kwh / 2));
  return [...new Set(sums)];
}

/** The decimals of a price in the currency. @param {Price} price */
export const decimals = (price) => price.exampleFor20Kwh.amount.split('.')[1]?.length ?? 0;

/** @param {Kind} kind @param {number} size @param {Price | null | undefined} price @returns {Limit | null} */
export function limitOf(kind, size, price) {
  if (kind === 'money') return price ? { amount: { amount: size.toFixed(decimals(price)), currency: price.currency } } : null;
  if (kind === 'energy') return { energyWh: size * 1000 };
  return kind === 'time' ? { minutes: size } : null;
}
