// A window above the page that keeps the focus until it is closed. page.js opens whichever dialog has been drawn, so a
// dialog is open while its template is.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */

/**
 * @param {object} options
 * @param {string} options.name found as `data-dialog`
 * @param {string} options.title
 * @param {TemplateResult} options.body
 * @param {() => void} options.close
 * @param {boolean} [options.wide]
 */
export function dialog({ name, title, body, close, wide = false }) {
  /** @param {Event} event */
  const cancel = (event) => {
    event.preventDefault();
    close();
  };
  /** @param {Event} event a press beside the window closes it */
  const beside = (event) => event.target === event.currentTarget && close();
  return html`<dialog class="dialog" data-dialog=${name} ?data-wide=${wide} aria-labelledby="${name}-title" @cancel=${cancel} @click=${beside}>
    <div class="dialog-box">
      <header class="dialog-head">
        <h2 id="${name}-title">${title}</h2>
        <button type="button" class="quiet icon-only" data-act="close-dialog" aria-label=${t('dialog.close')} @click=${close}>${icon('close')}</button>
      </header>
      ${body}
    </div>
  </dialog>`;
}
