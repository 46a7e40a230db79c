// The driver's charge as it runs, and its end with the bill. Stopping asks once.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../../components/ask.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { billTable } from '../../components/price.js';
import { endWords, failureWords, sessionLook } from '../../components/session-words.js';
import { count, duration, kw, kwh } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { isRunning } from './my-charges-model.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { Charge } from './my-charges-model.js' */
/** @import { MyCharges } from './my-charges.js' */

/** What the board knows of a bay. @typedef {(session: Session) => {name: string, status: string | null}} Lookup */

/**
 * @param {{charges: MyCharges, lookup: Lookup, changed: () => void}} page
 */
export function chargeCard({ charges, lookup, changed }) {
  const asking = new Asking();

  /** @param {Charge} charge */
  function running(charge) {
    const { session } = charge;
    const { name, status } = lookup(session);
    const { tone, picture, words } = standing(session, status);
    const begun = isRunning(session);
    return html`<section class="charge" data-tone=${tone} data-session=${session.status} aria-labelledby="charge-title">
      <header>
        <h1 id="charge-title" class="charge-state" role="status">${icon(picture)}<span>${words}</span></h1>
        <p class="charge-place"><bdi>${name}</bdi> · ${t('points.connector')} ${count(session.connectorId, language())}</p>
      </header>
      ${charges.problem === null ? null : problemNotice(charges.problem)}
      ${begun ? figures(charge) : null}
      ${begun ? billTable(session.cost) : html`<p class="muted">${t('charge.not_begun')}</p>`}
      ${askButton({
        asking,
        name: 'stop',
        picture: 'blocked',
        label: begun ? t('charge.stop') : t('charge.cancel'),
        question: begun ? t('charge.stop_ask') : t('charge.cancel_ask'),
        yes: begun ? t('charge.stop_yes') : t('charge.cancel_yes'),
        disabled: charges.busy || session.status === 'stopping',
        act: () => void charges.stop(session.id),
        changed,
      })}
    </section>`;
  }

  /** @param {Session} session */
  function over(session) {
    const { tone, icon: picture } = sessionLook(session.status);
    const failed = session.status === 'failed';
    return html`<section class="charge" data-tone=${tone} data-session=${session.status} aria-labelledby="charge-title">
      <header>
        <h1 id="charge-title" class="charge-state" role="status">${icon(picture)}<span>${failed ? t('charge.failed') : t('charge.done')}</span></h1>
        <p class="charge-place">${failed ? failureWords(session.failure?.code) : endWords(session.stopReason)}</p>
      </header>
      ${charges.problem === null ? null : problemNotice(charges.problem)}
      ${failed
        ? html`<p>${t('charge.nothing_paid')}</p>`
        : html`${figures({ session, seconds: session.durationSeconds, at: performance.now() })} ${billTable(session.cost)}`}
      <button class="primary" data-act="done" @click=${charges.dismiss}>${icon('check')}${t('charge.close')}</button>
    </section>`;
  }

  return () => {
    const active = charges.model.active;
    if (active) return running(active);
    const { ended } = charges;
    return ended ? over(ended.session) : null;
  };
}

/**
 * Where it stands, as the driver must know it: whose turn it is.
 * @param {Session} session @param {string | null} plug the connector's state
 */
function standing(session, plug) {
  const { tone, icon: picture, key } = sessionLook(session.status);
  if (session.status === 'accepted') {
    return { tone, picture, words: plug === 'preparing' ? t('charge.plugged_in') : t('charge.plug_in') };
  }
  if (session.status === 'suspended') {
    return { tone, picture, words: plug === 'suspended_evse' ? t('charge.charger_waits') : t('charge.car_waits') };
  }
  return { tone, picture, words: t(key) };
}

/** @param {Charge} charge */
function figures({ session, seconds, at }) {
  const speech = language();
  const elapsed = isRunning(session) ? seconds + (performance.now() - at) / 1000 : seconds;
  const power = session.powerW;
  return html`<dl class="figures">
    <div><dt>${t('charge.energy')}</dt><dd><span dir="ltr"><b data-figure="kwh">${kwh(session.energyWh, speech)}</b><span class="unit">kWh</span></span></dd></div>
    ${isRunning(session)
      ? html`<div><dt>${t('points.power')}</dt><dd><span dir="ltr"><b data-figure="kw">${typeof power === 'number' ? kw(power, speech) : '–'}</b><span class="unit">kW</span></span></dd></div>`
      : null}
    <div><dt>${t('points.duration')}</dt><dd><span dir="ltr"><b data-figure="time">${duration(elapsed)}</b></span></dd></div>
    ${typeof session.socPercent === 'number'
      ? html`<div><dt>${t('charge.battery')}</dt><dd><span dir="ltr"><b data-figure="soc">${count(session.socPercent, speech)}</b><span class="unit">%</span></span></dd></div>`
      : null}
  </dl>`;
}
