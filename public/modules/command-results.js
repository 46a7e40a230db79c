// What became of the commands sent to a charge point since its page was opened.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { clock } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';

/** @import { Command } from '../../ui/types/events.d.ts' */
/** @import { IconName } from '../components/icons.js' */

/** @type {Readonly<Record<string, {tone: string, icon: IconName, key: string}>>} */
const RESULTS = {
  requested: { tone: 'wait', icon: 'clock', key: 'command.requested' },
  accepted: { tone: 'free', icon: 'check', key: 'command.accepted' },
  rejected: { tone: 'bad', icon: 'blocked', key: 'command.rejected' },
  failed: { tone: 'bad', icon: 'alert', key: 'command.failed' },
  timed_out: { tone: 'bad', icon: 'cut', key: 'command.timed_out' },
};

/** @param {Command[]} commands newest first */
export const commandResults = (commands) => html`<section class="card" aria-labelledby="results-title">
  <h2 id="results-title">${t('command.results')}</h2>
  ${commands.length === 0 ? html`<p class="muted">${t('command.none')}</p>` : null}
  <ul class="lines" aria-live="polite">${repeat(commands, ({ id }) => id, result)}</ul>
</section>`;

/** @param {Command} command */
function result(command) {
  const look = RESULTS[command.status] ?? { tone: 'idle', icon: /** @type {IconName} */ ('question'), key: 'state.unknown' };
  const word = command.response?.['status'];
  return html`<li data-command=${command.action} data-result=${command.status}>
    <span class="when">${clock(command.requestedAt, language())}</span>
    <b dir="ltr">${command.action}</b>
    <span class="badge" data-tone=${look.tone}>${icon(look.icon)}<span>${t(look.key)}</span></span>
    <bdi class="muted">${typeof word === 'string' ? word : (command.error?.detail ?? '')} · ${command.requestedBy.name}</bdi>
  </li>`;
}
