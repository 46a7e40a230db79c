// The codes of one batch: to be read out or printed, cut up and sold, as often as it takes (ADR 0020), and taken back as far
// as nobody has redeemed them. The kiosk's window prints nothing: there it says so.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { Asking, askButton } from '../components/ask.js';
import { icon } from '../components/icons.js';
import { fact, pageHead, whenKnown } from '../components/page-head.js';
import { problemText } from '../components/notice.js';
import { codeOf, get, list, remove } from '../utils/api.js';
import { count, dayTime, money } from '../utils/format.js';
import { isKiosk } from '../utils/host.js';
import { language, t } from '../utils/i18n.js';
import { onReload } from '../utils/reload.js';
import { at } from '../utils/route.js';
import { batchState, movesCodes, unsold } from './money-in-model.js';
import { batchBadge, untilWords } from './prepaid-codes.js';

/** @import { PrepaidBatch, PrintedCode } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, id, changed, signal, mayChange, tell }) {
  const known = { loaded: false, problem: /** @type {string | null} */ (null) };
  const asking = new Asking();
  let busy = false;
  /** @type {PrepaidBatch | undefined} */
  let batch;
  /** @type {PrintedCode[]} */
  let codes = [];

  async function load() {
    try {
      const [batches, printed] = await Promise.all([
        /** @type {typeof list<PrepaidBatch>} */ (list)('/api/cms/prepaid-codes', signal),
        /** @type {typeof get<PrintedCode[]>} */ (get)(`/api/cms/prepaid-codes/${encodeURIComponent(id)}/codes`, signal),
      ]);
      batch = batches.data.find((one) => one.id === id);
      codes = printed.data;
      Object.assign(known, { loaded: batch !== undefined, problem: batch ? null : 'resource.not_found' });
    } catch (error) {
      if (!signal.aborted) known.problem = codeOf(error);
    }
    changed();
  }

  async function takeBack() {
    busy = true;
    changed();
    try {
      await remove(`/api/cms/prepaid-codes/${encodeURIComponent(id)}`);
      tell('free', t('codes.voided_told'));
      await load();
    } catch (error) {
      tell('bad', problemText(codeOf(error)));
    } finally {
      busy = false;
      changed();
    }
  }

  desk.listen((event) => {
    if (movesCodes(event)) load();
  }, signal);
  onReload(load, signal);
  load();

  /** @param {PrepaidBatch} one */
  const acts = (one) => html`
    ${isKiosk() ? null : html`<button class="primary" data-act="print" ?disabled=${unsold(codes).length === 0} @click=${() => window.print()}>${icon('print')}${t('codes.print')}</button>`}
    ${mayChange && batchState(one, Date.now()) === 'valid'
      ? askButton({ asking, name: 'void-codes', picture: 'blocked', label: t('codes.void'), question: t('codes.void_ask'), yes: t('codes.void_yes'), disabled: busy, act: () => void takeBack(), changed })
      : null}`;

  /** @param {PrepaidBatch} one */
  const sheet = (one) => html`
    <dl class="card facts-row">
      ${fact(t('start.state'), batchBadge(one))}
      ${fact(t('codes.worth'), html`<bdi>${money(one.amount, language())}</bdi>`)}
      ${fact(t('codes.redeemed'), html`<span dir="ltr"><b data-figure="codes-redeemed">${count(one.redeemed, language())}</b> / ${count(one.count, language())}</span>`)}
      ${fact(t('codes.expires'), untilWords(one))}
      ${fact(t('table.created'), dayTime(one.createdAt, language()))}
    </dl>
    <p class="notice" data-tone="wait">${icon('alert')}<span>${t('codes.money')} ${isKiosk() ? t('codes.print_elsewhere') : null}</span></p>
    <ul class="vouchers" data-sheet=${batchState(one, Date.now())}>${repeat(codes, ({ code }) => code, (code) => voucher(one, code))}</ul>`;

  return () => html`<section class="page" data-batch-page=${id}>
    ${pageHead({
      title: html`<bdi>${batch?.name ?? t('codes.title')}</bdi>`,
      back: { href: '#/codes', words: t('codes.title') },
      acts: batch ? acts(batch) : null,
    })}
    ${whenKnown(known, () => (batch ? sheet(batch) : null))}
  </section>`;
}

/** @param {PrepaidBatch} batch @param {PrintedCode} one */
const voucher = (batch, { code, redeemedAt, redeemedBy }) => html`<li class="voucher" data-voucher=${redeemedAt ? 'redeemed' : 'unsold'}>
  <span class="voucher-head"><b>Forecourt</b><b><bdi>${money(batch.amount, language())}</bdi></b></span>
  <code class="voucher-code" dir="ltr">${code}</code>
  ${redeemedAt
    ? html`<span class="muted">${t('codes.used', { time: dayTime(redeemedAt, language()) })} ${redeemedBy ? html`<a class="link" href=${at('customers', redeemedBy)}>${t('cards.owner')}</a>` : null}</span>`
    : html`<span class="muted">${t('codes.how')} ${batch.expiresAt ? t('codes.until', { time: dayTime(batch.expiresAt, language()) }) : null}</span>`}
</li>`;
