// The head of a page at the desk: where it is, what can be done; and the parts pages are put together from.
import { html } from '/vendor/lit-html/lit-html.js';
import { problemNotice, skeleton } from './notice.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */
/** @import { Following } from '../utils/page.js' */

/** @param {{title: unknown, under?: unknown, back?: {href: string, words: string}, acts?: unknown}} options */
export const pageHead = ({ title, under, back, acts }) => html`<header class="page-head">
  <div>
    ${back ? html`<a class="back-link" href=${back.href} data-act="back">${icon('back')}<span>${back.words}</span></a>` : null}
    <h1>${title}</h1>
    ${under ? html`<p class="muted">${under}</p>` : null}
  </div>
  ${acts ? html`<div class="row">${acts}</div>` : null}
</header>`;

/** What is known, or why nothing is yet. @param {Following | {loaded: boolean, problem: string | null}} following @param {() => unknown} view */
export const whenKnown = ({ loaded, problem }, view) => html`${problem === null ? null : problemNotice(problem)} ${loaded ? view() : problem === null ? skeleton(3) : null}`;

/**
 * A figure with its name, and what stands below it.
 * @param {{label: string, value: unknown, picture: IconName, tone?: string, under?: unknown, href?: string}} options
 */
export const tile = ({ label, value, picture, tone = 'plain', under, href }) => {
  const inside = html`<span class="tile-label">${icon(picture)}${label}</span><span class="tile-value">${value}</span>${under ? html`<span class="tile-under">${under}</span>` : null}`;
  return href ? html`<a class="tile" data-tone=${tone} href=${href}>${inside}</a>` : html`<div class="tile" data-tone=${tone}>${inside}</div>`;
};

/** A thing that is told of something. @param {string} label @param {unknown} value */
export const fact = (label, value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

/** What stands where there is nothing yet, and what to do about it. @param {IconName} picture @param {string} words @param {unknown} [act] */
export const nothing = (picture, words, act) => html`<div class="empty">${icon(picture)}<p>${words}</p>${act ?? null}</div>`;
