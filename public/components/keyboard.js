// An on-screen keyboard for a station's screen, drawn by simple-keyboard: the system's own does not come up above a
// full-screen window. It comes with the first field that is touched; a keyboard on the desk works beside it. What stands on
// its keys is in keyboard-layout.js.
import { isStationScreen } from '../utils/host.js';
import { language, t } from '../utils/i18n.js';
import { isOtherScript, keysOf } from './keyboard-layout.js';

/** @typedef {import('/vendor/simple-keyboard/simple-keyboard.js').default} Keys */

/** @typedef {import('./keyboard-layout.js').Rows} Rows */
/** @typedef {import('./keyboard-layout.js').Printed} Printed */
/** @typedef {import('../utils/i18n.js').Language} Language */

/** @type {Readonly<Record<Language, () => Promise<{default: {layout: Printed}}>>>} */
const PRINTED = {
  en: () => import('/vendor/simple-keyboard/layouts/english.js'),
  de: () => import('/vendor/simple-keyboard/layouts/german.js'),
  fr: () => import('/vendor/simple-keyboard/layouts/french.js'),
  es: () => import('/vendor/simple-keyboard/layouts/spanish.js'),
  hi: () => import('/vendor/simple-keyboard/layouts/hindi.js'),
  ar: () => import('/vendor/simple-keyboard/layouts/arabic.js'),
};
/** The key that leads to another script says which. @type {Partial<Record<Language, string>>} */
const SCRIPTS = { hi: 'अ', ar: 'ع' };
const NUMBERS = { default: ['1 2 3', '4 5 6', '7 8 9', '+ 0 {bksp}', '{done}'] };
const WORDS = { '{bksp}': '⌫', '{shift}': '⇧', '{space}': '␣', '{done}': '✓' };
const NUMERIC = new Set(['tel', 'number']);
/** What is typed there is Latin in every language. */
const LATIN = new Set(['email', 'password', 'url']);
const TYPED = 'input:not([type=checkbox]):not([type=radio]):not([readonly]), textarea';

/** A language's own keys and the Latin ones, which may be the same. @param {Language} name */
async function load(name) {
  const other = isOtherScript(name);
  const [own, latin] = await Promise.all([PRINTED[name](), PRINTED.en()]);
  return { own: keysOf(own.default.layout, name), latin: other ? keysOf(latin.default.layout, 'en', true) : keysOf(own.default.layout, name) };
}

/** Starts it, where the screen is a station's. */
export function keyboard() {
  if (!isStationScreen()) return;
  /** @type {Promise<Keys> | null} */
  let made = null;
  /** @type {HTMLInputElement | null} */
  let field = null;
  let shifted = false;
  /** Whether Latin letters are shown where the language has others. */
  let latin = false;
  /** @type {Map<Language, Promise<{own: Rows, latin: Rows}>>} */
  const loaded = new Map();
  const box = document.createElement('section');
  const keysAt = document.createElement('div');
  box.className = 'keyboard';
  box.hidden = true;
  box.dir = 'ltr';
  keysAt.className = 'keys';
  box.append(keysAt);
  document.body.append(box);
  // A press on a key leaves the focus where it is.
  box.addEventListener('pointerdown', (event) => event.preventDefault());
  box.addEventListener('mousedown', (event) => event.preventDefault());

  function hide() {
    box.hidden = true;
    field?.blur();
    field = null;
    delete document.documentElement.dataset.typing;
  }

  /** @param {Keys} keys @param {string} button */
  function press(keys, button) {
    if (button === '{done}') return hide();
    if (button === '{script}') {
      latin = !latin;
      turn(keys).catch(reportError);
      return;
    }
    if (button !== '{shift}' && !shifted) return;
    shifted = button === '{shift}' && !shifted;
    keys.setOptions({ layoutName: shifted ? 'shift' : 'default' });
  }

  /** Puts the field's keys there. @param {Keys} keys */
  async function turn(keys) {
    const name = language();
    const letters = loaded.get(name) ?? load(name);
    loaded.set(name, letters);
    const { own, latin: other } = await letters;
    const numeric = field !== null && NUMERIC.has(field.type);
    shifted = false;
    keys.setOptions({
      layout: numeric ? NUMBERS : latin ? other : own,
      layoutName: 'default',
      display: { ...WORDS, '{script}': latin ? (SCRIPTS[name] ?? '') : 'ABC' },
    });
  }

  /** @param {string} text */
  function typed(text) {
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }

  async function make() {
    const looks = document.createElement('link');
    looks.rel = 'stylesheet';
    looks.href = '/vendor/simple-keyboard/simple-keyboard.css';
    document.head.append(looks);
    const { default: Keyboard } = await import('/vendor/simple-keyboard/simple-keyboard.js');
    /** @type {Keys} */
    const keys = new Keyboard(keysAt, { layout: NUMBERS, display: WORDS, onChange: typed, onKeyPress: (button) => press(keys, button) });
    return keys;
  }

  /** @param {HTMLInputElement} target */
  async function show(target) {
    field = target;
    made ??= make();
    const keys = await made;
    latin = LATIN.has(target.type) || target.dir === 'ltr';
    await turn(keys);
    if (field !== target) return;
    keys.setInput(target.value);
    // A window that is open as a dialog lies above everything else: the keyboard goes into it.
    (target.closest('dialog') ?? document.body).append(box);
    box.setAttribute('aria-label', t('keyboard.label'));
    box.hidden = false;
    document.documentElement.dataset.typing = 'yes';
    target.scrollIntoView({ block: 'center' });
  }

  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches(TYPED)) show(target).catch(reportError);
    else if (field && !box.contains(/** @type {Node} */ (target))) hide();
  });
  document.addEventListener('input', ({ target, isTrusted }) => {
    if (isTrusted && target === field && field) made?.then((keys) => keys.setInput(field?.value ?? ''));
  });
}
