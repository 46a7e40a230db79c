// Language and theme, on the first screen of every page. Switching never loses the place: only words and colours change.
import { html } from '/vendor/lit-html/lit-html.js';
import { LANGUAGES, language, setLanguage, t } from '../utils/i18n.js';
import { setTheme, theme } from '../utils/theme.js';
import { icon } from './icons.js';

/** @import { Language } from '../utils/i18n.js' */
/** @import { Theme } from '../utils/theme.js' */

const THEME_WORDS = /** @type {const} */ ([
  ['auto', 'theme.auto'],
  ['light', 'theme.light'],
  ['dark', 'theme.dark'],
  ['contrast', 'theme.contrast'],
]);

/** @param {Event} event */
const chosen = (event) => /** @type {HTMLSelectElement} */ (event.currentTarget).value;

/** @param {Event} event */
function switchLanguage(event) {
  setLanguage(/** @type {Language} */ (chosen(event))).catch(reportError);
}

/** @param {Event} event */
function switchTheme(event) {
  setTheme(/** @type {Theme} */ (chosen(event)));
}

/** The two switches. */
export function preferences() {
  return html`<div class="preferences">
    <label class="choice" title=${t('page.language')}>
      ${icon('globe')}<span class="unseen">${t('page.language')}</span>
      <select @change=${switchLanguage}>
        ${Object.entries(LANGUAGES).map(
          ([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === language()}>${name}</option>`,
        )}
      </select>
    </label>
    <label class="choice" title=${t('page.theme')}>
      ${icon('contrast')}<span class="unseen">${t('page.theme')}</span>
      <select @change=${switchTheme}>
        ${THEME_WORDS.map(
          ([name, key]) => html`<option value=${name} ?selected=${name === theme()}>${t(key)}</option>`,
        )}
      </select>
    </label>
  </div>`;
}
