// One connector as a passer-by sees it, big enough for a glove: number, state in colour, picture and word, plug and power.
import { html } from '/vendor/lit-html/lit-html.js';
import { count, ratedKw } from '../utils/format.js';
import { language } from '../utils/i18n.js';
import { t } from '../utils/i18n.js';
import { shown } from './connector-state.js';
import { icon } from './icons.js';
import { look, plug } from './status.js';

/** @import { ChargingPoint, Connector } from '../../ui/types/events.d.ts' */

/** @typedef {(chargePointId: string, connectorId: number) => void} Choose */

/**
 * @param {ChargingPoint} point @param {Connector} connector @param {Choose} choose
 * @param {boolean} [chosen] whether it is the one of several that is chosen
 */
export function bayTile(point, connector, choose, chosen) {
  const state = shown(point.connectivity, connector.status);
  const { tone, icon: picture, key } = look(state);
  const { name, icon: socket } = plug(connector.type);
  return html`<button class="bay" data-tone=${tone} data-status=${state} data-connector=${connector.connectorId}
    aria-pressed=${chosen === undefined ? undefined : String(chosen)}
    @click=${() => choose(point.id, connector.connectorId)}>
    <span class="bay-picture">${icon(picture)}</span>
    <span class="bay-state">${t(key)}</span>
    <span class="bay-plug">${icon(socket)}<bdi>${name}</bdi> · <bdi dir="ltr">${ratedKw(connector.maxPowerW, language())} kW</bdi></span>
    <span class="bay-number">${count(connector.connectorId, language())}</span>
  </button>`;
}
