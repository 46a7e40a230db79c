// Money that was paid in, as pure data: where a top-up stands, what of it can go back, where a batch of prepaid codes
// stands, and which events move either. Not for drawing or fetching.

/** @import { PrepaidBatch, PrintedCode, Topup } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../ui/types/events.d.ts' */

/** Whether anything of it can still go back. @param {Pick<Topup, 'status' | 'amount' | 'refunded'>} topup */
export const canGoBack = ({ status, amount, refunded }) => status === 'completed' && Number(refunded.amount) < Number(amount.amount);

/** Whether anything of it went back. @param {Pick<Topup, 'refunded'>} topup */
export const wentBack = ({ refunded }) => Number(refunded.amount) > 0;

/** @typedef {'valid' | 'used_up' | 'expired' | 'voided'} BatchState */

/** @param {Pick<PrepaidBatch, 'count' | 'redeemed' | 'expiresAt' | 'voidedAt'>} batch @param {number} now ms @returns {BatchState} */
export function batchState({ count, redeemed, expiresAt, voidedAt }, now) {
  if (redeemed >= count) return 'used_up';
  if (voidedAt) return 'voided';
  return expiresAt && Date.parse(expiresAt) <= now ? 'expired' : 'valid';
}

/** The codes that can still be sold. @param {PrintedCode[]} codes */
export const unsold = (codes) => codes.filter(({ redeemedAt }) => !redeemedAt);

/** Whether an event tells of a top-up that came in or of one that went back. @param {LiveEvent} event */
export const movesTopup = (event) => event.type === 'wallet.transaction.created' && Boolean(event.data.transaction.topupId);

/** Whether an event may tell of a code that was redeemed: a top-up that no provider took in. @param {LiveEvent} event */
export const movesCodes = (event) => event.type === 'wallet.transaction.created' && event.data.transaction.kind === 'topup' && !event.data.transaction.topupId;

/** Whether an event tells of something that the day's report counts. @param {LiveEvent} event */
export const movesShift = (event) => event.type === 'wallet.transaction.created' || event.type === 'revenue.updated';
