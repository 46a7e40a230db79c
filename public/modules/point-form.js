// A charge point to be registered or changed. What must be typed into the charger is shown once, when it was registered.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { get, post, put, remove } from '../utils/api.js';
import { language, t } from '../utils/i18n.js';
import { choices } from './choices.js';
import { formDialog, said, saidOrNull } from './form-dialog.js';
import { credentials } from './credentials.js';

/** @import { Choice, RegisteredPoint } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint } from '../../ui/types/events.d.ts' */
/** @import { Desk, DeskPage } from './desk.js' */

const WATTS = 1000;

/** @param {{desk: Desk, changed: () => void, tell: DeskPage['tell'], removed?: () => void}} page */
export function pointForm({ desk, changed, tell, removed = () => {} }) {
  /** @type {Choice[]} */
  let tariffs = [];

  /** @returns {[string, string][]} */
  const stations = () => desk.stations.rows(language()).map(({ id, name }) => [id, name]);
  const form = formDialog({
    name: 'point',
    title: (/** @type {ChargingPoint | null} */ point) => (point ? t('points.edit') : t('points.add')),
    fields: (point, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('points.name'), value: point?.name, hint: point ? '' : t('points.name_hint'), required: point !== null, maxlength: 100, sending })}
      ${point ? null : field({ name: 'identity', label: t('points.identity'), hint: t('points.identity_hint'), required: true, maxlength: 48, ltr: true, sending })}
      ${field({ name: 'stationId', label: t('stations.name'), value: point?.stationId, options: stations(), required: true })}
      ${field({ name: 'maxPowerKw', label: t('points.rated'), value: (point?.maxPowerW ?? 22_000) / WATTS, type: 'number', min: 0.1, max: 1000, step: '0.1', required: true })}
      ${point ? null : field({ name: 'connectors', label: t('points.connectors'), value: 1, type: 'number', min: 1, max: 32, required: true })}
      ${field({ name: 'tariffId', label: t('points.tariff'), value: point?.tariffId, options: choices(t('points.station_tariff'), tariffs, point?.tariffId) })}
      ${point ? null : field({ name: 'securityProfile', label: t('points.security'), value: '1', options: [['1', t('points.security_1')], ['0', t('points.security_0')]] })}
    </div>`,
    async send(point, data) {
      const body = {
        stationId: said(data, 'stationId'),
        maxPowerW: Math.round(Number(said(data, 'maxPowerKw')) * WATTS),
        tariffId: saidOrNull(data, 'tariffId'),
        ...(said(data, 'name') ? { name: said(data, 'name') } : {}),
      };
      if (point) {
        const { data: now } = await /** @type {typeof put<ChargingPoint>} */ (put)(`/api/cms/charging-points/${point.id}`, body);
        desk.points.put(now);
        tell('free', t('form.saved'));
        return null;
      }
      const more = { identity: said(data, 'identity'), connectors: Number(said(data, 'connectors')), securityProfile: Number(said(data, 'securityProfile')) };
      const { data: made } = await /** @type {typeof post<RegisteredPoint>} */ (post)('/api/cms/charging-points', { ...body, ...more });
      desk.points.put(/** @type {ChargingPoint} */ (made));
      return credentials({ url: made.url, password: made.password ?? null });
    },
    async remove(point) {
      await remove(`/api/cms/charging-points/${point.id}`);
      desk.points.remove(point.id);
      tell('free', t('form.removed'));
      removed();
    },
    removeAsk: () => t('points.remove_ask'),
    changed,
  });

  return {
    ...form,
    /** @param {ChargingPoint | null} point */
    open(point) {
      form.open(point);
      // Prices are seldom needed and quickly fetched: the form is there at once, its choice fills.
      /** @type {typeof get<{items: Choice[]}>} */ (get)('/api/cms/tariffs/dropdown').then(({ data }) => {
        tariffs = data.items;
        changed();
      }, reportError);
    },
  };
}
