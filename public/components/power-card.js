// A curve of power with its name, or what stands there until there is one.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import './curve.js';

/** @import { Series } from '../utils/series.js' */

/** Below this many readings a line says nothing. */
const LEAST = 2;

/** @param {Series} series @param {string} title */
export function powerCard(series, title) {
  return html`<figure class="curve">
    <figcaption>${title} <span class="unit">kW</span></figcaption>
    ${series.length < LEAST
      ? html`<p class="curve-wait muted">${t('curve.waiting')}</p>`
      : html`<power-curve dir="ltr" role="img" aria-label=${title} .series=${series} .length=${series.columns[0].at(-1) ?? 0}></power-curve>`}
  </figure>`;
}
