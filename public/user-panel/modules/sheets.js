// The two choices of the first screen, as windows with big buttons: the language, and how the page is to be shown.
// Choosing never loses the place.
import { html } from '/vendor/lit-html/lit-html.js';
import { dialog } from '../../components/dialog.js';
import { icon } from '../../components/icons.js';
import { SIZES, comfort, setComfort } from '../../utils/comfort.js';
import { decimal } from '../../utils/format.js';
import { isStationScreen } from '../../utils/host.js';
import { LANGUAGES, language, setLanguage, t } from '../../utils/i18n.js';
import { setTheme, theme } from '../../utils/theme.js';

/** @import { Language } from '../../utils/i18n.js' */
/** @import { Theme } from '../../utils/theme.js' */

/** @type {ReadonlyArray<readonly [Theme, string]>} */
const THEME_WORDS = [
  ['auto', 'theme.auto'],
  ['light', 'theme.light'],
  ['dark', 'theme.dark'],
  ['contrast', 'theme.contrast'],
];

/** @param {() => void} changed */
export function sheets(changed) {
  /** @type {'language' | 'display' | null} */
  let open = null;

  /** @param {typeof open} next */
  function turn(next) {
    open = next;
    changed();
  }
  const close = () => turn(null);

  /** @param {Language} name */
  function speak(name) {
    setLanguage(name).then(close, reportError);
  }

  /** @param {() => void} act */
  const choose = (act) => () => {
    act();
    changed();
  };

  const languages = () => html`<div class="choices">
    ${Object.entries(LANGUAGES).map(([code, name]) => html`<button class="option" lang=${code} data-language=${code}
      aria-pressed=${String(code === language())} ?autofocus=${code === language()} @click=${() => speak(/** @type {Language} */ (code))}><span>${name}</span>${code === language() ? icon('check') : null}</button>`)}
  </div>`;

  function display() {
    const { size, low, patient } = comfort();
    return html`<div class="sheet">
      <h3>${t('page.theme')}</h3>
      <div class="choices">${THEME_WORDS.map(([name, key]) => option(`theme-${name}`, name === theme(), t(key), choose(() => setTheme(name))))}</div>
      <h3>${t('comfort.size')}</h3>
      <div class="choices">${SIZES.map((percent) => option(`size-${percent}`, percent === size, `${decimal(String(percent), language())} %`, choose(() => setComfort({ size: percent }))))}</div>
      <h3>${t('comfort.more')}</h3>
      <div class="choices">
        ${option('low', low, t('comfort.low'), choose(() => setComfort({ low: !low })))}
        ${isStationScreen() ? option('patient', patient, t('comfort.patient'), choose(() => setComfort({ patient: !patient }))) : null}
      </div>
    </div>`;
  }

  return {
    close,
    buttons: () => html`<button class="tab" data-act="language" aria-haspopup="dialog" @click=${() => turn('language')}>${icon('globe')}<span>${LANGUAGES[language()]}</span></button>
      <button class="tab" data-act="display" aria-haspopup="dialog" @click=${() => turn('display')}>${icon('access')}<span>${t('page.theme')}</span></button>`,
    view() {
      if (open === 'language') return dialog({ name: 'language', title: t('page.language'), body: languages(), close });
      return open === 'display' ? dialog({ name: 'display', title: t('comfort.title'), body: display(), close }) : null;
    },
  };
}

/** @param {string} name @param {boolean} on @param {string} words @param {() => void} act */
const option = (name, on, words, act) => html`<button class="option" data-option=${name} aria-pressed=${String(on)} ?autofocus=${on && name.startsWith('theme')} @click=${act}>
  <span>${words}</span>${on ? icon('check') : null}
</button>`;
