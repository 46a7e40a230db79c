// The bar at the foot of every driver's screen, within reach from a wheelchair: the board, the account, language, display.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { liveBadge } from '../../components/live-badge.js';
import { t } from '../../utils/i18n.js';
import { route } from '../../utils/route.js';
import { brandName } from '../../utils/site.js';

/** @import { IconName } from '../../components/icons.js' */

const BOARD = new Set(['', 'station', 'bay']);

/** @param {{name: string | null, choices: {buttons: () => unknown}, leave: () => void}} options */
export function bar({ name, choices, leave }) {
  const here = route()[0] ?? '';
  const onBoard = BOARD.has(here);
  return html`<footer class="bar">
    <span class="brand"><img src="/styles/mark.svg" alt="" width="32" height="32"><bdi>${brandName()}</bdi></span>
    ${liveBadge()}
    <nav class="tabs" aria-label=${t('bar.label')}>
      ${tab('#/', 'board', 'plug', t('page.board'), onBoard)}
      ${name === null
        ? tab('#/account', 'account', 'person', t('account.sign_in'), here === 'account')
        : tab('#/me', 'me', 'person', t('account.title'), !onBoard)}
      ${choices.buttons()}
      ${name === null ? null : html`<button class="tab" data-act="leave" @click=${leave}>${icon('leave')}<span>${t('strip.sign_out')}</span></button>`}
    </nav>
  </footer>`;
}

/** @param {string} href @param {string} act @param {IconName} picture @param {string} words @param {boolean} here */
const tab = (href, act, picture, words, here) => html`<a class="tab" href=${href} data-act=${act} aria-current=${here ? 'page' : 'false'}>
  ${icon(picture)}<span>${words}</span>
</a>`;
