// What is true of the whole site: its name, its language, whom to call. Asked at the start of a page, and again when the
// gateway says that it is another. Not for the desk's settings: those are the gateway's to change.

/** @import { Site } from '../../ui/types/api.d.ts' */

const PATIENCE_MS = 5_000;

/** @type {Site} until the gateway has said it */
let known = { name: null, currency: 'EUR', taxPercent: '19', timeZone: 'UTC', language: 'en', helpline: null, version: '' };

/** What is known. */
export const site = () => known;

/** What pages are headed with. */
export const brandName = () => known.name ?? 'Forecourt';

/** Takes over what somebody changed. @param {Site} now */
export function takeSite(now) {
  known = now;
}

/** Asks. A page is drawn without it all the same. */
export async function loadSite() {
  try {
    const response = await fetch('/api/user/site', { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) known = await response.json();
  } catch {
    // The page says by itself when it cannot reach the gateway.
  }
}

let asking = false;

/**
 * The gateway says which version holds: where that is another, it is asked for. What fails is tried with the next tick.
 * @param {unknown} version @returns {Promise<boolean>} whether something else is known now
 */
export async function siteHeard(version) {
  const before = known.version;
  if (typeof version !== 'string' || version === before || asking) return false;
  asking = true;
  await loadSite();
  asking = false;
  return known.version !== before;
}
