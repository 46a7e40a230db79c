// The screen between a chosen bay and its charge: what it is, what it costs, who pays, and the button. Not for the
// charge itself.
import { html } from '/vendor/lit-html/lit-html.js';
import { shown } from '../../components/connector-state.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { priceNote, priceTag } from '../../components/price.js';
import { look, plug } from '../../components/status.js';
import { count, ratedKw } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { ChargingPoint, Connector } from '../../../ui/types/events.d.ts' */
/** @import { MyCharges } from './my-charges.js' */

/** Where a charge may begin: plugged in first or not. */
const STARTABLE = new Set(['available', 'preparing']);

/**
 * @param {object} options
 * @param {{point: ChargingPoint, connector: Connector}} options.bay as it is now
 * @param {MyCharges | null} options.charges null: nobody is signed in
 * @param {() => TemplateResult} options.form to sign in with
 * @param {() => void} options.started
 * @param {() => void} options.back
 */
export function startScreen({ bay: { point, connector }, charges, form, started, back }) {
  const state = shown(point.connectivity, connector.status);
  const { name, icon: socket } = plug(connector.type);
  const { tone, icon: picture, key } = look(state);
  const { price } = point;

  async function start() {
    const wish = { chargePointId: point.id, connectorId: connector.connectorId, tariffVersion: price?.tariffVersion ?? null };
    if (await charges?.start(wish)) started();
  }

  return html`<section class="screen start" aria-labelledby="start-title">
    <button class="quiet back" data-act="back" @click=${back}>${t('page.back')}</button>
    <h1 id="start-title"><bdi>${point.name}</bdi> · ${t('points.connector')} ${count(connector.connectorId, language())}</h1>
    <dl class="facts">
      <div><dt>${t('start.state')}</dt><dd data-tone=${tone} class="toned">${icon(picture)}${t(key)}</dd></div>
      <div><dt>${t('start.plug')}</dt><dd>${icon(socket)}<bdi>${name}</bdi></dd></div>
      <div><dt>${t('start.power')}</dt><dd><bdi dir="ltr">${ratedKw(connector.maxPowerW, language())} kW</bdi></dd></div>
      <div><dt>${t('start.price')}</dt><dd class="start-price">${priceTag(price)}</dd></div>
    </dl>
    ${price ? priceNote(price) : null}
    ${charges?.problem ? problemNotice(charges.problem) : null}
    ${charges?.model.active ? problemNotice('charging.already_active') : null}
    ${STARTABLE.has(state) || charges?.model.active ? null : html`<p class="notice" data-tone="wait">${icon('alert')}<span>${t('start.not_now')}</span></p>`}
    ${charges === null
      ? html`<p>${t('start.sign_in_first')}</p>${form()}`
      : html`<button class="primary big" data-act="start" ?disabled=${charges.busy || !STARTABLE.has(state) || charges.model.active !== null} @click=${start}>
          ${icon('bolt')}${charges.busy ? t('start.busy') : t('start.go')}
        </button>`}
  </section>`;
}
