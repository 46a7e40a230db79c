// The configuration keys of a charge point: asked for, shown, and set one by one. They are the charger's own answer to
// GetConfiguration; nothing is kept between two visits.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { t } from '../utils/i18n.js';
import { readKeys } from './configuration-model.js';

/** @import { ChargingPoint } from '../../ui/types/events.d.ts' */
/** @import { CommandsModel } from './commands-model.js' */
/** @import { Key } from './configuration-model.js' */

/** @param {{send: (action: string, fields: Record<string, unknown>) => void, commands: CommandsModel, changed: () => void}} page */
export function configuration({ send, commands, changed }) {
  let search = '';
  /** @type {string | null} */
  let edited = null;

  /** @param {Event} event */
  const look = (event) => {
    search = /** @type {HTMLInputElement} */ (event.currentTarget).value.trim().toLowerCase();
    changed();
  };
  /** @param {string | null} key */
  const edit = (key) => () => {
    edited = key;
    changed();
  };
  /** @param {string} key */
  const save = (key) => (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const value = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('value') ?? '');
    edited = null;
    send('change-configuration', { key, value });
  };

  /** @param {Key} row @param {boolean} off */
  const line = ({ key, value, readonly }, off) => html`<tr data-key=${key}>
    <th scope="row"><bdi dir="ltr" class="identity">${key}</bdi></th>
    <td>${edited === key
      ? html`<form class="row" @submit=${save(key)}><input name="value" .value=${value} maxlength="500" dir="ltr" aria-label=${key}>
          <button class="primary" ?disabled=${off}>${t('form.save')}</button><button type="button" @click=${edit(null)}>${t('form.cancel')}</button></form>`
      : html`<bdi dir="ltr" class="identity">${value === '' ? '–' : value}</bdi>`}</td>
    <td>${readonly ? html`<span class="muted">${t('config.readonly')}</span>` : edited === key ? null : html`<button class="quiet" ?disabled=${off} @click=${edit(key)}>${icon('edit')}${t('form.edit')}</button>`}</td>
  </tr>`;

  /** @param {ChargingPoint} point @param {boolean} busy */
  return (point, busy) => {
    const off = busy || point.connectivity !== 'online';
    const keys = readKeys(commands.commands);
    const rows = keys?.filter(({ key, value }) => `${key} ${value}`.toLowerCase().includes(search)) ?? [];
    return html`<section class="card" aria-labelledby="config-title" data-configuration>
      <header class="card-head"><h2 id="config-title">${t('config.title')}</h2>
        ${keys ? html`<label class="search">${icon('search')}<span class="unseen">${t('table.search')}</span><input type="search" placeholder=${t('table.search')} @input=${look}></label>` : null}
        <button data-act="get-configuration" ?disabled=${off} @click=${() => send('get-configuration', {})}>${icon('refresh')}${keys ? t('form.refresh') : t('config.read')}</button></header>
      ${keys === null ? html`<p class="muted">${t('config.hint')}</p>` : html`<div class="wide" tabindex="0" role="group" aria-labelledby="config-title"><table class="list">
        <thead><tr><th scope="col">${t('config.key')}</th><th scope="col">${t('system.value')}</th><th scope="col"><span class="unseen">${t('form.edit')}</span></th></tr></thead>
        <tbody>${repeat(rows, ({ key }) => key, (row) => line(row, off))}</tbody></table></div>`}
    </section>`;
  };
}
