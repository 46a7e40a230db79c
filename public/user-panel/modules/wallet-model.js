// What a driver's page knows of the driver's money: balance and movements, from a snapshot and then from events, as pure
// data. Sums are the gateway's; nothing is added up here.
import { Versions } from '../../utils/live-order.js';

/** @import { Money, WalletObject, WalletTransactionObject } from '../../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../../ui/types/events.d.ts' */

/** The most movements that are kept, newest first. */
export const KEPT = 100;

/** What is offered to be paid in, whole units. */
const AMOUNTS = [5, 10, 20, 50, 100, 200];

/** The usual amounts between the least and the most; the least itself where none is. @param {{smallest: Money, largest: Money}} bounds */
export function amountsWithin({ smallest, largest }) {
  const decimals = smallest.amount.split('.')[1]?.length ?? 0;
  const within = AMOUNTS.filter((sum) => sum >= Number(smallest.amount) && sum <= Number(largest.amount));
  return within.length > 0 ? within.map((sum) => sum.toFixed(decimals)) : [smallest.amount];
}

export class WalletModel {
  /** @type {WalletObject | null} */ #wallet = null;
  /** @type {WalletTransactionObject[]} */ #transactions = [];
  #versions = new Versions();

  /** @param {WalletObject} wallet @param {WalletTransactionObject[]} transactions newest first */
  reset(wallet, transactions) {
    this.#wallet = structuredClone(wallet);
    this.#transactions = transactions.slice(0, KEPT);
    this.#versions.reset([{ id: wallet.customerId, version: wallet.version }]);
  }

  /** Null until it is known. */
  get wallet() {
    return this.#wallet;
  }

  /** Newest first. */
  get transactions() {
    return this.#transactions;
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event */
  apply(event) {
    const wallet = this.#wallet;
    if (wallet === null) return false;
    if (event.type === 'wallet.balance.changed') {
      const { customerId, available, balance, held, owed, currency, updatedAt, version } = event.data;
      if (customerId !== wallet.customerId || !this.#versions.isNews(customerId, event.type, version)) return false;
      this.#wallet = { customerId, available, balance, held, owed, currency, updatedAt: updatedAt ?? null, version };
      return true;
    }
    if (event.type !== 'wallet.transaction.created' || event.data.customerId !== wallet.customerId) return false;
    const { transaction } = event.data;
    if (this.#transactions.some(({ id }) => id === transaction.id)) return false;
    this.#transactions = [transaction, ...this.#transactions].slice(0, KEPT);
    return true;
  }
}
