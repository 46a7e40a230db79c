// Why money moved, in words people understand.
import { t } from '../utils/i18n.js';

/** @type {Readonly<Record<string, string>>} */
const KINDS = {
  topup: 'movement.topup',
  charge: 'movement.charge',
  refund: 'movement.refund',
  adjustment: 'movement.adjustment',
};

/** A kind without words of its own is only said to be a movement. @param {string} kind */
export function movementWords(kind) {
  return t(KINDS[kind] ?? 'movement.other');
}
