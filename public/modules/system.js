// The system page: how the gateway's parts are, as it tells by itself; for admins its counters, as they were when asked.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { pageHead, tile, whenKnown } from '../components/page-head.js';
import { liveBadge } from '../components/live-badge.js';
import { problemNotice } from '../components/notice.js';
import { ApiError, codeOf, tokenOf } from '../utils/api.js';
import { count, decimal } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { brokerLook, databaseLook } from './health-words.js';
import { readMetrics } from './metrics-model.js';
import { role } from './sign-in.js';
import { UpdateCard } from './update-card.js';

/** @import { Desk, DeskPage } from './desk.js' */
/** @import { Metric } from './metrics-model.js' */

const PATIENCE_MS = 15_000;

/** @param {DeskPage} page */
export function open({ desk, changed, signal }) {
  const update = new UpdateCard(desk, changed, signal);
  /** @type {Metric[] | null} */
  let metrics = null;
  /** @type {string | null} */
  let problem = null;

  async function ask() {
    try {
      const headers = { Authorization: `Bearer ${tokenOf('cms')}` };
      const response = await fetch('/metrics', { headers, cache: 'no-store', credentials: 'omit', signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) });
      if (!response.ok) throw new ApiError({ code: 'client.unreadable', status: response.status });
      metrics = readMetrics(await response.text());
      problem = null;
    } catch (error) {
      if (!signal.aborted) problem = codeOf(error);
    }
    changed();
  }
  if (role() === 'admin') ask();

  return () => html`<section class="page">
    ${pageHead({ title: t('system.title'), under: metrics ? html`<bdi dir="ltr">Forecourt ${version(metrics)}</bdi>` : null })}
    ${whenKnown(desk.following, () => parts(desk))}
    ${update.view()}
    ${problem === null ? null : problemNotice(problem)}
    ${metrics === null ? null : counters(metrics, ask)}
  </section>`;
}

/** @param {Desk} desk */
function parts({ overview, points }) {
  const speech = language();
  const broker = brokerLook(overview.broker);
  const database = databaseLook(overview.database);
  const { gateway, health } = overview;
  const connected = gateway?.chargers ?? points.all.filter(({ point }) => point.connectivity === 'online').length;
  return html`<div class="tiles">
    ${tile({ label: t('system.broker'), picture: 'pulse', tone: broker.tone, value: html`<span class="tile-state" data-health="broker">${icon(broker.picture)}${broker.words}</span>` })}
    ${tile({ label: t('system.database'), picture: 'server', tone: database.tone, value: html`<span class="tile-state" data-health="database">${icon(database.picture)}${database.words}</span>` })}
    ${tile({ label: t('system.outbox'), picture: 'inbox', value: html`<b data-figure="outbox">${count(gateway?.outbox.depth ?? health?.outboxDepth ?? 0, speech)}</b>`, under: gateway && gateway.outbox.depth > 0 ? t('system.oldest', { seconds: count(gateway.outbox.oldestSeconds, speech) }) : t('system.outbox_hint') })}
    ${tile({ label: t('system.chargers'), picture: 'plug', value: html`<b data-figure="sockets">${count(connected, speech)}</b>` })}
    ${tile({ label: t('system.readers'), picture: 'people', value: html`<b data-figure="readers">${count(gateway?.readers ?? health?.readers ?? 0, speech)}</b>` })}
    ${tile({ label: t('system.page'), picture: 'globe', value: liveBadge(), under: gateway ? html`<bdi dir="ltr">${gateway.node}</bdi>` : null })}
  </div>`;
}

/** @param {Metric[]} metrics */
const version = (metrics) => metrics.find(({ name }) => name === 'forecourt_build_info')?.labels['version'] ?? '';

/** @param {Metric[]} metrics @param {() => void} ask */
const counters = (metrics, ask) => html`<section class="card" aria-labelledby="counters-title">
  <header class="card-head"><h2 id="counters-title">${t('system.counters')}</h2><button data-act="refresh" @click=${ask}>${icon('refresh')}${t('form.refresh')}</button></header>
  <div class="wide" tabindex="0" role="group" aria-labelledby="counters-title"><table class="list">
    <thead><tr><th scope="col">${t('system.counter')}</th><th scope="col" data-numeric>${t('system.value')}</th></tr></thead>
    <tbody>${metrics.filter(({ plain, name }) => plain && name !== 'forecourt_build_info').map(({ name, help, value }) => html`<tr>
      <th scope="row" lang="en" dir="ltr">${help} <span class="muted identity">${name}</span></th><td data-numeric>${decimal(value, language())}</td></tr>`)}</tbody>
  </table></div>
</section>`;
