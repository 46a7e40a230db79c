// The words of the pages: one JSON per language, chosen by hand and kept, else by the browser, on a screen that is everybody's
// by the site; switched on the spot.
// Keys stand whole in the code (never put together from parts), so that a test can find missing and unused ones.

import { isStationScreen } from './host.js';
import { loadSite, site } from './site.js';

/** Every language with its own name for itself. */
export const LANGUAGES = Object.freeze({
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  hi: 'हिन्दी',
  ar: 'العربية',
});

/** @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {Record<string, string>} Words */

const KEPT = 'forecourt.language';
const RIGHT_TO_LEFT = new Set(['ar']);

/** @type {Words} */
let words = {};
/** @type {Words} */
let english = {};
/** @type {Language} */
let current = 'en';
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {string | null | undefined} tag @returns {Language | null} */
function known(tag) {
  const base = (tag ?? '').toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(LANGUAGES, base) ? /** @type {Language} */ (base) : null;
}

/** The first language the page speaks of those asked for. @param {ReadonlyArray<string | null>} wanted @returns {Language} */
export function choose(wanted) {
  for (const tag of wanted) {
    const language = known(tag);
    if (language) return language;
  }
  return 'en';
}

/** @param {Language} name @returns {Promise<Words>} */
async function load(name) {
  const response = await fetch(`/locales/${name}.json`);
  if (!response.ok) throw new Error(`The words of ${name} are missing: ${response.status}`);
  return response.json();
}

/** Somebody chose a language: the page speaks it, and the next one too. @param {Language} name */
export async function setLanguage(name) {
  localStorage.setItem(KEPT, name);
  await speak(name);
}

/** @param {Language} name */
async function speak(name) {
  words = name === 'en' ? english : await load(name);
  current = name;
  document.documentElement.lang = name;
  document.documentElement.dir = RIGHT_TO_LEFT.has(name) ? 'rtl' : 'ltr';
  listeners.forEach((listener) => listener());
}

/** What the page speaks unless somebody chooses otherwise by hand. @returns {Language} */
function wanted() {
  const own = site().language;
  const asked = isStationScreen() ? [own] : [...navigator.languages, own];
  return choose([localStorage.getItem(KEPT), ...asked]);
}

/** Loads the words, once at the start of a page. */
export async function startLanguage() {
  [english] = await Promise.all([load('en'), loadSite()]);
  await speak(wanted());
}

/** The site may speak another language now. */
export async function languageMayHaveChanged() {
  if (wanted() !== current) await speak(wanted());
}

/** The language now, as Intl takes it. @returns {Language} */
export function language() {
  return current;
}

/** @param {() => void} listener called after a switch */
export function onLanguage(listener) {
  listeners.add(listener);
}

/** Puts values into a text: `{name}`. @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The words for a key. @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  return fill(words[key] ?? english[key] ?? key, values);
}
