// Copies the pinned client files from node_modules to public/vendor, with everything they import and their licences,
// and deletes what no longer belongs there. Nothing is bundled or rewritten: browsers load the files as they are.
import { mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const UI = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const PACKAGES = path.join(UI, 'node_modules');
const TARGET = path.resolve(UI, '..', 'public', 'vendor');

/**
 * Per package: where it lands below public/vendor, and its entry files (`from: to`).
 * @type {ReadonlyArray<{name: string, to: string, entries: Readonly<Record<string, string>>}>}
 */
const CLIENT_FILES = [
  {
    name: 'lit-html',
    to: 'lit-html',
    entries: { 'lit-html.js': 'lit-html.js', 'directives/repeat.js': 'directives/repeat.js', 'directives/if-defined.js': 'directives/if-defined.js' },
  },
  {
    name: 'socket.io-client',
    to: '.',
    // The second file is what the gateway serves as /socket.io/socket.io.js for clients that load a script.
    entries: { 'dist/socket.io.esm.min.js': 'socket.io.esm.min.js', 'dist/socket.io.min.js': 'socket.io.js' },
  },
  // Loaded only by a page that draws a curve, or shows a keyboard: the board stays small.
  { name: 'uplot', to: 'uplot', entries: { 'dist/uPlot.esm.js': 'uPlot.js', 'dist/uPlot.min.css': 'uPlot.css' } },
  {
    name: 'simple-keyboard',
    to: 'simple-keyboard',
    entries: { 'build/index.modern.esm.js': 'simple-keyboard.js', 'build/css/index.css': 'simple-keyboard.css' },
  },
  {
    name: 'simple-keyboard-layouts',
    to: 'simple-keyboard/layouts',
    entries: Object.fromEntries(
      ['arabic', 'english', 'french', 'german', 'hindi', 'spanish'].map((language) => [`build/layouts/${language}.js`, `${language}.js`]),
    ),
  },
  { name: 'uqr', to: 'uqr', entries: { 'dist/index.mjs': 'uqr.js' } },
  { name: '@tauri-apps/api', to: 'tauri', entries: { 'core.js': 'core.js' } },
  { name: '@fontsource-variable/inter', to: 'fonts/inter', entries: { 'index.css': 'index.css' } },
  { name: '@fontsource-variable/noto-sans-arabic', to: 'fonts/noto-sans-arabic', entries: { 'index.css': 'index.css' } },
  {
    name: '@fontsource-variable/noto-sans-devanagari',
    to: 'fonts/noto-sans-devanagari',
    entries: { 'index.css': 'index.css' },
  },
];

const IMPORTS = { '.js': /(?:from|import)\s*["'](\.[^"']+)["']/g, '.css': /url\(["']?(\.[^"')]+)["']?\)/g };
const SOURCE_MAP = /\n?(?:\/\/# sourceMappingURL=.*|\/\*# sourceMappingURL=.*\*\/)\s*$/;

/** @param {string} file @param {Buffer} content */
function relativeImports(file, content) {
  const pattern = IMPORTS[/** @type {keyof typeof IMPORTS} */ (path.extname(file))];
  return pattern ? [...content.toString('utf8').matchAll(pattern)].map((match) => String(match[1])) : [];
}

/** Source maps are not copied, so a file must not name one. @param {string} file @param {Buffer} content */
function withoutSourceMap(file, content) {
  return /\.(?:js|css)$/.test(file) ? Buffer.from(content.toString('utf8').replace(SOURCE_MAP, '\n')) : content;
}

/**
 * Adds a file and all it imports to `files` (target path → content).
 * @param {Map<string, Buffer>} files @param {string} from @param {string} to
 */
async function collect(files, from, to) {
  if (files.has(to)) return;
  const content = await readFile(from);
  files.set(to, withoutSourceMap(from, content));
  for (const target of relativeImports(from, content)) {
    await collect(files, path.resolve(path.dirname(from), target), path.join(path.dirname(to), target));
  }
}

/** @param {Map<string, Buffer>} files @param {string} folder @param {{name: string, to: string}} client */
async function collectLicences(files, folder, client) {
  const names = (await readdir(folder)).filter((name) => /^licen[cs]e/i.test(name));
  if (names.length === 0) throw new Error(`${client.name} has no licence file: it may not be shipped without one.`);
  const prefix = client.to === '.' ? `${client.name}.` : '';
  for (const name of names) files.set(path.join(client.to, `${prefix}${name}`), await readFile(path.join(folder, name)));
}

/** Writes only what changed, so that a running debug gateway never serves half a file. @param {Map<string, Buffer>} files */
async function write(files) {
  for (const [name, content] of files) {
    const file = path.join(TARGET, name);
    const old = await readFile(file).catch(() => null);
    if (old?.equals(content)) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** @param {Map<string, Buffer>} files @param {string} folder @returns {Promise<number>} how many files were deleted */
async function deleteStale(files, folder = TARGET) {
  let deleted = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      deleted += await deleteStale(files, full);
      if ((await readdir(full)).length === 0) await rmdir(full);
    } else if (!files.has(path.relative(TARGET, full))) {
      await rm(full);
      deleted += 1;
    }
  }
  return deleted;
}

/** @type {Map<string, Buffer>} */
const files = new Map();
for (const client of CLIENT_FILES) {
  const folder = path.join(PACKAGES, client.name);
  for (const [from, to] of Object.entries(client.entries)) {
    await collect(files, path.join(folder, from), path.join(client.to, to));
  }
  await collectLicences(files, folder, client);
}
await mkdir(TARGET, { recursive: true });
await write(files);
const deleted = await deleteStale(files);
const size = [...files.values()].reduce((sum, content) => sum + content.length, 0);
console.log(`public/vendor: ${files.size} files, ${Math.round(size / 1024)} KiB, ${deleted} stale files deleted`);
