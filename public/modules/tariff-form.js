// A tariff to be made or changed: what it charges, when and where it holds, and what that would cost, as it is typed.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { post, put, remove } from '../utils/api.js';
import { language, t } from '../utils/i18n.js';
import { site } from '../utils/site.js';
import { formDialog } from './form-dialog.js';
import { TariffDraft } from './tariff-draft.js';
import { elementRows } from './tariff-elements.js';
import { TariffTrial } from './tariff-trial.js';

/** @import { Tariff } from '../../ui/types/events.d.ts' */
/** @import { Sending } from '../utils/sending.js' */
/** @import { Desk, DeskPage } from './desk.js' */

/** @param {{desk: Desk, changed: () => void, tell: DeskPage['tell'], saved: (tariff: Tariff) => void, removed: (id: string) => void}} page */
export function tariffForm({ desk, changed, tell, saved, removed }) {
  let draft = new TariffDraft(null, '');
  let trial = /** @type {TariffTrial | null} */ (null);

  const typed = () => {
    trial?.ask();
    changed();
  };
  /** @param {Event} event */
  const type = (event) => {
    const { name, value } = /** @type {HTMLInputElement} */ (event.target);
    draft.set(name, value);
    trial?.ask();
  };
  /** @param {'short' | 'elements'} way */
  const choose = (way) => () => {
    draft.way = way;
    if (way === 'elements' && draft.rows.length === 0) draft.add();
    typed();
  };
  const wayButton = (/** @type {'short' | 'elements'} */ way, /** @type {string} */ words) =>
    html`<button type="button" class="quiet" data-way=${way} aria-pressed=${draft.way === way} @click=${choose(way)}>${words}</button>`;

  /** @param {string} name @param {string} label @param {Sending} sending @param {object} [more] */
  const own = (name, label, sending, more = {}) => {
    const value = /** @type {Record<string, string>} */ (draft.fields)[name];
    return field({ name, label, value, sending, ...more });
  };

  /** @param {Sending} sending */
  const prices = (sending) => html`<div class="form-grid">
    ${own('perKwh', t('tariff.per_kwh'), sending, { required: true, ltr: true })}
    ${own('perMinute', t('tariff.per_minute'), sending, { ltr: true })}
    ${own('sessionFee', t('tariff.session_fee'), sending, { ltr: true })}
    ${own('idlePerMinute', t('tariff.idle'), sending, { ltr: true })}
    ${own('taxPercent', t('tariff.tax'), sending, { required: true, ltr: true })}
  </div>`;

  const form = formDialog({
    name: 'tariff',
    title: (/** @type {Tariff | null} */ tariff) => (tariff ? t('tariff.edit') : t('tariff.add')),
    fields: (_, sending) => html`<div class="form" @input=${type}>
      <div class="form-grid">
        ${own('name', t('tariff.name'), sending, { required: true, maxlength: 100 })}
        ${own('currency', t('tariff.currency'), sending, { required: true, minlength: 3, maxlength: 3, ltr: true })}
      </div>
      <div class="switch" role="group" aria-label=${t('tariff.way')}>${wayButton('short', t('tariff.short'))}${wayButton('elements', t('tariff.elements'))}</div>
      ${draft.way === 'short' ? prices(sending) : elementRows(draft, typed)}
      <div class="form-grid">
        ${own('grace', t('tariff.grace'), sending, { type: 'number', min: 0, max: 525_600 })}
        ${own('minPrice', t('tariff.min_price'), sending, { ltr: true })}
        ${own('maxPrice', t('tariff.max_price'), sending, { ltr: true })}
        ${own('validFrom', t('tariff.valid_from'), sending, { type: 'datetime-local' })}
        ${own('validTo', t('tariff.valid_to'), sending, { type: 'datetime-local' })}
        ${own('groups', t('tariff.groups'), sending, { hint: t('tariff.groups_hint') })}
      </div>
      ${places()}
    </div>${trial?.view()}`,
    async send(tariff) {
      const { data: now } = await (tariff
        ? /** @type {typeof put<Tariff>} */ (put)(`/api/cms/tariffs/${tariff.id}`, draft.body)
        : /** @type {typeof post<Tariff>} */ (post)('/api/cms/tariffs', draft.body));
      saved(now);
      tell('free', t('form.saved'));
    },
    async remove(tariff) {
      await remove(`/api/cms/tariffs/${tariff.id}`);
      removed(tariff.id);
      tell('free', t('form.removed'));
    },
    removeAsk: () => t('tariff.remove_ask'),
    changed,
  });

  /** @param {Set<string>} chosen @param {string} id @param {string} words */
  const option = (chosen, id, words) => html`<button type="button" class="option" data-place=${id} aria-pressed=${chosen.has(id)} @click=${() => {
    if (!chosen.delete(id)) chosen.add(id);
    changed();
  }}><bdi>${words}</bdi></button>`;

  /** Stations and, within a fold, their charge points and connectors. */
  function places() {
    const boxes = desk.points.rows(language()).map(({ point }) => point);
    return html`<section class="sheet" aria-labelledby="places-title">
      <h3 id="places-title">${t('tariff.places')}</h3>
      <div class="choices">${desk.stations.rows(language()).map(({ id, name }) => option(draft.stations, id, name))}</div>
      <details ?open=${draft.points.size + draft.connectors.size > 0}>
        <summary>${t('tariff.places_more')}</summary>
        <div class="choices">${boxes.map(({ id, name, connectors }) => [
          option(draft.points, id, name),
          ...connectors.map(({ connectorId }) => option(draft.connectors, `${id} ${connectorId}`, `${name} · ${connectorId}`)),
        ])}</div>
      </details>
    </section>`;
  }

  return {
    ...form,
    /** @param {Tariff | null} tariff */
    open(tariff) {
      draft = new TariffDraft(tariff, site().currency, site().taxPercent);
      trial = new TariffTrial(draft, changed);
      form.open(tariff);
    },
  };
}
