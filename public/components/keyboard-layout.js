// What stands on the keys of the on-screen keyboard, in each language: letters as the country's keyboards have them
// (simple-keyboard-layouts), between digits and the signs that addresses and passwords take. Pure data.

/** @typedef {{default: string[], shift: string[]}} Rows */
/** @typedef {{[name: string]: string[]}} Printed rows of keys by the name of their layer */
/** @typedef {import('../utils/i18n.js').Language} Language */

/** Written in another script: a key leads to Latin letters and back. */
const OTHER_SCRIPT = new Set(['hi', 'ar']);
/** Letters that a desk's keyboard puts together out of two presses. @type {Partial<Record<Language, string[]>>} */
const MORE = { fr: ['ê'], es: ['á', 'é', 'í', 'ó', 'ú', 'ü'] };
/** So many are put behind others; more have a row of their own. */
const FEW = 2;

const LATIN_LETTER = /^\p{L}$/u;
const ANY_LETTER = /^[\p{L}\p{M}]+$/u;

/** Whether a language's letters are not Latin. @param {string} language */
export const isOtherScript = (language) => OTHER_SCRIPT.has(language);

/** The four rows of letters, whatever else stands there. @param {string[]} rows @param {RegExp} letter */
const letters = (rows, letter) => rows.slice(0, 4).map((row) => row.split(' ').filter((key) => letter.test(key)));

/** The capital of a letter; one that has none of its own stays. @param {string} letter */
function capital(letter) {
  const upper = letter.toLocaleUpperCase();
  return [...upper].length === 1 ? upper : letter;
}

/** A top row of few letters ends the third one instead. @param {string[][]} rows */
const settled = ([top = [], second = [], third = [], last = []]) => (top.length > FEW ? [top, second, third, last] : [[], second, [...third, ...top], last]);

/** @param {string[][]} keys the top row, which may be empty, and three more @param {boolean} script whether there is a key for the other script */
function rows([top = [], second = [], third = [], last = []], script) {
  return [
    '1 2 3 4 5 6 7 8 9 0 {bksp}',
    ...(top.length > 0 ? [top.join(' ')] : []),
    second.join(' '),
    third.join(' '),
    ['{shift}', ...last, '{done}'].join(' '),
    [...(script ? ['{script}'] : []), '@ . - _ {space} + # ! ?'].join(' '),
  ];
}

/**
 * The keys of a language.
 * @param {Printed} printed as simple-keyboard-layouts has them @param {Language} language
 * @param {boolean} [script] whether Latin letters lead back to another script
 * @returns {Rows}
 */
export function keysOf(printed, language, script = false) {
  const { default: plain = [], shift = [] } = printed;
  if (isOtherScript(language)) {
    return { default: rows(settled(letters(plain, ANY_LETTER)), true), shift: rows(settled(letters(shift, ANY_LETTER)), true) };
  }
  const [top = [], second = [], third = [], last = []] = letters(plain, LATIN_LETTER);
  const above = letters(shift.slice(0, 1), LATIN_LETTER).flat();
  const known = [...second, ...third, ...last];
  const more = [...new Set([...top, ...above, ...(MORE[language] ?? [])])].filter((letter) => !known.includes(letter));
  const small = settled([more, second, third, last]);
  return { default: rows(small, script), shift: rows(small.map((row) => row.map(capital)), script) };
}
