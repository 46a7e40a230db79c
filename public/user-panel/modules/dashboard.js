// The driver's own first page: the charge that runs, the money, the last charges, and the ways to the rest.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { sessionLook } from '../../components/session-words.js';
import { count, duration, kw, kwh, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { standing } from './active-session.js';
import { isRunning } from './my-charges-model.js';
import { noSessions, sessionRows } from './sessions.js';
import { purse } from './wallet.js';

/** @import { LiveEvent } from '../../../ui/types/events.d.ts' */
/** @import { IconName } from '../../components/icons.js' */
/** @import { Lookup } from './active-session.js' */
/** @import { Charge } from './my-charges-model.js' */
/** @import { MyCharges } from './my-charges.js' */

/** How many of the last charges are shown. */
const LAST = 3;

/** @param {{who: string, charges: MyCharges, lookup: Lookup}} page */
export function dashboard({ who, charges, lookup }) {
  const { model, wallet, following } = charges;
  return html`<section class="screen" aria-labelledby="me-title">
    <header class="screen-head"><h1 id="me-title">${t('me.hello')} <bdi>${who}</bdi></h1></header>
    ${following.problem === null ? null : problemNotice(following.problem)}
    ${following.loaded ? null : skeleton(2)}
    ${chargeBanner({ charges, lookup })}
    <nav class="ways" aria-label=${t('account.title')}>
      ${way('#/sessions', 'sessions', 'bolt', t('mine.title'))} ${way('#/wallet', 'wallet', 'wallet', t('wallet.title'))}
      ${way('#/vehicles', 'vehicles', 'battery', t('vehicles.title'))} ${way('#/profile', 'profile', 'person', t('profile.title'))}
    </nav>
    ${wallet.wallet ? html`<section aria-labelledby="purse-title"><h2 id="purse-title">${t('wallet.title')}</h2>${purse(wallet.wallet)}</section>` : null}
    ${following.loaded
      ? html`<section aria-labelledby="last-title"><h2 id="last-title">${t('me.last')}</h2>
          ${model.sessions.length === 0 ? noSessions() : sessionRows(model.sessions.slice(0, LAST), lookup)}</section>`
      : null}
  </section>`;
}

/** @param {string} href @param {string} name @param {IconName} picture @param {string} words */
const way = (href, name, picture, words) => html`<a class="way" href=${href} data-act=${name}>${icon(picture)}<span>${words}</span></a>`;

/** The running charge in a line, on every screen but its own. @param {{charges: MyCharges, lookup: Lookup}} page */
export function chargeBanner({ charges, lookup }) {
  const charge = charges.model.active;
  if (!charge) return null;
  const { session } = charge;
  const { tone, picture, words } = standing(session, lookup(session).status);
  return html`<a class="banner" href="#/charge" data-act="charge" data-banner=${session.status} data-tone=${tone}>
    ${icon(picture)}<b>${words}</b>
    <span class="banner-place"><bdi>${lookup(session).name}</bdi> · ${count(session.connectorId, language())}</span>
    ${isRunning(session) ? bannerFigures(charge) : null}
    ${icon('forward')}
  </a>`;
}

/** @param {Charge} charge */
function bannerFigures({ session, seconds, at }) {
  const speech = language();
  return html`<span class="banner-figures" dir="ltr">
    <span><b data-figure="banner-kwh">${kwh(session.energyWh, speech)}</b> kWh</span>
    <span><b data-figure="banner-kw">${typeof session.powerW === 'number' ? kw(session.powerW, speech) : '–'}</b> kW</span>
    <span data-figure="banner-time">${duration(seconds + (performance.now() - at) / 1000)}</span>
    ${session.cost ? html`<b data-figure="banner-cost">${money(session.cost.total, speech)}</b>` : null}
  </span>`;
}

const TOLD = new Set(['charging.started', 'charging.suspended', 'charging.resumed', 'charging.stopped', 'charging.failed']);

/** What a charge's event is said as, in passing; null for what moves the figures only. @param {LiveEvent} event */
export function noticeOf(event) {
  if (!TOLD.has(event.type)) return null;
  const status = String(/** @type {{status?: unknown}} */ (event.data).status);
  const { tone, icon: picture, key } = sessionLook(status);
  return { tone, picture, words: () => t('me.notice', { state: t(key) }) };
}
