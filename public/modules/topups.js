// The top-ups page: money that drivers paid in through a payment provider, and what goes back of it the way it came.
import { html } from '/vendor/lit-html/lit-html.js';
import { pageHead, whenKnown } from '../components/page-head.js';
import { t } from '../utils/i18n.js';
import { topupTable } from './topup-table.js';

/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open(page) {
  const { list, table, view } = topupTable(page);
  return () => html`<section class="page">
    ${pageHead({ title: t('topups.title'), under: t('topups.under') })}
    ${whenKnown(list, table)}
    ${view()}
  </section>`;
}
