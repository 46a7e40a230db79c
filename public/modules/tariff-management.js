// The tariffs page: what is charged, in a sentence each, when and where it holds.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { priceTag } from '../components/price.js';
import { count, dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { tariffForm } from './tariff-form.js';

/** @import { Tariff } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, {tone: string, picture: import('../components/icons.js').IconName, key: string}>>} */
const STATES = {
  active: { tone: 'free', picture: 'check', key: 'tariff.active' },
  scheduled: { tone: 'wait', picture: 'clock', key: 'tariff.scheduled' },
  expired: { tone: 'idle', picture: 'cut', key: 'tariff.expired' },
};

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange: mayAct, wholeSite, tell }) {
  // A tariff may hold at somebody else's, too.
  const mayChange = mayAct && wholeSite;
  /** @type {ServerList<Tariff>} */
  const list = new ServerList({ path: '/api/cms/tariffs', sort: 'name', changed, signal });
  const put = (/** @type {Tariff} */ tariff) => list.put(tariff);
  const form = tariffForm({ desk, changed, tell, saved: put, removed: (id) => list.drop(id) });
  desk.listen((event) => {
    if (event.type === 'cms.tariff.created' || event.type === 'cms.tariff.updated') list.put(event.data.tariff);
    else if (event.type === 'cms.tariff.deleted') list.drop(event.data.id);
    // Tariffs name everybody's places: an organisation hears of its own prices alone.
    else if (event.type === 'station.price.changed' && !wholeSite) list.load();
    else return;
    changed();
  }, signal);

  const add = mayChange ? html`<button class="primary" data-act="add-tariff" @click=${() => form.open(null)}>${icon('plus')}${t('tariff.add')}</button>` : null;

  /** @returns {import('../components/data-table.js').Column<Tariff>[]} */
  const columns = () => [
    { name: 'name', label: t('tariff.name'), sort: 'name', cell: (tariff) => (mayChange ? html`<button class="link" data-tariff=${tariff.status} @click=${() => form.open(tariff)}><bdi>${tariff.name}</bdi></button>` : html`<bdi>${tariff.name}</bdi>`) },
    { name: 'state', label: t('tariff.state'), cell: state },
    { name: 'price', label: t('start.price'), cell: ({ price }) => priceTag(price) },
    { name: 'summary', label: t('tariff.summary'), cell: ({ summary }) => html`<bdi class="words" dir="ltr">${summary}</bdi>` },
    { name: 'example', label: t('tariff.example'), figure: true, spare: true, cell: ({ price }) => html`<bdi>${money(price.exampleFor20Kwh, language())}</bdi>` },
    { name: 'places', label: t('tariff.places'), cell: placesOf },
    { name: 'changed', label: t('tariff.changed'), sort: 'updatedAt', spare: true, cell: ({ updatedAt }) => dayTime(updatedAt, language()) },
  ];

  /** @param {Tariff} tariff */
  function placesOf({ stationIds, chargePointIds, connectors, customerGroups }) {
    const names = stationIds.map((id) => desk.stations.find(id)?.name ?? '').filter(Boolean);
    const others = chargePointIds.length + connectors.length;
    if (others > 0) names.push(t('tariff.and_points', { count: count(others, language()) }));
    return html`<bdi>${names.join(', ') || t('tariff.nowhere')}</bdi>${customerGroups.length > 0 ? html` <span class="muted"><bdi>${customerGroups.join(', ')}</bdi></span>` : null}`;
  }

  return () => html`<section class="page">
    ${pageHead({ title: t('tariff.title'), acts: add })}
    ${whenKnown(list, () => dataTable({
      name: 'tariffs', title: t('tariff.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      empty: nothing('tag', t('tariff.empty'), add),
    }))}
    ${form.view()}
  </section>`;
}

/** @param {Tariff} tariff */
function state({ status, validFrom, validTo }) {
  const { tone, picture, key } = STATES[status] ?? { tone: 'idle', picture: /** @type {const} */ ('question'), key: 'state.unknown' };
  const speech = language();
  const dates = [validFrom ? t('tariff.since', { time: dayTime(validFrom, speech) }) : null, validTo ? t('tariff.until', { time: dayTime(validTo, speech) }) : null];
  return html`<span class="badge" data-tone=${tone}>${icon(picture)}<span>${t(key)}</span></span> <span class="muted">${dates.filter(Boolean).join(', ')}</span>`;
}
