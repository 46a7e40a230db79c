// The page of one charge point: commands with their results, and the frames on its socket as they pass. What is known is
// in commands-model.js. Frames hold a charger's own words: shown as text, never as markup.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { priceTag } from '../components/price.js';
import { statusBadge } from '../components/status.js';
import { codeOf, list, postOnce } from '../utils/api.js';
import { clock } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { follow } from '../utils/page.js';
import { ChargingPointsModel } from './charging-points-model.js';
import { CommandsModel } from './commands-model.js';
import { commandForm } from './command-form.js';

/** @import { CommandTaken, Session } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint, Command, LiveEvent } from '../../ui/types/events.d.ts' */
/** @import { IconName } from '../components/icons.js' */
/** @import { Pushed } from '../utils/live-order.js' */
/** @import { Frame } from './commands-model.js' */

/** @param {{id: string, back: () => void, changed: () => void, heard: (event: Pushed) => void, signal: AbortSignal}} page */
export function pointPage({ id, back, changed, heard, signal }) {
  const points = new ChargingPointsModel();
  const model = new CommandsModel(id);
  /** @type {string | null} */
  let problem = null;
  let busy = false;

  async function snapshot() {
    const [all, sessions] = await Promise.all([
      /** @type {typeof list<ChargingPoint>} */ (list)('/api/cms/charging-points', signal),
      /** @type {typeof list<Session>} */ (list)('/api/cms/sessions/active', signal),
    ]);
    points.reset(all.data.filter((point) => point.id === id), sessions.data, performance.now());
    model.reset(sessions.data);
    return [all.live, sessions.live];
  }

  /** @param {Pushed} pushed */
  function onEvent(pushed) {
    heard(pushed);
    const event = /** @type {LiveEvent} */ (pushed);
    const moved = points.apply(event, performance.now());
    if (model.apply(event) || moved) changed();
  }

  /** @param {string} action the last part of the route @param {Record<string, unknown>} fields */
  async function send(action, fields) {
    busy = true;
    problem = null;
    changed();
    try {
      const path = `/api/charger/${action}`;
      const { data } = await /** @type {typeof postOnce<CommandTaken>} */ (postOnce)(path, { chargePointId: id, ...fields });
      model.put(/** @type {Command} */ (data.command));
    } catch (error) {
      problem = codeOf(error);
    } finally {
      busy = false;
      changed();
    }
  }

  const following = follow({ rooms: [`charger:${id}`], snapshot, onEvent, changed, signal });
  const form = commandForm({ send: (action, fields) => void send(action, fields), changed });

  return () => {
    const point = points.rows(language())[0]?.point;
    return html`<section class="points" data-point=${id}>
      <button class="quiet back" data-act="back" @click=${back}>${t('page.back')}</button>
      ${following.problem === null ? null : problemNotice(following.problem)}
      ${point ? head(point) : following.loaded ? html`<p class="muted">${t('problem.not_found')}</p>` : skeleton(2)}
      ${problem === null ? null : problemNotice(problem)}
      ${point ? form(point, model.running, busy) : null}
      <div class="columns">${results(model.commands)} ${frames(model.frames)}</div>
    </section>`;
  };
}

/** @param {ChargingPoint} point */
const head = (point) => html`<header class="page-head">
  <div>
    <h1><bdi>${point.name}</bdi></h1>
    <p class="muted"><bdi class="identity">${point.identity}</bdi> · OCPP ${point.protocol} · <bdi>${[point.vendor, point.model, point.firmwareVersion].filter(Boolean).join(' ')}</bdi></p>
  </div>
  <p class="row">${priceTag(point.price)} ${statusBadge(point.status)}</p>
</header>`;

/** @type {Readonly<Record<string, {tone: string, icon: IconName, key: string}>>} */
const RESULTS = {
  requested: { tone: 'wait', icon: 'clock', key: 'command.requested' },
  accepted: { tone: 'free', icon: 'check', key: 'command.accepted' },
  rejected: { tone: 'bad', icon: 'blocked', key: 'command.rejected' },
  failed: { tone: 'bad', icon: 'alert', key: 'command.failed' },
  timed_out: { tone: 'bad', icon: 'cut', key: 'command.timed_out' },
};

/** @param {Command[]} commands */
const results = (commands) => html`<section class="card" aria-labelledby="results-title">
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

/** @param {Frame[]} messages */
const frames = (messages) => html`<section class="card" aria-labelledby="frames-title">
  <h2 id="frames-title">${t('frames.title')}</h2>
  ${messages.length === 0 ? html`<p class="muted">${t('frames.none')}</p>` : null}
  <ol class="events" dir="ltr" tabindex="0" aria-label=${t('frames.title')}>${repeat(messages, ({ id }) => id, frame)}</ol>
</section>`;

/** @param {Frame} frame */
const frame = ({ message }) => html`<li data-frame=${message.action ?? ''} data-direction=${message.direction}>
  <span class="when">${clock(message.receivedAt, language())}</span>
  <span>${message.direction === 'in' ? t('frames.in') : t('frames.out')}</span>
  <b>${message.action ?? ''} ${message.kind}</b>
  <code>${message.error ? `${message.error.code} ${message.error.description}` : JSON.stringify(message.payload ?? null)}</code>
</li>`;
