// The raw event panel: envelopes as they came, newest first, with a filter by type and a pause. What is kept is in
// utils/event-log-model.js; text from chargers stands in them, so they are shown as text and nothing else.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { clock } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { EventLog } from '../utils/event-log-model.js' */
/** @import { Pushed } from '../utils/live-order.js' */

/** @param {EventLog} log @param {() => void} changed */
export function eventLog(log, changed) {
  /** @param {Event} event */
  function choose(event) {
    log.filter = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    changed();
  }
  function pause() {
    log.pause();
    changed();
  }
  const { rows } = log;
  return html`<section class="log" aria-labelledby="log-title">
    <header class="log-head">
      <h2 id="log-title">${t('events.title')}</h2>
      <label class="choice"><span class="unseen">${t('events.filter')}</span>
        <select data-events="filter" @change=${choose}>
          <option value="" ?selected=${log.filter === ''}>${t('events.all')}</option>
          ${log.families.map((name) => html`<option value="${name}." ?selected=${log.filter === `${name}.`}>${name}.*</option>`)}
        </select>
      </label>
      <button data-events="pause" aria-pressed=${log.paused} @click=${pause}>
        ${icon(log.paused ? 'bolt' : 'pause')}${log.paused ? t('events.go_on') : t('events.pause')}
      </button>
    </header>
    ${rows.length === 0 ? html`<p class="muted">${t('events.none')}</p>` : null}
    <ol class="events" dir="ltr" tabindex="0" aria-label=${t('events.title')}>${repeat(rows, ({ id }) => id, row)}</ol>
  </section>`;
}

/** @param {Pushed} event */
const row = (event) => html`<li data-event=${event.type}>
  <span class="when">${clock(event.timestamp, language())}</span>
  <span class="seq">${event.seq}</span>
  <b>${event.type}</b>
  <code>${JSON.stringify(event.data)}</code>
</li>`;
