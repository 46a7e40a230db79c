// The driver's charge as it runs, and its end with the bill: energy and money big, then power, time and battery, the power
// curve, the cost line by line. Stopping asks once.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../../components/ask.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { powerCard } from '../../components/power-card.js';
import { billTable } from '../../components/price.js';
import { receiptLinks } from '../../components/receipt-links.js';
import { endWords, failureWords, sessionLook } from '../../components/session-words.js';
import { count, duration, kw, kwh, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { isRunning } from './my-charges-model.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { Charge } from './my-charges-model.js' */
/** @import { MyCharges } from './my-charges.js' */

/** What the board knows of a bay. @typedef {(session: Session) => {name: string, status: string | null}} Lookup */

/**
 * @param {{charges: MyCharges, lookup: Lookup, changed: () => void, done: () => void}} page
 */
export function activeSession({ charges, lookup, changed, done }) {
  const asking = new Asking();
  const receipt = receiptLinks(changed);

  /** @param {Session} session @param {unknown} words @param {unknown} more */
  const head = (session, words, more) => html`<header class="charge-head">
    <h1 id="charge-title" class="charge-state"><span role="status">${words}</span></h1>
    <p class="charge-place"><bdi>${lookup(session).name}</bdi> · ${t('points.connector')} ${count(session.connectorId, language())}</p>
    ${more}
    ${charges.problem === null ? null : problemNotice(charges.problem)}
  </header>`;

  /** @param {Charge} charge */
  function running(charge) {
    const { session } = charge;
    const { tone, picture, words } = standing(session, lookup(session).status);
    const begun = isRunning(session);
    return html`<section class="charge" data-tone=${tone} data-session=${session.status} aria-labelledby="charge-title">
      ${head(session, html`${icon(picture)}<span>${words}</span>`, begun ? null : html`<p class="charge-hint">${t('charge.not_begun')}</p>`)}
      ${begun ? figures(charge) : html`<div class="charge-wait" aria-hidden="true">${icon('plug')}</div>`}
      ${begun ? powerCard(charges.curves.of(session.id), t('points.power')) : null}
      ${begun ? html`<div class="charge-bill"><h2>${t('bill.title')}</h2>${bill(session)}</div>` : null}
      <div class="charge-act">
        ${askButton({
          asking,
          name: 'stop',
          picture: 'stop',
          label: begun ? t('charge.stop') : t('charge.cancel'),
          question: begun ? t('charge.stop_ask') : t('charge.cancel_ask'),
          yes: begun ? t('charge.stop_yes') : t('charge.cancel_yes'),
          disabled: charges.busy || session.status === 'stopping',
          act: () => void charges.stop(session.id),
          changed,
        })}
      </div>
    </section>`;
  }

  /** @param {Session} session */
  function over(session) {
    const { tone, icon: picture } = sessionLook(session.status);
    const failed = session.status === 'failed';
    const why = failed ? failureWords(session.failure?.code) : endWords(session.stopReason);
    const close = () => {
      charges.dismiss();
      done();
    };
    return html`<section class="charge" data-tone=${tone} data-session=${session.status} aria-labelledby="charge-title">
      ${head(session, html`${icon(picture)}<span>${failed ? t('charge.failed') : t('charge.done')}</span>`, html`<p class="charge-hint">${why}</p>`)}
      ${failed
        ? html`<p class="charge-hint">${t(session.startedBy === 'checkout' ? 'guest.money_back' : 'charge.nothing_paid')}</p>`
        : html`${figures({ session, seconds: session.durationSeconds, at: performance.now() })}
            <div class="charge-bill"><h2>${t('bill.title')}</h2>${billTable(session.cost)}${receipt(session.receiptUrl)}
              ${session.startedBy === 'checkout' ? html`<p class="muted">${t('guest.rest_back')}</p>` : null}</div>`}
      <div class="charge-act"><button class="primary big" data-act="done" @click=${close}>${icon('check')}<span>${t('charge.close')}</span></button></div>
    </section>`;
  }

  return () => {
    const active = charges.model.active;
    if (active) return running(active);
    const { ended } = charges;
    return ended ? over(ended.session) : null;
  };
}

/** A price is known before the first cost is. @param {Session} session */
const bill = ({ cost, tariffId }) => (cost || !tariffId ? billTable(cost) : html`<p class="muted" data-bill="soon">${t('charge.cost_soon')}</p>`);

/**
 * Where it stands, as the driver must know it: whose turn it is.
 * @param {Session} session @param {string | null} plug the connector's state
 */
export function standing(session, plug) {
  const { tone, icon: picture, key } = sessionLook(session.status);
  if (session.status === 'accepted') {
    return { tone, picture, words: plug === 'preparing' ? t('charge.plugged_in') : t('charge.plug_in') };
  }
  if (session.status === 'suspended') {
    return { tone, picture, words: plug === 'suspended_evse' ? t('charge.charger_waits') : t('charge.car_waits') };
  }
  return { tone, picture, words: t(key) };
}

/** @param {string} label @param {string} name @param {string} value @param {string} [unit] @param {boolean} [big] */
const figure = (label, name, value, unit, big = false) => html`<div ?data-big=${big}>
  <dt>${label}</dt><dd><span dir="ltr"><b data-figure=${name}>${value}</b>${unit ? html`<span class="unit">${unit}</span>` : null}</span></dd>
</div>`;

/** @param {Charge} charge */
function figures({ session, seconds, at }) {
  const speech = language();
  const running = isRunning(session);
  const elapsed = running ? seconds + (performance.now() - at) / 1000 : seconds;
  const { powerW, socPercent, cost } = session;
  return html`<dl class="figures">
    ${figure(t('charge.energy'), 'kwh', kwh(session.energyWh, speech), 'kWh', true)}
    ${cost ? figure(running ? t('charge.cost') : t('bill.total'), 'cost-now', money(cost.total, speech), undefined, true) : null}
    ${running ? figure(t('points.power'), 'kw', typeof powerW === 'number' ? kw(powerW, speech) : '–', 'kW') : null}
    ${figure(t('points.duration'), 'time', duration(elapsed))}
    ${typeof socPercent === 'number' ? figure(t('charge.battery'), 'soc', count(socPercent, speech), '%') : null}
  </dl>`;
}
