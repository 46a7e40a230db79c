// An on-screen keyboard for a station's screen, drawn by simple-keyboard: the system's own does not come up above a
// full-screen window. It comes with the first field that is touched; a keyboard on the desk works beside it.
import { isStationScreen } from '../utils/host.js';
import { t } from '../utils/i18n.js';

/** @typedef {import('/vendor/simple-keyboard/simple-keyboard.js').default} Keys */

const LETTERS = {
  default: ['1 2 3 4 5 6 7 8 9 0 {bksp}', 'q w e r t y u i o p', 'a s d f g h j k l', '{shift} z x c v b n m {done}', '@ . - _ {space} + # ! ?'],
  shift: ['1 2 3 4 5 6 7 8 9 0 {bksp}', 'Q W E R T Y U I O P', 'A S D F G H J K L', '{shift} Z X C V B N M {done}', '@ . - _ {space} + # ! ?'],
};
const NUMBERS = { default: ['1 2 3', '4 5 6', '7 8 9', '+ 0 {bksp}', '{done}'] };
const WORDS = { '{bksp}': '⌫', '{shift}': '⇧', '{space}': '␣', '{done}': '✓' };
const NUMERIC = new Set(['tel', 'number']);
const TYPED = 'input:not([type=checkbox]):not([type=radio]):not([readonly]), textarea';

/** Starts it, where the screen is a station's. */
export function keyboard() {
  if (!isStationScreen()) return;
  /** @type {Promise<Keys> | null} */
  let made = null;
  /** @type {HTMLInputElement | null} */
  let field = null;
  let shifted = false;
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
    if (button !== '{shift}' && !shifted) return;
    shifted = button === '{shift}' && !shifted;
    keys.setOptions({ layoutName: shifted ? 'shift' : 'default' });
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
    const keys = new Keyboard(keysAt, { layout: LETTERS, display: WORDS, onChange: typed, onKeyPress: (button) => press(keys, button) });
    return keys;
  }

  /** @param {HTMLInputElement} target */
  async function show(target) {
    field = target;
    made ??= make();
    const keys = await made;
    if (field !== target) return;
    shifted = false;
    keys.setOptions({ layout: NUMERIC.has(target.type) ? NUMBERS : LETTERS, layoutName: 'default' });
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
