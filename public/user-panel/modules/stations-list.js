// The first screen, open to everybody: the one station with all its bays, or a card for each of several. What is known and
// how events change it is in stations-list-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { priceTag } from '../../components/price.js';
import { stationBadge } from '../../components/status.js';
import { list } from '../../utils/api.js';
import { count } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { follow } from '../../utils/page.js';
import { at } from '../../utils/route.js';
import { addressLine, stationDetail } from './station-detail.js';
import { StationsListModel, bayCounts } from './stations-list-model.js';

/** @import { ChargingPoint, LiveEvent, Station } from '../../../ui/types/events.d.ts' */
/** @import { Choose } from '../../components/bay-tile.js' */
/** @import { Pushed } from '../../utils/live-order.js' */
/** @import { Site } from './stations-list-model.js' */

/**
 * Follows every station until the signal aborts.
 * @param {object} page
 * @param {() => void} page.changed
 * @param {Choose} page.choose a bay was pressed
 * @param {AbortSignal} page.signal
 */
export function stationsList({ changed, choose, signal }) {
  const model = new StationsListModel();

  async function snapshot() {
    const stations = await /** @type {typeof list<Station>} */ (list)('/api/user/stations', signal);
    const points = await Promise.all(
      stations.data.map(({ id }) =>
        /** @type {typeof list<ChargingPoint>} */ (list)(`/api/user/stations/${encodeURIComponent(id)}/points`, signal),
      ),
    );
    model.reset(stations.data.map((station, index) => ({ station, points: points[index]?.data ?? [] })));
    return [stations, ...points].map((answer) => answer.live);
  }

  /** @param {Pushed} event */
  function onEvent(event) {
    if (model.apply(/** @type {LiveEvent} */ (event))) changed();
  }

  const following = follow({ rooms: ['public'], snapshot, onEvent, changed, signal });
  const problem = () => (following.problem === null ? null : problemNotice(following.problem));

  return {
    model,
    following,
    view: () => html`${problem()} ${following.loaded ? board(model.sites(language()), choose) : skeleton(4)}`,
    /** One of several. @param {string} id */
    station(id) {
      const site = model.sites(language()).find(({ station }) => station.id === id);
      const back = html`<a class="button quiet back" href="#/" data-act="back">${icon('back')}<span>${t('board.all')}</span></a>`;
      if (site) return html`${problem()} ${stationDetail(site, choose, back)}`;
      return following.loaded ? html`<section class="screen">${back}<h1>${t('board.stations')}</h1><p class="notice" data-tone="wait">${icon('alert')}<span>${t('problem.not_found')}</span></p></section>` : skeleton(4);
    },
  };
}

/** @param {Site[]} sites @param {Choose} choose */
function board(sites, choose) {
  const [only] = sites;
  if (!only || !sites.some(({ points }) => points.length > 0)) {
    return html`<div class="empty">${icon('plug')}<h1>${t('board.empty')}</h1><p>${t('board.empty_hint')}</p></div>`;
  }
  if (sites.length === 1) return stationDetail(only, choose);
  return html`<section class="sites" aria-labelledby="sites-title">
    <h1 id="sites-title">${t('board.stations')}</h1>
    <ul class="site-cards">${repeat(sites, ({ station }) => station.id, siteCard)}</ul>
  </section>`;
}

/** @param {Site} site */
function siteCard(site) {
  const { station } = site;
  const { free, busy, out } = bayCounts(site);
  return html`<li>
    <a class="site-card" href=${at('station', station.id)} data-station=${station.id} data-station-status=${station.status}>
      <span class="site-card-head"><b class="site-card-name"><bdi>${station.name}</bdi></b>${stationBadge(station.status)}</span>
      <span class="site-where">${icon('pin')}<bdi>${addressLine(station)}</bdi></span>
      <span class="site-counts">
        ${counted('free', 'check', free, t('state.available'))} ${counted('busy', 'bolt', busy, t('state.occupied'))}
        ${out > 0 ? counted('bad', 'alert', out, t('state.faulted')) : null}
      </span>
      <span class="site-card-foot">${priceTag(station.price)}${icon('forward')}</span>
    </a>
  </li>`;
}

/** @param {string} tone @param {import('../../components/icons.js').IconName} picture @param {number} number @param {string} words */
const counted = (tone, picture, number, words) => html`<span class="site-count" data-tone=${tone} data-count=${tone}>
  ${icon(picture)}<b data-figure="bays-${tone}">${count(number, language())}</b><span>${words}</span>
</span>`;
