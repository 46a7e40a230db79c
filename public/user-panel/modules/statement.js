// The driver's receipts of a month.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { statement } from '../../components/statement.js';
import { t } from '../../utils/i18n.js';

/** @param {{changed: () => void, signal: AbortSignal}} page */
export function myStatement(page) {
  const sheet = statement({ path: '/api/user/statement', ...page });
  return () => html`<section class="screen narrow" aria-labelledby="statement-title">
    <a class="button quiet back" href="#/sessions" data-act="back">${icon('back')}<span>${t('mine.title')}</span></a>
    <h1 id="statement-title">${t('statement.title')}</h1>
    ${sheet()}
  </section>`;
}
