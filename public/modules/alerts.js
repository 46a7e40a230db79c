// The alerts page: what an operator should look at, the most urgent first, with what helps; and what is over.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { problemNotice } from '../components/notice.js';
import { post } from '../utils/api.js';
import { ago, count, dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { Sending } from '../utils/sending.js';
import { ServerList } from '../utils/server-list.js';
import { alertHelp, severityBadge, severityTone } from './alert-words.js';

/** @import { AlertObject } from '../../ui/types/api.d.ts' */
/** @import { Desk, DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange }) {
  const sending = new Sending(changed);
  /** @type {ServerList<AlertObject> | null} */
  let past = null;

  desk.listen((event) => {
    if (event.type === 'alert.cleared') past?.put(event.data.alert);
  }, signal);

  /** @param {AlertObject} alert */
  const acknowledge = (alert) => () => sending.run(async () => {
    const { data } = await /** @type {typeof post<AlertObject>} */ (post)(`/api/cms/alerts/${alert.id}/acknowledge`);
    desk.alerts.put(data);
  });

  /** @param {typeof past} next */
  const turn = (next) => () => {
    past = next;
    changed();
  };
  const toPast = () => turn(new ServerList({ path: '/api/cms/alerts', query: { status: 'cleared' }, sort: '-clearedAt', changed, signal }))();

  const standing = () => desk.alerts.count === 0
    ? nothing('check', t('alerts.none'))
    : html`<ul class="alerts">${repeat(desk.alerts.rows, ({ id }) => id, (alert) => alertCard(alert, desk, mayChange && !sending.busy ? acknowledge(alert) : null))}</ul>`;

  const over = () => past === null ? null : whenKnown(past, () => past?.items.length === 0
    ? nothing('bell', t('alerts.none_over'))
    : html`<ul class="alerts">${repeat(past?.items ?? [], ({ id }) => id, (alert) => alertCard(alert, desk, null))}</ul>`);

  return () => html`<section class="page">
    ${pageHead({ title: t('alerts.title') })}
    <div class="switch" role="group" aria-label=${t('alerts.title')}>
      <button data-act="open-alerts" aria-pressed=${String(past === null)} @click=${turn(null)}>${t('alerts.open')} <b data-figure="alerts-open">${count(desk.alerts.count, language())}</b></button>
      <button data-act="past-alerts" aria-pressed=${String(past !== null)} @click=${toPast}>${t('alerts.over')}</button>
    </div>
    ${sending.problem === null ? null : problemNotice(sending.problem)}
    ${past === null ? whenKnown(desk.following, standing) : over()}
  </section>`;
}

/** @param {AlertObject} alert @param {Desk} desk @param {(() => void) | null} acknowledge */
function alertCard(alert, desk, acknowledge) {
  const speech = language();
  const point = alert.chargePointId ? desk.points.find(alert.chargePointId) : null;
  const help = alertHelp(alert.kind);
  return html`<li class="card alert" data-alert=${alert.kind} data-tone=${severityTone(alert.severity)}>
    <header>
      ${severityBadge(alert.severity)}
      <h2><bdi>${alert.title}</bdi></h2>
      <time class="muted" datetime=${alert.raisedAt} title=${dayTime(alert.raisedAt, speech)}>${ago(alert.raisedAt, speech, Date.now())}</time>
    </header>
    <p><bdi>${alert.detail}</bdi></p>
    ${help && !alert.clearedAt ? html`<p class="help">${icon('question')}<span>${help}</span></p>` : null}
    <footer class="row">
      ${point ? html`<a class="button" href=${at('points', point.id)}>${icon('plug')}<bdi>${point.name}</bdi></a>` : null}
      ${alert.sessionId ? html`<a class="button" href=${at('sessions', alert.sessionId)}>${icon('bolt')}${t('alerts.session')}</a>` : null}
      <span class="space"></span>
      ${alert.clearedAt ? html`<span class="muted">${t('alerts.cleared', { when: dayTime(alert.clearedAt, speech) })}</span>` : null}
      ${alert.acknowledgedAt ? html`<span class="muted">${icon('check')} ${t('alerts.taken', { when: dayTime(alert.acknowledgedAt, speech) })}</span>`
        : acknowledge ? html`<button data-act="acknowledge" @click=${acknowledge}>${icon('check')}${t('alerts.take')}</button>` : null}
    </footer>
  </li>`;
}
