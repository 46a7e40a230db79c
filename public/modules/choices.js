// What can be chosen in a form whose list the gateway gives. What holds is a choice, whether the list has come or not: a form
// that is saved before says nothing else.

/** @import { Choice } from '../../ui/types/api.d.ts' */

/**
 * The choices of a field.
 * @param {string} none what the choice of none says @param {Choice[]} known @param {string | null | undefined} now
 * @returns {[string, string][]}
 */
export function choices(none, known, now) {
  /** @type {[string, string][]} */
  const all = known.map(({ id, name }) => [id, name]);
  if (now && !known.some(({ id }) => id === now)) all.unshift([now, '…']);
  return [['', none], ...all];
}
