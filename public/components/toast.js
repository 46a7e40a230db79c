// Short notices that come and go by themselves and are read aloud politely. Not for errors that need an answer: those
// stand in the page.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */

/** @typedef {{id: number, tone: string, picture: IconName, words: () => string}} Toast */

const SHOWN_MS = 8000;
const MOST = 3;

/** @param {() => void} changed */
export function toasts(changed) {
  /** @type {Toast[]} */
  let shown = [];
  let last = 0;

  /** @param {number} id */
  function drop(id) {
    shown = shown.filter((toast) => toast.id !== id);
    changed();
  }

  return {
    /** Words are asked for at each drawing, so that they follow the language. @param {{tone: string, picture: IconName, words: () => string}} toast */
    show(toast) {
      const id = (last += 1);
      shown = [...shown, { ...toast, id }].slice(-MOST);
      setTimeout(() => drop(id), SHOWN_MS);
      changed();
    },
    clear() {
      shown = [];
    },
    view: () => html`<div class="toasts" role="status" aria-live="polite">
      ${repeat(shown, ({ id }) => id, ({ id, tone, picture, words }) => html`<p class="toast" data-tone=${tone}>
        ${icon(picture)}<span>${words()}</span>
        <button class="quiet icon-only" aria-label=${t('dialog.close')} @click=${() => drop(id)}>${icon('close')}</button>
      </p>`)}
    </div>`,
  };
}
