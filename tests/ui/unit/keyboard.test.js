// The on-screen keyboard's keys: in each language every letter of its alphabet, each key once, and what addresses and
// passwords take. The layouts are the package's own files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOtherScript, keysOf } from '../../../public/components/keyboard-layout.js';
import { LANGUAGES } from '../../../public/utils/i18n.js';

/** @typedef {import('../../../public/utils/i18n.js').Language} Language */

/** @type {Record<Language, [string, string]>} */
const ALPHABETS = {
  en: ['english', 'abcdefghijklmnopqrstuvwxyz'],
  de: ['german', 'abcdefghijklmnopqrstuvwxyzäöüß'],
  fr: ['french', 'abcdefghijklmnopqrstuvwxyzéèêçàù'],
  es: ['spanish', 'abcdefghijklmnopqrstuvwxyzñáéíóúü'],
  hi: ['hindi', 'अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहािीुूृेैोौंँः्'],
  ar: ['arabic', 'ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآؤئىة'],
};

/** @param {string} name @returns {Promise<any>} */
const printed = async (name) => (await import(`../../../ui/node_modules/simple-keyboard-layouts/build/layouts/${name}.js`)).default.layout;

/** @param {string[]} rows */
const keys = (rows) => rows.flatMap((row) => row.split(' '));

for (const language of /** @type {Language[]} */ (Object.keys(LANGUAGES))) {
  test(`${language} has its alphabet, digits and signs on the keys`, async () => {
    const [name, alphabet] = ALPHABETS[language];
    const layout = keysOf(await printed(name), language);
    const all = new Set([...keys(layout.default), ...keys(layout.shift)].flatMap((key) => (key.startsWith('{') ? [] : [...key])));
    for (const letter of alphabet) assert.ok(all.has(letter), `${letter} is missing`);
    for (const layer of [layout.default, layout.shift]) {
      const there = keys(layer);
      for (const key of ['0', '9', '@', '.', '-', '_', '{bksp}', '{space}', '{done}', '{shift}']) assert.ok(there.includes(key), `${key} is missing`);
      assert.deepEqual(there, [...new Set(there)], 'each key once');
      assert.ok(layer.every((row) => row.split(' ').length <= 13), 'a finger finds room on every key');
      assert.equal(there.includes('{script}'), isOtherScript(language), 'a way to Latin letters where there are others');
    }
    if (!isOtherScript(language)) assert.ok(keys(layout.shift).includes('Q'), 'the second layer has the capitals');
  });
}

test('Latin letters lead back to another script', async () => {
  const layout = keysOf(await printed('english'), 'en', true);
  assert.ok(keys(layout.default).includes('{script}'));
  assert.ok(keys(layout.shift).includes('{script}'));
});
