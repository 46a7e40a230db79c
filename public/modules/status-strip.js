// The strip above every page of the desk: chargers online, charges and power now, alerts, the broker, the database, and
// whether all that is live.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { liveBadge } from '../components/live-badge.js';
import { count, kw } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { summary } from './charging-points-model.js';
import { brokerLook, databaseLook } from './health-words.js';
import { organization } from './sign-in.js';

/** @import { IconName } from '../components/icons.js' */
/** @import { Desk } from './desk.js' */

/** @param {{desk: Desk, menu: () => void, menuOpen: boolean, search: () => void}} options */
export function statusStrip({ desk, menu, menuOpen, search }) {
  return html`<header class="strip status-strip">
    <button class="icon-only menu-button" aria-label=${t('nav.menu')} aria-expanded=${String(menuOpen)} @click=${menu}>${icon('list')}</button>
    ${desk.following.loaded ? figures(desk) : null}
    <span class="space"></span>
    ${liveBadge()}
    <button class="quiet search-button" data-act="search" aria-keyshortcuts="Control+K" @click=${search}>${icon('search')}<span>${t('palette.open')}</span><kbd>Ctrl K</kbd></button>
  </header>`;
}

/** @param {Desk} desk */
function figures({ points, alerts, overview }) {
  const speech = language();
  const { online, total, charging, powerW } = summary(points.all);
  return html`<ul class="states" aria-label=${t('strip.label')}>
    ${item('#/points', 'plug', t('points.online'), html`<b data-figure="online">${count(online, speech)}</b> / ${count(total, speech)}`, online < total ? 'wait' : 'free')}
    ${item('#/sessions', 'bolt', t('points.charging'), html`<b data-figure="charging">${count(charging, speech)}</b>`, charging > 0 ? 'busy' : 'plain')}
    ${item('#/dashboard', 'pulse', t('points.power'), html`<b data-figure="total-power">${kw(powerW, speech)}</b> kW`, 'plain')}
    ${item('#/alerts', 'bell', t('alerts.title'), html`<b data-figure="alerts">${count(alerts.count, speech)}</b>`, alerts.count > 0 ? 'bad' : 'free')}
    ${organization() === null ? html`${health(t('system.broker'), brokerLook(overview.broker))} ${health(t('system.database'), databaseLook(overview.database))}` : null}
  </ul>`;
}

/** @param {string} href @param {IconName} picture @param {string} words @param {unknown} value @param {string} tone */
const item = (href, picture, words, value, tone) => html`<li><a class="state" data-tone=${tone} href=${href} title=${words}>
  ${icon(picture)}<span class="state-words">${words}</span><span dir="ltr">${value}</span>
</a></li>`;

/** @param {string} words @param {{tone: string, picture: IconName, words: string}} look */
const health = (words, look) => html`<li class="state-health"><a class="state" data-tone=${look.tone} href="#/system" title="${words}: ${look.words}">
  ${icon(look.picture)}<span>${words}</span><span class="unseen">${look.words}</span>
</a></li>`;
