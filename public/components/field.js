// A field of a form with its label, a hint, and what was refused about it.
import { html } from '/vendor/lit-html/lit-html.js';
import { ifDefined } from '/vendor/lit-html/directives/if-defined.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { Sending } from '../utils/sending.js' */

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [hint]
 * @property {string | number | null} [value] what stands in it at first
 * @property {string} [type] of input; `text` unless given
 * @property {ReadonlyArray<readonly [string, string]>} [options] value and words: a choice instead of an input
 * @property {boolean} [required]
 * @property {boolean} [readonly]
 * @property {boolean} [ltr] an address or a number: written from left to right in every language
 * @property {number} [minlength]
 * @property {number} [maxlength]
 * @property {number} [min]
 * @property {number} [max]
 * @property {string} [step]
 * @property {string} [autocomplete]
 * @property {number} [lines] how many are shown: a text of several lines
 * @property {Sending} [sending] what was refused
 */

const LTR = new Set(['email', 'tel', 'password', 'number', 'url']);

/** @param {Field} options */
export function field(options) {
  const { name, label, hint, sending } = options;
  const refused = sending?.pointer === `/${name}`;
  return html`<label class="field">
    <span>${label}</span>
    ${options.options ? choice(options) : options.lines ? lines(options, refused) : input(options, refused)}
    ${hint ? html`<small class="muted">${hint}</small>` : null}
    ${refused ? html`<small class="field-bad" role="alert">${icon('alert')}${t('form.refused')}</small>` : null}
  </label>`;
}

/** @param {Field} options @param {boolean} refused */
function input({ name, value, type = 'text', required = false, readonly = false, ltr = LTR.has(type), ...more }, refused) {
  return html`<input name=${name} type=${type} value=${value ?? ''} ?required=${required} ?readonly=${readonly}
    dir=${ifDefined(ltr ? 'ltr' : undefined)} aria-invalid=${refused ? 'true' : 'false'}
    minlength=${ifDefined(more.minlength)} maxlength=${ifDefined(more.maxlength)} min=${ifDefined(more.min)} max=${ifDefined(more.max)}
    step=${ifDefined(more.step)} autocomplete=${more.autocomplete ?? 'off'}>`;
}

/** @param {Field} options @param {boolean} refused */
const lines = ({ name, value, readonly = false, ...more }, refused) => html`<textarea name=${name} rows=${ifDefined(more.lines)} .defaultValue=${String(value ?? '')}
  ?readonly=${readonly} maxlength=${ifDefined(more.maxlength)} aria-invalid=${refused ? 'true' : 'false'} autocomplete=${more.autocomplete ?? 'off'}></textarea>`;

/** @param {Field} options */
const choice = ({ name, value, options = [], required = false }) => html`<span class="choice"><select name=${name} ?required=${required}>
  ${options.map(([key, words]) => html`<option value=${key} ?selected=${key === String(value ?? '')}>${words}</option>`)}
</select></span>`;
