// The driver's screen: the board, with language and contrast within reach. Nobody is signed in here.
import { html } from '/vendor/lit-html/lit-html.js';
import { liveBadge, staleNotice } from '../../components/live-badge.js';
import { preferences } from '../../components/preferences.js';
import { t } from '../../utils/i18n.js';
import { startPage } from '../../utils/page.js';
import { stationsList } from './stations-list.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */

/** @type {() => TemplateResult} */
let board = () => html``;

const view = () => html`<main class="board">${staleNotice()}${board()}</main>
  <footer class="strip">
    <span class="brand"><img src="/styles/mark.svg" alt="" width="32" height="32">Forecourt</span>
    ${liveBadge()}
    <span class="space"></span>
    ${preferences()}
  </footer>`;

const changed = await startPage({ title: () => t('page.board'), view });
board = stationsList({ changed, signal: new AbortController().signal });
changed();
