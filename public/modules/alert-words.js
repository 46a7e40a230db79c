// What an alert is about and how urgent it is, and what to do about it, in words people understand.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { t } from '../utils/i18n.js';

/** @import { IconName } from '../components/icons.js' */

/** @type {Readonly<Record<string, {tone: string, picture: IconName, key: string}>>} */
const SEVERITY = {
  critical: { tone: 'bad', picture: 'alert', key: 'alerts.critical' },
  warning: { tone: 'wait', picture: 'alert', key: 'alerts.warning' },
  info: { tone: 'busy', picture: 'bell', key: 'alerts.info' },
};

/** @param {string} severity */
export function severityBadge(severity) {
  const { tone, picture, key } = SEVERITY[severity] ?? { tone: 'idle', picture: /** @type {IconName} */ ('question'), key: 'state.unknown' };
  return html`<span class="badge" data-tone=${tone} data-severity=${severity}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** @param {string} severity */
export const severityTone = (severity) => SEVERITY[severity]?.tone ?? 'idle';

/** What helps, by kind. @type {Readonly<Record<string, string>>} */
const HELP = {
  connector_fault: 'help.connector_fault',
  suspense: 'help.suspense',
  clock_unsynced: 'help.clock_unsynced',
  charge_open: 'help.charge_open',
  outbox_full: 'help.outbox_full',
  dead_letters: 'help.dead_letters',
  books_wrong: 'help.books_wrong',
  adjustment_pending: 'help.adjustment_pending',
  payment_odd: 'help.payment_odd',
  setting_misfit: 'help.setting_misfit',
  update_waiting: 'help.update_waiting',
  update_failed: 'help.update_failed',
};

/** @param {string} kind */
export const alertHelp = (kind) => (HELP[kind] ? t(HELP[kind]) : null);
