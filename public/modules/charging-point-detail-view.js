// One charge point at the desk: its connectors, the running charge with its power, commands with their results, its
// configuration, and the messages on its socket as they pass. What is known is in desk.js and commands-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { shown } from '../components/connector-state.js';
import { icon } from '../components/icons.js';
import { fact, nothing, pageHead, whenKnown } from '../components/page-head.js';
import { problemNotice } from '../components/notice.js';
import { powerCard } from '../components/power-card.js';
import { priceTag } from '../components/price.js';
import { sessionBadge } from '../components/session-words.js';
import { plug, statusBadge } from '../components/status.js';
import { codeOf, postOnce } from '../utils/api.js';
import { ago, count, duration, kw, kwh, money, ratedKw } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at, go } from '../utils/route.js';
import { live } from '../utils/socket.js';
import { isRunning } from '../user-panel/modules/my-charges-model.js';
import { commandForm } from './command-form.js';
import { commandResults } from './command-results.js';
import { CommandsModel } from './commands-model.js';
import { configuration } from './configuration.js';
import { newKey } from './new-key.js';
import { ocppLog } from './ocpp-log.js';
import { pointForm } from './point-form.js';

/** @import { CommandTaken } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint, Command, Connector } from '../../ui/types/events.d.ts' */
/** @import { Charge } from '../user-panel/modules/my-charges-model.js' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, id, changed, signal, mayChange, tell }) {
  const commands = new CommandsModel(id);
  /** @type {string | null} */
  let problem = null;
  let busy = false;

  /** Sends a command. What becomes of it comes as events. @param {string} action the last part of the route @param {Record<string, unknown>} fields */
  async function send(action, fields) {
    busy = true;
    problem = null;
    changed();
    try {
      const { data } = await /** @type {typeof postOnce<CommandTaken>} */ (postOnce)(`/api/charger/${action}`, { chargePointId: id, ...fields });
      commands.put(/** @type {Command} */ (data.command));
    } catch (error) {
      problem = codeOf(error);
    } finally {
      busy = false;
      changed();
    }
  }

  desk.listen((event) => {
    if (commands.apply(event)) changed();
  }, signal);
  const seconds = setInterval(() => live.state !== 'not_live' && charges().length > 0 && changed(), 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));

  const say = (/** @type {string} */ action, /** @type {Record<string, unknown>} */ fields) => void send(action, fields);
  const form = commandForm({ send: say, changed });
  const keys = configuration({ send: say, commands, changed });
  const log = ocppLog({ id, changed, signal });
  const edit = pointForm({ desk, changed, tell, removed: () => go('points') });
  const key = newKey({ changed, tell });
  const charges = () => desk.sessions.rows.filter(({ session }) => session.chargePointId === id);
  const running = () => charges().flatMap(({ session: { connectorId, transactionId } }) => (typeof transactionId === 'number' ? [{ connectorId, transactionId }] : [])).sort((a, b) => a.connectorId - b.connectorId);

  /** @param {ChargingPoint} point */
  const page = (point) => html`${facts(point)}
    <div class="two">
      <section class="card" aria-labelledby="plugs-title"><h2 id="plugs-title">${t('points.connectors')}</h2>
        <ul class="connector-list">${repeat(point.connectors, ({ connectorId }) => connectorId, (connector) => plugLine(point, connector, charges().find(({ session }) => session.connectorId === connector.connectorId)))}</ul>
      </section>
      <div class="card">${powerCard(desk.curves.of(id), t('points.power'))}</div>
    </div>
    ${problem === null ? null : problemNotice(problem)}
    ${mayChange ? html`<div class="two">${form(point, running(), busy)} ${commandResults(commands.commands)}</div> ${keys(point, busy)}` : null}
    ${log()}`;

  return () => {
    const point = desk.points.find(id);
    return html`<section class="page" data-point=${id}>
      ${pageHead({
        title: html`<bdi>${point?.name ?? t('points.point')}</bdi>`,
        under: point ? html`<bdi class="identity">${point.identity}</bdi> · <bdi>${desk.stations.find(point.stationId)?.name ?? ''}</bdi> · <bdi>${[point.vendor, point.model, point.firmwareVersion].filter(Boolean).join(' ')}</bdi>` : null,
        back: { href: '#/points', words: t('points.title') },
        acts: point ? html`<span data-point-state=${point.status}>${statusBadge(point.status)}</span>${mayChange ? html`${point.securityProfile === 0 ? null : key.button(point)}<button data-act="edit" @click=${() => edit.open(point)}>${icon('edit')}${t('form.edit')}</button>` : null}` : null,
      })}
      ${whenKnown(desk.following, () => (point ? page(point) : nothing('plug', t('problem.not_found'))))} ${edit.view()} ${key.view()}
    </section>`;
  };
}

/** @param {ChargingPoint} point */
function facts(point) {
  const speech = language();
  return html`<dl class="card facts-row">
    ${fact(t('start.price'), priceTag(point.price))}
    ${fact(t('points.rated_short'), html`<span dir="ltr">${ratedKw(point.maxPowerW, speech)} kW</span>`)}
    ${fact('OCPP', html`<bdi dir="ltr">${point.protocol ?? '–'}</bdi>`)}
    ${fact(t('points.seen'), point.lastSeenAt ? ago(point.lastSeenAt, speech, Date.now()) : '–')}
    ${fact(t('points.booted'), point.bootedAt ? ago(point.bootedAt, speech, Date.now()) : '–')}
    ${fact(t('inbox.address'), html`<bdi dir="ltr">${point.remoteAddress ?? '–'}</bdi>`)}
  </dl>`;
}

/** @param {ChargingPoint} point @param {Connector} connector @param {Charge | undefined} charge */
function plugLine(point, connector, charge) {
  const { name, icon: picture } = plug(connector.type);
  const speech = language();
  return html`<li data-connector=${connector.connectorId}>
    <div class="connector-head">
      <span class="number">${count(connector.connectorId, speech)}</span>
      <span class="plug">${icon(picture)}<bdi>${name}</bdi> · <bdi dir="ltr">${ratedKw(connector.maxPowerW, speech)} kW</bdi></span>
      ${statusBadge(shown(point.connectivity, connector.status))}
    </div>
    ${connector.errorCode && connector.errorCode !== 'NoError' ? html`<p class="muted">${t('points.error')} <bdi>${connector.errorCode}</bdi></p>` : null}
    ${charge ? chargeLine(charge) : html`<p class="muted">${t('points.resting')}</p>`}
  </li>`;
}

/** @param {Charge} charge */
function chargeLine({ session, seconds, at: since }) {
  const speech = language();
  const elapsed = isRunning(session) ? seconds + (performance.now() - since) / 1000 : seconds;
  return html`<p class="charge-line">
    ${session.status === 'charging' ? null : sessionBadge(session.status)}
    <span dir="ltr" data-flash><b data-figure="point-energy">${kwh(session.energyWh, speech)}</b> kWh</span>
    <span dir="ltr" data-flash><b data-figure="point-power">${typeof session.powerW === 'number' ? kw(session.powerW, speech) : '–'}</b> kW</span>
    <span dir="ltr" data-figure="point-time">${duration(elapsed)}</span>
    ${session.cost ? html`<b><bdi data-figure="point-cost">${money(session.cost.total, speech)}</bdi></b>` : null}
    <a class="link" href=${at('sessions', session.id)}>${t('alerts.session')}</a>
  </p>`;
}
