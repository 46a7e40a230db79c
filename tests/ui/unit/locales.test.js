// Words: every language has every key, no key is missing or unused, and placeholders agree. Fails when a page says a key
// that no language has, or a language keeps words that no page says.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, choose, fill } from '../../../public/utils/i18n.js';

const PUBLIC = fileURLToPath(new URL('../../../public/', import.meta.url));

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'vendor' ? [] : sources(full);
    return entry.name.endsWith('.js') ? [readFileSync(full, 'utf8')] : [];
  });
}

/** @param {string} language @returns {Record<string, string>} */
const locale = (language) => JSON.parse(readFileSync(path.join(PUBLIC, 'locales', `${language}.json`), 'utf8'));

const english = locale('en');
const code = sources(PUBLIC).join('\n');
const quoted = new Set(Array.from(code.matchAll(/'([a-z_]+\.[a-z_0-9]+)'/g), (match) => match[1]));

/** @param {string} text */
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test('every language that can be chosen has its file, and every file can be chosen', () => {
  const files = readdirSync(path.join(PUBLIC, 'locales')).map((name) => path.basename(name, '.json'));
  assert.deepEqual(files.sort(), Object.keys(LANGUAGES).sort());
});

test('a key that a page says has words', () => {
  const said = Array.from(code.matchAll(/\bt\(\s*([^),]+)/g), (match) => String(match[1]).trim());
  const literal = said.filter((argument) => argument.startsWith("'")).map((argument) => argument.slice(1, -1));
  assert.ok(literal.length > 20, 'the pages were read');
  for (const key of literal) assert.ok(key in english, `missing words: ${key}`);
  for (const argument of said) assert.ok(!argument.startsWith('`'), `a key must stand whole in the code: ${argument}`);
  const areas = new Set(Object.keys(english).map((key) => key.split('.')[0]));
  const tables = Array.from(code.matchAll(/(?:key: |\]?', )'([a-z_]+\.[a-z_]+)'|: '(problem\.[a-z_]+)'/g), (match) => match[1] ?? match[2] ?? '');
  for (const key of tables.filter((name) => areas.has(name.split('.')[0] ?? ''))) {
    assert.ok(key in english, `missing words: ${key}`);
  }
});

test('every key is said by a page', () => {
  for (const key of Object.keys(english)) assert.ok(quoted.has(key), `unused words: ${key}`);
});

for (const language of Object.keys(LANGUAGES)) {
  test(`${language} has the same keys and placeholders as English, and no empty words`, () => {
    const words = locale(language);
    assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(words)) {
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(placeholders(text), placeholders(english[key] ?? ''), key);
    }
  });
}

test('the first language the page speaks is chosen, whatever its region', () => {
  assert.equal(choose([null, 'pt-BR', 'de-AT', 'en']), 'de');
  assert.equal(choose(['xx']), 'en');
  assert.equal(choose(['constructor']), 'en', 'a name every object has is no language');
});

test('values are put into words, and an unknown placeholder stays visible', () => {
  assert.equal(fill('{free} of {total} free', { free: 2, total: 0 }), '2 of 0 free');
  assert.equal(fill('{other}', {}), '{other}');
});
