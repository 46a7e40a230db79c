// Messages in place of content: what went wrong and what to do next, what is empty and how to fill it, what is loading.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { icon } from './icons.js';

/** Codes that have words of their own; the gateway's closed list and the page's `client.*`. @type {Readonly<Record<string, string>>} */
const WORDS = {
  'auth.invalid_credentials': 'problem.credentials',
  'auth.too_many_attempts': 'problem.attempts',
  'auth.expired': 'problem.expired',
  'auth.required': 'problem.expired',
  'auth.forbidden': 'problem.forbidden',
  'charging.already_active': 'problem.already_active',
  'charging.connector_busy': 'problem.connector_busy',
  'charging.connector_unavailable': 'problem.connector_unavailable',
  'charging.not_active': 'problem.not_active',
  'charging.paid_too_late': 'problem.paid_too_late',
  'charging.price_changed': 'problem.price_changed',
  'client.account_exists': 'problem.account_exists',
  'client.code_unknown': 'problem.code_unknown',
  'client.code_used': 'problem.code_used',
  'client.password_refused': 'problem.password_refused',
  'client.unreadable': 'problem.unreadable',
  'client.way_back_ended': 'problem.way_back_ended',
  'command.charger_offline': 'problem.charger_offline',
  'command.payload_invalid': 'problem.refused_fields',
  'command.unsupported': 'problem.command_unsupported',
  'idempotency.in_progress': 'problem.in_progress',
  'request.validation': 'problem.refused_fields',
  'resource.conflict': 'problem.conflict',
  'resource.not_found': 'problem.not_found',
  'wallet.insufficient_funds': 'problem.insufficient_funds',
  'wallet.frozen': 'problem.wallet_frozen',
  'client.unreachable': 'problem.unreachable',
  'request.rate_limited': 'problem.attempts',
  'setup.done': 'problem.setup_done',
  'server.unavailable': 'problem.busy',
};

/** What to say about a code. @param {string} code */
export function problemText(code) {
  const key = WORDS[code];
  return key ? t(key) : t('problem.other', { code });
}

/** Says what went wrong and what happens next. @param {string} code */
export function problemNotice(code) {
  return html`<p class="notice" data-tone="bad" role="alert" data-code=${code}>
    ${icon('alert')}<span>${problemText(code)}</span>
  </p>`;
}

/** Grey shapes where content will be. @param {number} count */
export function skeleton(count) {
  return html`<div class="skeletons" role="group" aria-busy="true" aria-label=${t('page.loading')}>
    ${Array.from({ length: count }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}
