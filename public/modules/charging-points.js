// The charging points page: every point with its connectors and what runs there now, moving as it is measured. What is
// known and how events change it is in charging-points-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { shown } from '../components/connector-state.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { priceTag } from '../components/price.js';
import { plug, statusBadge } from '../components/status.js';
import { ago, collator, count, duration, kw, kwh, ratedKw } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ListState, ROWS } from '../utils/list-state.js';
import { at } from '../utils/route.js';
import { live } from '../utils/socket.js';
import { pointForm } from './point-form.js';

/** @import { ChargingPoint, Connector } from '../../ui/types/events.d.ts' */
/** @import { Desk, DeskPage } from './desk.js' */
/** @import { Row, Running } from './charging-points-model.js' */

/** @typedef {Row & {id: string, station: string}} PointRow */

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange, tell }) {
  const looking = new ListState('name');
  let state = '';
  const form = pointForm({ desk, changed, tell });

  // Durations count on between two events, but only while they are true.
  const seconds = setInterval(() => live.state !== 'not_live' && changed(), 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));

  /** @param {Event} event */
  function narrow(event) {
    state = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
    looking.page = 1;
    changed();
  }

  return () => html`<section class="page points">
    ${pageHead({ title: t('points.title'), acts: mayChange ? html`<button class="primary" data-act="add-point" @click=${() => form.open(null)}>${icon('plus')}${t('points.add')}</button>` : null })}
    ${whenKnown(desk.following, () => table())} ${form.view()}
  </section>`;

  function table() {
    const rows = pointRows(desk).filter(({ point }) => state === '' || point.status === state);
    const { items, total, page } = looking.cut(rows, { orders: ORDERS(), text: ({ point, station }) => `${point.name} ${point.identity ?? ''} ${station} ${point.vendor ?? ''} ${point.model ?? ''}` });
    return dataTable({
      name: 'points', title: t('points.title'), columns: columns(), rows: items, total, page, size: ROWS, looking, changed,
      turn: (number) => {
        looking.page = number;
        changed();
      },
      empty: nothing('plug', t('points.empty'), html`<p class="muted">${t('points.empty_hint')}</p>`),
      more: stateChoice(state, narrow),
    });
  }
}

/** @param {Desk} desk @returns {PointRow[]} */
export const pointRows = ({ points, stations }) =>
  points.rows(language()).map((row) => ({ ...row, id: row.point.id, station: stations.find(row.point.stationId)?.name ?? '' }));

/** @param {string} state @param {(event: Event) => void} narrow */
const stateChoice = (state, narrow) => html`<label class="choice"><span class="unseen">${t('start.state')}</span>
  <select @change=${narrow}>${[['', t('points.every_state')], ['available', t('state.available')], ['occupied', t('state.occupied')], ['unavailable', t('state.unavailable')], ['faulted', t('state.faulted')], ['offline', t('state.offline')]].map(([value, words]) => html`<option value=${value} ?selected=${value === state}>${words}</option>`)}</select></label>`;

/** @returns {import('../utils/list-state.js').Orders<PointRow>} */
function ORDERS() {
  const { compare } = collator(language());
  const power = (/** @type {PointRow} */ row) => row.running.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0);
  return {
    name: (a, b) => compare(a.point.name, b.point.name),
    station: (a, b) => compare(a.station, b.station) || compare(a.point.name, b.point.name),
    status: (a, b) => compare(a.point.status, b.point.status),
    power: (a, b) => power(b) - power(a),
  };
}

/** @returns {import('../components/data-table.js').Column<PointRow>[]} */
export const columns = () => [
  { name: 'name', label: t('points.point'), sort: 'name', cell: ({ point, station }) => html`<a class="link" href=${at('points', point.id)} data-act="open"><bdi>${point.name}</bdi></a> <span class="muted"><bdi class="identity">${point.identity}</bdi> · <bdi>${station}</bdi></span>` },
  { name: 'status', label: t('start.state'), sort: 'status', cell: ({ point }) => html`<span data-charge-point=${point.id}>${statusBadge(point.status)}</span>` },
  { name: 'connectors', label: t('points.connectors'), sort: 'power', cell: connectors },
  { name: 'station', label: t('stations.name'), sort: 'station', spare: true, cell: ({ station }) => html`<bdi>${station}</bdi>` },
  { name: 'price', label: t('start.price'), cell: ({ point }) => priceTag(point.price) },
  { name: 'made', label: t('points.made'), spare: true, cell: ({ point }) => html`<bdi>${[point.vendor, point.model].filter(Boolean).join(' ') || '–'}</bdi>` },
  { name: 'firmware', label: t('points.firmware'), spare: true, cell: ({ point }) => html`<bdi>${point.firmwareVersion ?? '–'}</bdi>` },
  { name: 'seen', label: t('points.seen'), spare: true, cell: ({ point }) => (point.lastSeenAt ? ago(point.lastSeenAt, language(), Date.now()) : '–') },
];

/** @param {PointRow} row */
const connectors = ({ point, running }) => html`<ul class="plugs">
  ${repeat(point.connectors, ({ connectorId }) => connectorId, (connector) => connectorLine(point, connector, running.find(({ connectorId }) => connectorId === connector.connectorId)))}
</ul>`;

/** @param {ChargingPoint} point @param {Connector} connector @param {Running | undefined} session */
function connectorLine(point, connector, session) {
  const { name, icon: picture } = plug(connector.type);
  return html`<li data-connector=${connector.connectorId}>
    <span class="number">${count(connector.connectorId, language())}</span>
    <span class="plug muted">${icon(picture)}<bdi>${name}</bdi> · <bdi dir="ltr">${ratedKw(connector.maxPowerW, language())} kW</bdi></span>
    ${statusBadge(shown(point.connectivity, connector.status))}
    ${session ? figures(point.id, session) : null}
  </li>`;
}

/** @param {string} id @param {Running} session */
function figures(id, { connectorId, energyWh, powerW, seconds, at: since }) {
  const speech = language();
  return html`<span class="running" dir="ltr">
    <span data-flash><b data-figure="energy" data-charge-point=${id} data-connector=${connectorId}>${kwh(energyWh, speech)}</b> <span class="unit">kWh</span></span>
    <span data-flash><b data-figure="power" data-charge-point=${id}>${powerW === null ? '–' : kw(powerW, speech)}</b> <span class="unit">kW</span></span>
    <span data-figure="duration" data-charge-point=${id}>${duration(seconds + (performance.now() - since) / 1000)}</span>
  </span>`;
}
