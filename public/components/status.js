// States of charge points and connectors as colour, picture and word together. The words of the contract go in; what
// people read comes out.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { IconName } from './icons.js' */

/** @typedef {{tone: 'free' | 'busy' | 'wait' | 'kept' | 'bad' | 'idle', icon: IconName, key: string}} Look */

/** @type {Readonly<Record<string, Look>>} */
const LOOKS = {
  available: { tone: 'free', icon: 'check', key: 'state.available' },
  preparing: { tone: 'wait', icon: 'plug', key: 'state.preparing' },
  charging: { tone: 'busy', icon: 'bolt', key: 'state.charging' },
  suspended_ev: { tone: 'wait', icon: 'pause', key: 'state.suspended_ev' },
  suspended_evse: { tone: 'wait', icon: 'pause', key: 'state.suspended_evse' },
  finishing: { tone: 'wait', icon: 'flag', key: 'state.finishing' },
  reserved: { tone: 'kept', icon: 'bookmark', key: 'state.reserved' },
  occupied: { tone: 'busy', icon: 'bolt', key: 'state.occupied' },
  unavailable: { tone: 'idle', icon: 'blocked', key: 'state.unavailable' },
  faulted: { tone: 'bad', icon: 'alert', key: 'state.faulted' },
  offline: { tone: 'idle', icon: 'cut', key: 'state.offline' },
};

/** @type {Look} */
const UNKNOWN = { tone: 'idle', icon: 'question', key: 'state.unknown' };

/** How a state looks; an unheard-of one is unknown, never free. @param {string} status @returns {Look} */
export function look(status) {
  return LOOKS[status] ?? UNKNOWN;
}

/** A state as a small badge. @param {string} status @returns {TemplateResult} */
export function statusBadge(status) {
  const { tone, icon: picture, key } = look(status);
  return html`<span class="badge" data-tone=${tone} data-status=${status}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** Plug types by their OCPI names, as drivers call them. @type {Readonly<Record<string, {name: string, icon: IconName}>>} */
const PLUGS = {
  IEC_62196_T1: { name: 'Type 1', icon: 'type2' },
  IEC_62196_T1_COMBO: { name: 'CCS 1', icon: 'combo' },
  IEC_62196_T2: { name: 'Type 2', icon: 'type2' },
  IEC_62196_T2_COMBO: { name: 'CCS 2', icon: 'combo' },
  CHADEMO: { name: 'CHAdeMO', icon: 'combo' },
};

/** @param {string} type @returns {{name: string, icon: IconName}} */
export function plug(type) {
  return PLUGS[type] ?? { name: type, icon: 'plug' };
}

/** @type {Readonly<Record<string, Look>>} */
const STATIONS = {
  online: { tone: 'free', icon: 'check', key: 'stations.online' },
  partly_online: { tone: 'wait', icon: 'alert', key: 'stations.partly_online' },
  offline: { tone: 'idle', icon: 'cut', key: 'state.offline' },
};

/** Whether a station's charge points are connected. @param {string} status */
export function stationBadge(status) {
  const { tone, icon: picture, key } = STATIONS[status] ?? UNKNOWN;
  return html`<span class="badge" data-tone=${tone} data-station-badge=${status}>${icon(picture)}<span>${t(key)}</span></span>`;
}
