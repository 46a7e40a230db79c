// Where a session stands, why it ended and why it never began, in words people understand.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */

/** @typedef {'free' | 'busy' | 'wait' | 'bad' | 'idle'} Tone */

/** @type {Readonly<Record<string, {tone: Tone, icon: IconName, key: string}>>} */
const LOOKS = {
  requested: { tone: 'wait', icon: 'clock', key: 'session.requested' },
  accepted: { tone: 'wait', icon: 'plug', key: 'session.accepted' },
  charging: { tone: 'busy', icon: 'bolt', key: 'session.charging' },
  suspended: { tone: 'wait', icon: 'pause', key: 'session.suspended' },
  stopping: { tone: 'wait', icon: 'clock', key: 'session.stopping' },
  stopped: { tone: 'free', icon: 'check', key: 'session.stopped' },
  failed: { tone: 'bad', icon: 'alert', key: 'session.failed' },
};

/** How a session's state looks. @param {string} status */
export function sessionLook(status) {
  return LOOKS[status] ?? { tone: /** @type {Tone} */ ('idle'), icon: /** @type {IconName} */ ('question'), key: 'state.unknown' };
}

/** A session's state as a small badge. @param {string} status */
export function sessionBadge(status) {
  const { tone, icon: picture, key } = sessionLook(status);
  return html`<span class="badge" data-tone=${tone} data-session-badge=${status}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** @type {Readonly<Record<string, string>>} */
const ENDS = {
  driver: 'ended.driver',
  operator: 'ended.operator',
  limit: 'ended.limit',
  local: 'ended.local',
  ev_disconnected: 'ended.ev_disconnected',
  power_loss: 'ended.power_loss',
  emergency_stop: 'ended.emergency_stop',
  hard_reset: 'ended.restart',
  soft_reset: 'ended.restart',
  reboot: 'ended.restart',
  unlock_command: 'ended.operator',
  inferred: 'ended.inferred',
};

/** Why a charge ended. @param {string | null | undefined} reason */
export function endWords(reason) {
  return t(ENDS[reason ?? ''] ?? 'ended.other');
}

/** @type {Readonly<Record<string, string>>} */
const FAILURES = {
  'charger.rejected': 'failure.rejected',
  'charger.error': 'failure.charger_error',
  'charger.no_answer': 'failure.no_answer',
  'session.not_plugged_in': 'failure.not_plugged_in',
  'session.cancelled': 'failure.cancelled',
  'wallet.insufficient_funds': 'failure.unfunded',
  'id_token.blocked': 'failure.card',
  'id_token.expired': 'failure.card',
  'id_token.invalid': 'failure.card',
  'id_token.concurrent': 'failure.card_in_use',
};

/** Why a charge never began. @param {string | null | undefined} code */
export function failureWords(code) {
  return t(FAILURES[code ?? ''] ?? 'failure.other');
}
