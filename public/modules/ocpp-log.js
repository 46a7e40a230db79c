// The OCPP messages of one charge point: the last ones from the gateway's log, then each as it passes; narrowed by action
// and kind, held still, read in full, copied. Frames hold a charger's own words: shown as text, never as markup.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { get } from '../utils/api.js';
import { clock, count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { follow } from '../utils/page.js';
import { FramesModel } from './frames-model.js';

/** @import { LiveEvent } from '../../ui/types/events.d.ts' */
/** @import { Pushed } from '../utils/live-order.js' */
/** @import { Frame } from './frames-model.js' */

/** How many are fetched when the page opens. */
const FETCHED = 50;

/** @param {{id: string, changed: () => void, signal: AbortSignal}} page */
export function ocppLog({ id, changed, signal }) {
  const model = new FramesModel(id);
  /** Frames shown in full. @type {Set<string>} */
  const open = new Set();
  let copied = '';

  async function snapshot() {
    const { data, live } = await /** @type {typeof get<{items: Frame[]}>} */ (get)(`/api/cms/ocpp-messages?chargePointId=${encodeURIComponent(id)}&limit=${FETCHED}`, signal);
    model.reset(data.items);
    return [live];
  }
  /** @param {Pushed} event */
  const onEvent = (event) => {
    if (model.apply(/** @type {LiveEvent} */ (event))) changed();
  };
  const following = follow({ rooms: [`charger:${id}`], snapshot, onEvent, changed, signal });

  /** @param {(value: string) => void} set */
  const choose = (set) => (/** @type {Event} */ event) => {
    set(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
    changed();
  };
  const pause = () => {
    model.pause();
    changed();
  };
  /** @param {Frame} frame */
  const toggle = (frame) => () => {
    if (!open.delete(frame.id)) open.add(frame.id);
    changed();
  };
  /** @param {Frame} frame */
  const copy = (frame) => () => navigator.clipboard?.writeText(pretty(frame)).then(() => {
    copied = frame.id;
    changed();
  }, reportError);

  /** @param {Frame} frame */
  const row = (frame) => html`<li data-frame=${frame.action ?? ''} data-direction=${frame.direction} data-kind=${frame.kind}>
    <button class="frame" aria-expanded=${String(open.has(frame.id))} @click=${toggle(frame)}>
      <span class="when">${clock(frame.receivedAt, language())}</span>
      <span class="frame-way" data-tone=${frame.direction === 'in' ? 'busy' : 'kept'}>${icon(frame.direction === 'in' ? 'down' : 'up')}${frame.direction === 'in' ? t('frames.in') : t('frames.out')}</span>
      <b><bdi>${frame.action ?? '–'}</bdi></b>
      <span class="frame-kind" data-tone=${frame.kind === 'error' ? 'bad' : 'idle'}>${frame.kind}</span>
      <code>${open.has(frame.id) ? '' : short(frame)}</code>
    </button>
    ${open.has(frame.id) ? html`<div class="frame-full"><pre><code>${pretty(frame)}</code></pre>
      ${navigator.clipboard ? html`<button class="quiet" @click=${copy(frame)}>${icon(copied === frame.id ? 'check' : 'copy')}${copied === frame.id ? t('frames.copied') : t('frames.copy')}</button>` : null}</div>` : null}
  </li>`;

  return () => html`<section class="card log" aria-labelledby="frames-title" data-ocpp-log>
    <header class="card-head">
      <h2 id="frames-title">${t('frames.title')} <span class="muted" data-figure="frames">${count(model.rows.length, language())}</span></h2>
      <label class="choice"><span class="unseen">${t('frames.action')}</span><select data-act="frame-action" @change=${choose((value) => (model.action = value))}>
        <option value="">${t('frames.every_action')}</option>${model.actions.map((action) => html`<option value=${action} ?selected=${action === model.action}>${action}</option>`)}</select></label>
      <label class="choice"><span class="unseen">${t('frames.kind')}</span><select data-act="frame-kind" @change=${choose((value) => (model.kind = value))}>
        <option value="">${t('frames.every_kind')}</option>${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === model.kind}>${kind}</option>`)}</select></label>
      <button data-act="pause-frames" aria-pressed=${String(model.paused)} @click=${pause}>${icon(model.paused ? 'bolt' : 'pause')}${model.paused ? t('events.go_on') : t('events.pause')}</button>
    </header>
    ${following.problem === null ? null : problemNotice(following.problem)}
    ${following.loaded && model.rows.length === 0 ? html`<p class="muted">${t('frames.none')}</p>` : null}
    <ol class="events frames" dir="ltr" tabindex="0" aria-labelledby="frames-title">${repeat(model.rows, ({ id: name }) => name, row)}</ol>
  </section>`;
}

const KINDS = ['call', 'result', 'error'];

/** @param {Frame} frame */
const short = ({ error, payload }) => (error ? `${error.code} ${error.description}` : JSON.stringify(payload ?? null));

/** @param {Frame} frame */
const pretty = ({ error, payload }) => JSON.stringify(error ?? payload ?? null, null, 2);
