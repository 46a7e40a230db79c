// What the driver drives: a list of their own, to be chosen from when a charge begins. Not for what a car says of itself.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { Asking, askButton } from '../../components/ask.js';
import { field } from '../../components/field.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { get, post, put, remove } from '../../utils/api.js';
import { decimal } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';

/** @import { VehicleObject } from '../../../ui/types/api.d.ts' */

const PATH = '/api/user/vehicles';
const WH = 1000;

/** All of them, by name. @param {AbortSignal} [signal] @returns {Promise<VehicleObject[]>} */
export const myVehicles = async (signal) => (await /** @type {typeof get<{items: VehicleObject[]}>} */ (get)(PATH, signal)).data.items;

/** What is known of one beside its name. @param {VehicleObject} vehicle */
export const vehicleFacts = ({ plate, batteryWh }) => [plate, batteryWh ? `${decimal(String(batteryWh / WH), language())} kWh` : null].filter(Boolean).join(' · ');

/** @param {FormData} form */
function body(form) {
  const battery = Number(form.get('battery'));
  return {
    name: String(form.get('name')).trim(),
    plate: String(form.get('plate')).trim() || null,
    batteryWh: battery > 0 ? Math.round(battery * WH) : null,
  };
}

/** @param {{changed: () => void, signal: AbortSignal}} page */
export function vehiclesScreen({ changed, signal }) {
  /** @type {VehicleObject[] | null} */
  let all = null;
  /** The one that is changed; null: a new one. @type {VehicleObject | null} */
  let open = null;
  const loading = new Sending(changed);
  const saving = new Sending(changed);
  const asking = new Asking();

  const load = async () => {
    all = await myVehicles(signal);
  };
  loading.run(load);

  /** @param {SubmitEvent} event */
  function save(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const said = body(new FormData(form));
    saving.run(async () => {
      await (open ? put(`${PATH}/${open.id}`, said) : post(PATH, said));
      open = null;
      form.reset();
      await load();
    });
  }

  /** @param {VehicleObject | null} vehicle */
  const choose = (vehicle) => () => {
    open = vehicle;
    changed();
  };

  /** @param {VehicleObject} vehicle */
  const drop = (vehicle) => saving.run(async () => {
    await remove(`${PATH}/${vehicle.id}`);
    if (open?.id === vehicle.id) open = null;
    await load();
  });

  /** @param {VehicleObject} vehicle */
  const row = (vehicle) => html`<li class="card vehicle" data-vehicle=${vehicle.id}>
    <div><b><bdi>${vehicle.name}</bdi></b><span class="muted"><bdi>${vehicleFacts(vehicle)}</bdi></span></div>
    <div class="row">
      <button data-act="edit" @click=${choose(vehicle)}>${icon('edit')}${t('form.edit')}</button>
      ${askButton({ asking, name: `remove ${vehicle.id}`, picture: 'trash', label: t('form.remove'), question: t('vehicles.remove_ask'), yes: t('form.remove_yes'), disabled: saving.busy, act: () => drop(vehicle), changed })}
    </div>
  </li>`;

  const editing = () => html`<form class="card form" data-form="vehicle" @submit=${save}>
    <h2>${open ? t('vehicles.edit') : t('vehicles.add')}</h2>
    ${saving.problem === null ? null : problemNotice(saving.problem)}
    <div class="form-grid">
      ${field({ name: 'name', label: t('vehicles.name'), hint: t('vehicles.name_hint'), value: open?.name, required: true, maxlength: 60, sending: saving })}
      ${field({ name: 'plate', label: t('vehicles.plate'), value: open?.plate, maxlength: 20, ltr: true, sending: saving })}
      ${field({ name: 'battery', label: t('vehicles.battery'), value: open?.batteryWh ? open.batteryWh / WH : '', type: 'number', min: 0.1, max: 2000, step: '0.1', sending: saving })}
    </div>
    <div class="form-foot">
      ${open ? html`<button type="button" @click=${choose(null)}>${t('form.cancel')}</button>` : null}
      <button class="primary" data-act="save" ?disabled=${saving.busy}>${icon('check')}${t('form.save')}</button>
    </div>
  </form>`;

  return () => html`<section class="screen" aria-labelledby="vehicles-title">
    <a class="button quiet back" href="#/me" data-act="back">${icon('back')}<span>${t('account.title')}</span></a>
    <h1 id="vehicles-title">${t('vehicles.title')}</h1>
    ${all === null ? (loading.problem === null ? skeleton(1) : problemNotice(loading.problem)) : html`
      ${all.length === 0 ? html`<p class="muted">${t('vehicles.none')}</p>` : html`<ul class="vehicles">${repeat(all, ({ id }) => id, row)}</ul>`}
      ${repeat([open], (one) => one?.id ?? '', editing)}`}
  </section>`;
}
