// One station at the desk: what it is, its charge points as they are now, and its charges.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { fact, nothing, pageHead, whenKnown } from '../components/page-head.js';
import { priceTag } from '../components/price.js';
import { stationBadge } from '../components/status.js';
import { count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ListState, ROWS } from '../utils/list-state.js';
import { go } from '../utils/route.js';
import { ServerList } from '../utils/server-list.js';
import { columns as pointColumns, pointRows } from './charging-points.js';
import { where } from './charging-stations.js';
import { sessionTable } from './session-table.js';
import { stationForm } from './station-form.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { Station } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, id, changed, signal, mayChange, wholeSite, tell }) {
  const looking = new ListState('name');
  const form = stationForm({ desk, changed, wholeSite, tell, removed: () => go('stations') });
  /** @type {ServerList<Session>} */
  const past = new ServerList({ path: `/api/cms/stations/${encodeURIComponent(id)}/sessions`, changed, signal });

  desk.listen((event) => {
    if (!event.type.startsWith('charging.') && event.type !== 'meter.values' && event.type !== 'cost.updated') return;
    const session = desk.sessions.find(/** @type {{sessionId?: string | null}} */ (event.data).sessionId ?? '');
    if (session?.stationId === id && past.put(structuredClone(session))) changed();
  }, signal);

  const page = () => {
    const station = desk.stations.find(id);
    if (!station) return nothing('building', t('problem.not_found'));
    return html`${facts(station)} ${points()}
      ${sessionTable({ name: 'station-sessions', title: t('stations.sessions'), list: past, changed })}`;
  };

  function points() {
    const rows = pointRows(desk).filter(({ point }) => point.stationId === id);
    const { items, total, page: number } = looking.cut(rows, { orders: {}, text: ({ point }) => `${point.name} ${point.identity ?? ''}` });
    return dataTable({
      name: 'station-points', title: t('points.title'), columns: pointColumns().filter(({ name }) => name !== 'station').map((column) => ({ ...column, sort: undefined })), rows: items, total, page: number, size: ROWS, looking, changed,
      turn: (next) => {
        looking.page = next;
        changed();
      },
      empty: nothing('plug', t('stations.no_points')),
    });
  }

  return () => {
    const station = desk.stations.find(id);
    return html`<section class="page" data-station-page=${id}>
      ${pageHead({
        title: html`<bdi>${station?.name ?? t('stations.name')}</bdi>`,
        under: station ? html`<bdi>${where(station)}</bdi>` : null,
        back: { href: '#/stations', words: t('stations.title') },
        acts: station && mayChange ? html`<button data-act="edit" @click=${() => form.open(station)}>${icon('edit')}${t('form.edit')}</button>` : null,
      })}
      ${whenKnown(desk.following, page)} ${form.view()}
    </section>`;
  };
}

/** @param {Station} station */
function facts(station) {
  const speech = language();
  return html`<dl class="card facts-row">
    ${fact(t('start.state'), stationBadge(station.status))}
    ${fact(t('stations.points'), html`<span dir="ltr"><b data-figure="station-points">${count(station.pointsOnline, speech)}</b> / ${count(station.pointsTotal, speech)}</span>`)}
    ${fact(t('stations.free'), html`<span dir="ltr"><b data-figure="station-free">${count(station.connectorsAvailable, speech)}</b> / ${count(station.connectorsTotal, speech)}</span>`)}
    ${fact(t('start.price'), priceTag(station.price))}
    ${fact(t('stations.helpline'), html`<bdi dir="ltr">${station.helpline ?? '–'}</bdi>`)}
    ${fact(t('stations.time_zone'), html`<bdi dir="ltr">${station.timeZone}</bdi>`)}
  </dl>`;
}
