// The stations page: each with its state, its charge points and free connectors, its price; rows follow what is created,
// changed and deleted. What is known is in desk-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { priceTag } from '../components/price.js';
import { stationBadge } from '../components/status.js';
import { collator, count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ListState, ROWS } from '../utils/list-state.js';
import { at } from '../utils/route.js';
import { stationForm } from './station-form.js';

/** @import { Station } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, changed, mayChange, wholeSite, tell }) {
  const looking = new ListState('name');
  const form = stationForm({ desk, changed, wholeSite, tell });

  function table() {
    const { items, total, page } = looking.cut(desk.stations.rows(language()), { orders: orders(), text: (station) => `${station.name} ${where(station)}` });
    return dataTable({
      name: 'stations', title: t('stations.title'), columns: columns(), rows: items, total, page, size: ROWS, looking, changed,
      turn: (number) => {
        looking.page = number;
        changed();
      },
      empty: nothing('building', t('stations.empty')),
    });
  }

  return () => html`<section class="page">
    ${pageHead({ title: t('stations.title'), acts: mayChange && wholeSite ? html`<button class="primary" data-act="add-station" @click=${() => form.open(null)}>${icon('plus')}${t('stations.add')}</button>` : null })}
    ${whenKnown(desk.following, table)} ${form.view()}
  </section>`;
}

/** @param {Station} station */
export const where = ({ address }) => [address.line1, [address.postalCode, address.city].filter(Boolean).join(' '), address.country].filter(Boolean).join(', ');

/** @returns {import('../utils/list-state.js').Orders<Station>} */
function orders() {
  const { compare } = collator(language());
  return { name: (a, b) => compare(a.name, b.name), status: (a, b) => compare(a.status, b.status), free: (a, b) => b.connectorsAvailable - a.connectorsAvailable };
}

/** @param {number} some @param {number} all @param {string} name */
const of = (some, all, name) => html`<span dir="ltr" data-flash><b data-figure=${name}>${count(some, language())}</b> <span class="unit">/ ${count(all, language())}</span></span>`;

/** @returns {import('../components/data-table.js').Column<Station>[]} */
const columns = () => [
  { name: 'name', label: t('stations.name'), sort: 'name', cell: (station) => html`<a class="link" href=${at('stations', station.id)}><bdi>${station.name}</bdi></a> <bdi class="muted">${where(station)}</bdi>` },
  { name: 'status', label: t('start.state'), sort: 'status', cell: ({ status }) => stationBadge(status) },
  { name: 'points', label: t('stations.points'), figure: true, cell: ({ pointsOnline, pointsTotal }) => of(pointsOnline, pointsTotal, 'station-points') },
  { name: 'free', label: t('stations.free'), sort: 'free', figure: true, cell: ({ connectorsAvailable, connectorsTotal }) => of(connectorsAvailable, connectorsTotal, 'station-free') },
  { name: 'price', label: t('start.price'), cell: ({ price }) => priceTag(price) },
  { name: 'help', label: t('stations.helpline'), spare: true, cell: ({ helpline }) => html`<bdi dir="ltr">${helpline ?? '–'}</bdi>` },
  { name: 'zone', label: t('stations.time_zone'), spare: true, cell: ({ timeZone }) => html`<bdi dir="ltr">${timeZone}</bdi>` },
];
