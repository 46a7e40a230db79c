// What every page does: start with its words and theme, draw when something changed, follow its live rooms from a
// snapshot on. Not for what a page shows.
import { render } from '/vendor/lit-html/lit-html.js';
import { ApiError } from './api.js';
import { languageMayHaveChanged, onLanguage, startLanguage, t } from './i18n.js';
import { oldest } from './live-order.js';
import { backoff, pause } from './patience.js';
import { reloaded } from './reload.js';
import { siteHeard } from './site.js';
import { live } from './socket.js';
import { startTheme } from './theme.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { Position, Pushed } from './live-order.js' */

/** No screen shows more than sixty pictures a second. */
const FRAME_MS = 16;

/**
 * Starts a page: draws `view` into #app now and whenever the words, the live state or its own data change.
 * @param {{title: () => string, view: () => TemplateResult}} page
 * @returns {Promise<() => void>} to be called when the page's data changed; many calls make one drawing
 */
export async function startPage({ title, view }) {
  startTheme();
  await startLanguage();
  const app = /** @type {HTMLElement} */ (document.getElementById('app'));
  app.replaceChildren();
  let planned = false;
  let drawnAt = -Infinity;
  const draw = () => {
    planned = false;
    drawnAt = performance.now();
    document.title = t('page.title', { page: title() });
    // One switch greys every figure: nothing stale may pass for live (styles/base.css).
    document.documentElement.dataset.figures = live.state === 'not_live' ? 'stale' : 'fresh';
    render(view(), app);
    openDialogs();
  };
  const changed = () => {
    if (planned) return;
    planned = true;
    // The first of several changes is shown at once, those that follow in the same frame together.
    const wait = FRAME_MS - (performance.now() - drawnAt);
    if (wait > 0) setTimeout(draw, wait);
    else queueMicrotask(draw);
  };
  onLanguage(changed);
  live.watch(changed);
  live.onTick((data) => followSite(data?.site, changed).catch(reportError));
  draw();
  return changed;
}

/** What is true of the site changes while the page is open. @param {unknown} version @param {() => void} changed */
async function followSite(version, changed) {
  if (!(await siteHeard(version))) return;
  changed();
  await languageMayHaveChanged();
}

/** A dialog that is drawn is open, and keeps the focus. */
function openDialogs() {
  for (const dialog of document.querySelectorAll('dialog:not([open])')) {
    /** @type {HTMLDialogElement} */ (dialog).showModal();
    const first = /** @type {HTMLElement | null} */ (dialog.querySelector('[autofocus], form input:not([readonly]), form select'));
    first?.focus();
  }
}

/** Puts the keyboard and the screen reader at the top of what has just been opened. */
export function focusMain() {
  setTimeout(() => document.querySelector('main')?.focus({ preventScroll: true }));
}

/**
 * Where a followed page stands.
 * @typedef {object} Following
 * @property {boolean} loaded whether there was a snapshot yet
 * @property {string | null} problem the code of what is in the way of the next one
 */

/**
 * Loads a snapshot, then follows the rooms from its place on; loads it again whenever the page fell too far behind, and
 * as often as it takes.
 * @param {object} options
 * @param {string[]} options.rooms
 * @param {() => Promise<(Position | null)[]>} options.snapshot loads everything and gives the place of each part
 * @param {(event: Pushed) => void} options.onEvent
 * @param {() => void} options.changed called when the page must be drawn
 * @param {AbortSignal} options.signal
 * @returns {Following} kept up to date
 */
export function follow({ rooms, snapshot, onEvent, changed, signal }) {
  /** @type {Following} */
  const following = { loaded: false, problem: null };

  async function load() {
    try {
      const places = (await snapshot()).filter((place) => place !== null);
      const place = oldest(places);
      // The live log was replaced between two parts: they do not belong together.
      if (places.length > 0 && place === null) throw new ApiError({ code: 'live.gap', status: 0 });
      Object.assign(following, { loaded: true, problem: null });
      return place;
    } catch (error) {
      following.problem = error instanceof ApiError ? error.code : 'client.unreadable';
      throw error;
    } finally {
      changed();
    }
  }

  async function loadAgain() {
    const place = await load();
    reloaded();
    return place;
  }

  async function start() {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const place = await load();
        const from = place ? { after: place.seq, stream: place.stream } : {};
        return live.subscribe({ rooms, ...from, signal, onEvent, onGap: loadAgain });
      } catch {
        // `load` has put the reason on the page.
        await pause(backoff(tries), signal);
      }
    }
  }

  start();
  return following;
}
