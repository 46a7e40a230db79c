// Whether what the page shows is live, in colour, picture and word, announced politely when it changes.
import { html } from '/vendor/lit-html/lit-html.js';
import { t } from '../utils/i18n.js';
import { live } from '../utils/socket.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */
/** @import { LiveState } from '../utils/socket.js' */

/** @type {Readonly<Record<LiveState, {tone: string, icon: IconName, key: string}>>} */
const LOOKS = {
  connecting: { tone: 'idle', icon: 'clock', key: 'live.connecting' },
  live: { tone: 'free', icon: 'pulse', key: 'live.live' },
  not_live: { tone: 'bad', icon: 'cut', key: 'live.not_live' },
};

/** The badge of every page's strip. */
export function liveBadge() {
  const look = LOOKS[live.state];
  return html`<span class="badge live" role="status" data-live=${live.state} data-tone=${look.tone}
    >${icon(look.icon)}<span>${t(look.key)}</span></span
  >`;
}

/** What stale figures mean, said plainly above them; nothing while they are live. */
export function staleNotice() {
  return live.state === 'not_live'
    ? html`<p class="notice" data-tone="wait">${icon('alert')}<span>${t('live.stale')}</span></p>`
    : null;
}
