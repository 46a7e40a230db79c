// A QR code that a phone reads from the screen: dark on light in every theme, with the quiet margin that readers want.
// The code's library comes with the first one that is drawn.
import { html, svg } from '/vendor/lit-html/lit-html.js';

/** @typedef {{size: number, path: string, text: string}} Drawn */

/** Modules as one path. @param {boolean[][]} rows */
const pathOf = (rows) => rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');

/** Works a code out, to be drawn as often as the page is. @param {string} text @returns {Promise<Drawn>} */
export async function qrOf(text) {
  const { encode } = await import('/vendor/uqr/uqr.js');
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  return { size, path: pathOf(data), text };
}

/** @param {Drawn} code @param {string} label what a phone finds there */
export const qrCode = ({ size, path }, label) => html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
  ${svg`<path class="qr-light" d="M0 0h${size}v${size}H0z"></path><path class="qr-dark" d=${path}></path>`}
</svg>`;
