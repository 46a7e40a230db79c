// A button that asks once before it does what cannot be taken back. Which one is asking is kept by the page, so that an
// event that redraws the page never answers for the person.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */

/** Which question is open. */
export class Asking {
  /** @type {string | null} */ name = null;
}

/**
 * @param {object} options
 * @param {Asking} options.asking
 * @param {string} options.name of the question, also found as `data-act`
 * @param {IconName} options.picture
 * @param {string} options.label of the button
 * @param {string} options.question
 * @param {string} options.yes
 * @param {boolean} [options.disabled]
 * @param {() => void} options.act
 * @param {() => void} options.changed
 */
export function askButton({ asking, name, picture, label, question, yes, disabled = false, act, changed }) {
  /** @param {string | null} open */
  const ask = (open) => () => {
    asking.name = open;
    changed();
  };
  const confirm = () => {
    asking.name = null;
    act();
    changed();
  };
  if (asking.name !== name) {
    return html`<button type="button" class="danger" data-act=${name} ?disabled=${disabled} @click=${ask(name)}>${icon(picture)}${label}</button>`;
  }
  return html`<span class="ask" role="group" aria-label=${question}>
    <span role="alert">${question}</span>
    <button type="button" class="danger" data-act="${name}-yes" ?disabled=${disabled} @click=${confirm}>${icon('check')}${yes}</button>
    <button type="button" @click=${ask(null)}>${t('ask.no')}</button>
  </span>`;
}
