// Every event as it came, for whoever wants to see what the desk hears.
import { html } from '/vendor/lit-html/lit-html.js';
import { eventLog } from '../components/event-log.js';
import { t } from '../utils/i18n.js';

/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export const open = ({ log, changed }) => () => html`<h1 class="unseen">${t('events.title')}</h1>${eventLog(log, changed)}`;
