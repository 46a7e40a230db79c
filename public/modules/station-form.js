// A station to be made or changed.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { zones } from '../components/site-fields.js';
import { get, post, put, remove } from '../utils/api.js';
import { t } from '../utils/i18n.js';
import { site } from '../utils/site.js';
import { choices } from './choices.js';
import { organizationChoices } from './organization-choices.js';
import { formDialog, said, saidOrNull } from './form-dialog.js';

/** @import { Choice } from '../../ui/types/api.d.ts' */
/** @import { Station } from '../../ui/types/events.d.ts' */
/** @import { Desk, DeskPage } from './desk.js' */

/** @param {{desk: Desk, changed: () => void, wholeSite: boolean, tell: DeskPage['tell'], removed?: () => void}} page */
export function stationForm({ desk, changed, wholeSite, tell, removed = () => {} }) {
  /** @type {Choice[]} */
  let tariffs = [];
  const organizations = organizationChoices(changed);

  /** @param {Station} station */
  async function gone(station) {
    await remove(`/api/cms/stations/${station.id}`);
    desk.stations.remove(station.id);
    tell('free', t('form.removed'));
    removed();
  }

  const form = formDialog({
    name: 'station',
    title: (/** @type {Station | null} */ station) => (station ? t('stations.edit') : t('stations.add')),
    fields: (station, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('stations.name'), value: station?.name, required: true, maxlength: 100, sending })}
      ${field({ name: 'helpline', label: t('stations.helpline'), value: station?.helpline, type: 'tel', maxlength: 32, sending })}
      ${field({ name: 'line1', label: t('stations.street'), value: station?.address.line1, maxlength: 200 })}
      ${field({ name: 'postalCode', label: t('stations.postal_code'), value: station?.address.postalCode, maxlength: 20 })}
      ${field({ name: 'city', label: t('stations.city'), value: station?.address.city, maxlength: 100 })}
      ${field({ name: 'country', label: t('stations.country'), hint: t('stations.country_hint'), value: station?.address.country, maxlength: 2, ltr: true })}
      ${field({ name: 'timeZone', label: t('stations.time_zone'), value: station?.timeZone ?? site().timeZone, options: zones(station?.timeZone ?? site().timeZone) })}
      ${field({ name: 'tariffId', label: t('points.tariff'), value: station?.tariffId, options: choices(t('price.none'), tariffs, station?.tariffId) })}
      ${wholeSite ? field({ name: 'organizationId', label: t('organizations.one'), value: station?.organizationId, options: organizations.options(t('organizations.nobody'), station?.organizationId), sending }) : null}
    </div>`,
    async send(station, data) {
      const address = { line1: said(data, 'line1'), postalCode: said(data, 'postalCode'), city: said(data, 'city'), country: said(data, 'country').toUpperCase() };
      const body = { name: said(data, 'name'), helpline: saidOrNull(data, 'helpline'), timeZone: said(data, 'timeZone'), tariffId: saidOrNull(data, 'tariffId'), address, ...(wholeSite ? organizations.said(data, station?.organizationId) : {}) };
      const { data: now } = await (station
        ? /** @type {typeof put<Station>} */ (put)(`/api/cms/stations/${station.id}`, body)
        : /** @type {typeof post<Station>} */ (post)('/api/cms/stations', body));
      desk.stations.put(now);
      tell('free', t('form.saved'));
    },
    remove: wholeSite ? gone : undefined,
    removeAsk: () => t('stations.remove_ask'),
    changed,
  });

  return {
    ...form,
    /** @param {Station | null} station */
    open(station) {
      form.open(station);
      if (wholeSite) organizations.load();
      /** @type {typeof get<{items: Choice[]}>} */ (get)('/api/cms/tariffs/dropdown').then(({ data }) => {
        tariffs = data.items;
        changed();
      }, reportError);
    },
  };
}
