// The cards page: what may charge by being held to a charger, whose it is, and until when.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { get, post, put, remove } from '../utils/api.js';
import { dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { formDialog, said, saidOrNull } from './form-dialog.js';

/** @import { Choice, IdTokenObject } from '../../ui/types/api.d.ts' */
/** @import { IconName } from '../components/icons.js' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, {tone: string, picture: IconName, key: string}>>} */
const LOOKS = {
  accepted: { tone: 'free', picture: 'check', key: 'cards.accepted' },
  blocked: { tone: 'bad', picture: 'blocked', key: 'cards.blocked' },
  expired: { tone: 'idle', picture: 'clock', key: 'cards.expired' },
};

/** @param {string} status */
function badge(status) {
  const { tone, picture, key } = LOOKS[status] ?? { tone: 'idle', picture: /** @type {IconName} */ ('question'), key: 'state.unknown' };
  return html`<span class="badge" data-tone=${tone}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** @param {DeskPage} page */
export function open({ changed, signal, mayChange, tell }) {
  /** @type {ServerList<IdTokenObject>} */
  const list = new ServerList({ path: '/api/cms/id-tokens', sort: 'token', changed, signal });
  /** @type {Choice[]} */
  let customers = [];

  /** @returns {[string, string][]} */
  const owners = () => [['', t('cards.nobody')], ...customers.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))];

  const form = formDialog({
    name: 'card',
    title: (/** @type {IdTokenObject | null} */ card) => (card ? t('cards.edit') : t('cards.add')),
    fields: (card, sending) => html`<div class="form-grid">
      ${field({ name: 'token', label: t('command.card'), value: card?.token, required: true, maxlength: 20, ltr: true, sending })}
      ${field({ name: 'status', label: t('start.state'), value: card?.status ?? 'accepted', options: Object.entries(LOOKS).map(([status, { key }]) => /** @type {[string, string]} */ ([status, t(key)])) })}
      ${field({ name: 'customerId', label: t('customers.customer'), value: card?.customerId, options: owners() })}
      ${field({ name: 'parentToken', label: t('cards.group'), hint: t('cards.group_hint'), value: card?.parentToken, maxlength: 20, ltr: true, sending })}
      ${field({ name: 'expiresAt', label: t('cards.expires'), value: card?.expiresAt?.slice(0, 10), type: 'date', sending })}
    </div>`,
    async send(card, data) {
      const day = said(data, 'expiresAt');
      const body = {
        token: said(data, 'token'),
        status: said(data, 'status'),
        customerId: saidOrNull(data, 'customerId'),
        parentToken: saidOrNull(data, 'parentToken'),
        expiresAt: day ? new Date(`${day}T23:59:59`).toISOString() : null,
      };
      const { data: now } = await (card
        ? /** @type {typeof put<IdTokenObject>} */ (put)(`/api/cms/id-tokens/${card.id}`, body)
        : /** @type {typeof post<IdTokenObject>} */ (post)('/api/cms/id-tokens', body));
      list.put(now);
      tell('free', t('form.saved'));
    },
    async remove(card) {
      await remove(`/api/cms/id-tokens/${card.id}`);
      list.drop(card.id);
      tell('free', t('form.removed'));
    },
    removeAsk: () => t('cards.remove_ask'),
    changed,
  });

  /** @param {IdTokenObject | null} card */
  function edit(card) {
    form.open(card);
    /** @type {typeof get<{items: Choice[]}>} */ (get)('/api/cms/customers/dropdown', signal).then(({ data }) => {
      customers = data.items;
      changed();
    }, () => {});
  }

  return () => html`<section class="page">
    ${pageHead({ title: t('cards.title'), acts: mayChange ? html`<button class="primary" data-act="add-card" @click=${() => edit(null)}>${icon('plus')}${t('cards.add')}</button>` : null })}
    ${whenKnown(list, () => dataTable({
      name: 'cards', title: t('cards.title'), columns: cardColumns(mayChange ? edit : null), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      empty: nothing('card', t('cards.none')),
    }))}
    ${form.view()}
  </section>`;
}

/** @param {((card: IdTokenObject) => void) | null} edit @returns {import('../components/data-table.js').Column<IdTokenObject>[]} */
export const cardColumns = (edit) => [
  { name: 'token', label: t('command.card'), sort: 'token', cell: (card) => (edit ? html`<button class="link" @click=${() => edit(card)}><bdi class="identity">${card.token}</bdi></button>` : html`<bdi class="identity">${card.token}</bdi>`) },
  { name: 'status', label: t('start.state'), sort: 'status', cell: ({ status }) => badge(status) },
  { name: 'owner', label: t('customers.customer'), cell: ({ customerId }) => (customerId ? html`<a class="link" href=${at('customers', customerId)}>${t('cards.owner')}</a>` : '–') },
  { name: 'group', label: t('cards.group'), cell: ({ parentToken }) => html`<bdi class="identity">${parentToken ?? '–'}</bdi>` },
  { name: 'expires', label: t('cards.expires'), sort: 'expiresAt', cell: ({ expiresAt }) => (expiresAt ? dayTime(expiresAt, language()) : '–') },
  { name: 'created', label: t('table.created'), sort: 'createdAt', spare: true, cell: ({ createdAt }) => dayTime(createdAt, language()) },
];
