// One closed day: its report, to be read and printed.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { pageHead, whenKnown } from '../components/page-head.js';
import { codeOf, get } from '../utils/api.js';
import { count, dayTime } from '../utils/format.js';
import { isKiosk } from '../utils/host.js';
import { language, t } from '../utils/i18n.js';
import { shiftReport } from './shift-report.js';

/** @import { Shift } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ id, changed, signal }) {
  const known = { loaded: false, problem: /** @type {string | null} */ (null) };
  /** @type {Shift | null} */
  let shift = null;

  // A closed day never changes.
  /** @type {typeof get<Shift>} */ (get)(`/api/cms/shifts/${encodeURIComponent(id)}`, signal).then(
    ({ data }) => {
      shift = data;
      known.loaded = true;
      changed();
    },
    (error) => {
      if (!signal.aborted) known.problem = codeOf(error);
      changed();
    },
  );

  const print = isKiosk() ? null : html`<button class="primary" data-act="print" @click=${() => window.print()}>${icon('print')}${t('shift.print')}</button>`;

  /** @param {Shift} one */
  const span = ({ openedAt, closedAt }) => html`${openedAt ? dayTime(openedAt, language()) : '…'} – ${closedAt ? dayTime(closedAt, language()) : '…'}`;

  return () => html`<section class="page" data-shift-page="closed">
    ${pageHead({
      title: shift?.number ? t('shift.of', { number: count(shift.number, language()) }) : t('shift.title'),
      under: shift ? span(shift) : null,
      back: { href: '#/shifts', words: t('shift.title') },
      acts: shift ? print : null,
    })}
    ${whenKnown(known, () => shift && html`<h2 class="unseen">${t('shift.title')}</h2>${shiftReport(shift)}`)}
  </section>`;
}
