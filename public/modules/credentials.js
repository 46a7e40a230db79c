// What must be typed into a charger so that it connects: its address and, the only time it is seen, its password.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { t } from '../utils/i18n.js';

/** @param {{url: string, password: string | null}} made */
export const credentials = ({ url, password }) => html`<div class="form" data-credentials>
  <p>${t('points.type_in')}</p>
  ${line(t('points.url'), url)} ${password === null ? null : line(t('profile.password'), password)}
  ${password === null ? null : html`<p class="notice" data-tone="wait">${icon('alert')}<span>${t('points.password_once')}</span></p>`}
</div>`;

/** @param {string} words @param {string} value */
const line = (words, value) => html`<div class="field"><span>${words}</span><pre dir="ltr"><code>${value}</code></pre></div>`;
