// The ways to a receipt: its page and its file in a browser; on a screen that everybody uses, the code that a phone reads.
import { html } from '/vendor/lit-html/lit-html.js';
import { isStationScreen } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';
import { qrCode, qrOf } from './qr-code.js';

/** @import { Drawn } from './qr-code.js' */

/** Whether a phone finds it too: an address without a host is this gateway's own pages'. @param {string} url */
const isOutside = (url) => /^https?:/.test(url);

/** The code of a receipt's page, where there is one for phones. @param {string | null | undefined} url @returns {Promise<Drawn | null>} */
export const receiptCode = async (url) => (url && isOutside(url) ? qrOf(url) : null);

/** @param {string} url @param {Drawn | null} code */
export const receiptLinks = (url, code) => html`<div class="receipt-links" data-receipt>
  ${code ? html`${qrCode(code, t('receipt.code_label'))}<p class="muted">${t('receipt.scan')}</p>` : null}
  ${isStationScreen()
    ? null
    : html`<a class="button" href=${url} target="_blank" rel="noopener">${icon('receipt')}<span>${t('receipt.open')}</span></a>
        <a class="button quiet" href="${url}.pdf" target="_blank" rel="noopener">${t('receipt.file')}</a>`}
</div>`;
