// The audit page, for admins: who changed what, newest first. It only shows.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';

/** @import { AuditEntry } from '../../ui/types/api.d.ts' */
/** @import { Column } from '../components/data-table.js' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, string>>} */
const VERBS = {
  created: 'audit.created',
  changed: 'audit.changed',
  removed: 'audit.removed',
  approved: 'audit.approved',
  rejected: 'audit.rejected',
  refunded: 'audit.refunded',
  voided: 'audit.voided',
  closed: 'audit.closed',
  acknowledged: 'audit.acknowledged',
  accepted: 'audit.accepted',
  rekeyed: 'audit.rekeyed',
  commanded: 'audit.commanded',
  signed_in: 'audit.signed_in',
  denied: 'audit.denied',
};

/** @type {Readonly<Record<string, {words: string, tab?: string}>>} */
const KINDS = {
  station: { words: 'audit.station', tab: 'stations' },
  charging_point: { words: 'audit.charging_point', tab: 'points' },
  tariff: { words: 'audit.tariff' },
  customer: { words: 'audit.customer', tab: 'customers' },
  id_token: { words: 'audit.id_token' },
  adjustment: { words: 'audit.adjustment' },
  topup: { words: 'audit.topup' },
  prepaid_codes: { words: 'audit.prepaid_codes', tab: 'codes' },
  session: { words: 'audit.session', tab: 'sessions' },
  shift: { words: 'audit.shift', tab: 'shifts' },
  alert: { words: 'audit.alert' },
  organization: { words: 'audit.organization' },
  user: { words: 'audit.user' },
  password: { words: 'audit.password' },
  settings: { words: 'audit.settings' },
  gateway: { words: 'audit.gateway' },
};

/** @param {string} verb */
const verbWords = (verb) => (VERBS[verb] ? t(VERBS[verb]) : verb);
/** @param {string} kind */
const kindWords = (kind) => (KINDS[kind] ? t(KINDS[kind].words) : kind);

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The end of an id: enough to know it again. @param {string} id */
const short = (id) => `…${id.slice(-6)}`;

/** A value as it was kept. @param {unknown} value @returns {unknown} */
function shown(value) {
  if (Array.isArray(value)) return value.map((one, index) => html`${index > 0 ? ', ' : null}${shown(one)}`);
  if (typeof value === 'string' && ID.test(value)) return html`<bdi title=${value}>${short(value)}</bdi>`;
  if (value === '***') return html`<i>${t('audit.withheld')}</i>`;
  const money = /** @type {{amount?: unknown, currency?: unknown} | null} */ (value);
  if (typeof money?.amount === 'string' && typeof money.currency === 'string') return html`<bdi dir="ltr">${money.amount} ${money.currency}</bdi>`;
  return html`<bdi>${value === null || value === '' ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value)}</bdi>`;
}

/** What became of each field. @param {AuditEntry} entry */
function changes({ changes: all }) {
  const fields = Object.entries(/** @type {Record<string, {from?: unknown, to?: unknown}>} */ (all));
  if (fields.length === 0) return '–';
  return html`<ul class="audit-changes">${fields.map(([name, { from, to }]) => html`<li>
    <span class="identity" dir="ltr">${name}</span> <span dir="ltr">${from === undefined ? null : html`<del>${shown(from)}</del> <span aria-hidden="true">→</span> `}<ins>${shown(to)}</ins></span>
  </li>`)}</ul>`;
}

/** @param {AuditEntry} entry */
function object({ kind, verb, objectId, objectName }) {
  const tab = KINDS[kind]?.tab;
  const name = html`<bdi>${objectName ?? (objectId ? short(objectId) : '–')}</bdi>`;
  return tab && objectId && verb !== 'removed' ? html`<a class="link" href=${at(tab, objectId)}>${name}</a>` : name;
}

/** @param {DeskPage} page */
export function open({ changed, signal }) {
  const query = { verb: '', kind: '' };
  /** @type {ServerList<AuditEntry>} */
  const list = new ServerList({ path: '/api/cms/audit', sort: '-at', changed, signal });

  /** @param {'verb' | 'kind'} name @param {string} label @param {ReadonlyArray<string>} words @param {(word: string) => string} say */
  const choice = (name, label, words, say) => html`<label class="choice"><span class="unseen">${label}</span>
    <select data-filter=${name} @change=${(/** @type {Event} */ event) => {
      query[name] = /** @type {HTMLSelectElement} */ (event.currentTarget).value;
      list.narrow(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')));
    }}><option value="">${label}: ${t('audit.all')}</option>${words.map((word) => html`<option value=${word}>${say(word)}</option>`)}</select>
  </label>`;

  /** @returns {Column<AuditEntry>[]} */
  const columns = () => [
    { name: 'at', label: t('audit.at'), sort: 'at', cell: (entry) => html`<time datetime=${entry.at} data-audit="${entry.verb} ${entry.kind}">${dayTime(entry.at, language())}</time>` },
    { name: 'by', label: t('audit.by'), sort: 'operator', cell: ({ by }) => html`<bdi dir="ltr">${by.email}</bdi>` },
    { name: 'kind', label: t('audit.kind'), sort: 'kind', cell: ({ kind }) => kindWords(kind) },
    { name: 'verb', label: t('audit.verb'), cell: ({ verb }) => verbWords(verb) },
    { name: 'object', label: t('audit.object'), cell: object },
    { name: 'changes', label: t('audit.changes'), cell: changes },
  ];

  return () => html`<section class="page">
    ${pageHead({ title: t('audit.title'), under: t('audit.hint'), acts: html`<button data-act="refresh" @click=${() => list.load()}>${icon('refresh')}${t('form.refresh')}</button>` })}
    ${whenKnown(list, () => dataTable({
      name: 'audit', title: t('audit.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      more: html`${choice('kind', t('audit.kind'), Object.keys(KINDS), kindWords)}${choice('verb', t('audit.verb'), Object.keys(VERBS), verbWords)}`,
      empty: nothing('list', t('audit.none')),
    }))}
  </section>`;
}
