// The buttons that send commands to one charge point. What becomes of them is in
// command-results.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../components/ask.js';
import { icon } from '../components/icons.js';
import { count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';

/** @import { ChargingPoint } from '../../ui/types/events.d.ts' */

/**
 * @param {object} page
 * @param {(action: string, fields: Record<string, unknown>) => void} page.send
 * @param {() => void} page.changed
 */
export function commandForm({ send, changed }) {
  const asking = new Asking();
  let connectorId = 1;
  let card = '';

  /** @param {SubmitEvent} event */
  function start(event) {
    event.preventDefault();
    send('remote-start', { connectorId, idTag: card.trim() });
  }
  /** @param {Event} event */
  function pick(event) {
    connectorId = Number(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
    changed();
  }
  /** @param {Event} event */
  function type(event) {
    card = /** @type {HTMLInputElement} */ (event.currentTarget).value;
  }

  /** @param {ChargingPoint} point @param {{connectorId: number, transactionId: number}[]} running @param {boolean} busy */
  return (point, running, busy) => {
    const off = busy || point.connectivity !== 'online';
    return html`<section class="card commands" aria-labelledby="commands-title">
      <h2 id="commands-title">${t('command.title')}</h2>
      ${point.connectivity === 'online' ? null : html`<p class="muted">${t('problem.charger_offline')}</p>`}
      <form class="row" @submit=${start}>
        <label class="field"><span>${t('points.connector')}</span>
          <span class="choice"><select name="connector" @change=${pick}>
            ${point.connectors.map(({ connectorId: id }) => html`<option value=${id} ?selected=${id === connectorId}>${count(id, language())}</option>`)}
          </select></span>
        </label>
        <label class="field"><span>${t('command.card')}</span>
          <input name="card" required maxlength="20" dir="ltr" autocomplete="off" @input=${type}>
        </label>
        <button class="primary" data-act="remote-start" ?disabled=${off}>${icon('bolt')}${t('command.start')}</button>
      </form>
      <div class="row">
        ${running.map(({ connectorId: at, transactionId }) =>
          askButton({
            asking,
            name: `remote-stop-${transactionId}`,
            picture: 'blocked',
            label: t('command.stop', { connector: count(at, language()) }),
            question: t('command.stop_ask'),
            yes: t('command.yes'),
            disabled: off,
            act: () => send('remote-stop', { transactionId }),
            changed,
          }),
        )}
        <button data-act="unlock" ?disabled=${off} @click=${() => send('unlock-connector', { connectorId })}>${icon('plug')}${t('command.unlock')}</button>
        <button data-act="trigger" ?disabled=${off} @click=${() => send('trigger-message', { requestedMessage: 'StatusNotification', connectorId })}>${icon('pulse')}${t('command.trigger')}</button>
        <button data-act="operative" ?disabled=${off} @click=${() => send('change-availability', { connectorId, type: 'Operative' })}>${icon('check')}${t('command.operative')}</button>
        ${askButton({
          asking,
          name: 'inoperative',
          picture: 'blocked',
          label: t('command.inoperative'),
          question: t('command.inoperative_ask', { connector: count(connectorId, language()) }),
          yes: t('command.yes'),
          disabled: off,
          act: () => send('change-availability', { connectorId, type: 'Inoperative' }),
          changed,
        })}
        ${askButton({
          asking,
          name: 'reset',
          picture: 'alert',
          label: t('command.reset'),
          question: t('command.reset_ask'),
          yes: t('command.yes'),
          disabled: off,
          act: () => send('reset', { type: 'Soft' }),
          changed,
        })}
      </div>
    </section>`;
  };
}
