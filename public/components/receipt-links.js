// The ways to a receipt: its page and its file in a browser; and the code that a phone reads, worked out once.
import { html } from '/vendor/lit-html/lit-html.js';
import { isStationScreen } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';
import { qrCode, qrOf } from './qr-code.js';

/** @import { Drawn } from './qr-code.js' */

/** Whether a phone finds it too: an address without a host is this gateway's own pages'. @param {string} url */
const isOutside = (url) => /^https?:/.test(url);

/**
 * Draws the ways to a charge's receipt; nothing while it has none, or none that this screen can show.
 * @param {() => void} changed called when the code is there
 */
export function receiptLinks(changed) {
  let of = '';
  /** @type {Drawn | null} */
  let code = null;

  /** @param {string} url */
  function turn(url) {
    of = url;
    code = null;
    if (!isOutside(url)) return;
    qrOf(url).then((drawn) => {
      if (of !== url) return;
      code = drawn;
      changed();
    }, reportError);
  }

  /** @param {string | null | undefined} url */
  return (url) => {
    if (!url || (isStationScreen() && !isOutside(url))) return null;
    if (of !== url) turn(url);
    return html`<div class="receipt-links" data-receipt>
      <h2>${t('receipt.title')}</h2>
      ${code ? html`${qrCode(code, t('receipt.code_label'))}<p class="muted">${t('receipt.scan')}</p>` : null}
      ${isStationScreen()
        ? null
        : html`<a class="button" href=${url} target="_blank" rel="noopener">${icon('receipt')}<span>${t('receipt.open')}</span></a>
            <a class="button quiet" href="${url}.pdf" target="_blank" rel="noopener">${t('receipt.file')}</a>`}
    </div>`;
  };
}
