// Writes the pages' types from the generated contract: `npm run types -- JSON_DIR OUT_DIR` reads openapi.json and
// asyncapi.json and writes api.d.ts (objects of the REST API) and events.d.ts (envelope and data of every event).
// One generator reads both files because both hold JSON Schema 2020-12; the same input always gives the same bytes.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compile } from 'json-schema-to-typescript';

/** @typedef {import('json-schema-to-typescript').JSONSchema} JSONSchema */

const REF = /^#\/components\/schemas\/([^/]+)$/;
const OPTIONS = { bannerComment: '', additionalProperties: false, strictIndexSignatures: true };

/**
 * Points references at `definitions` and drops what stands beside them: the compiler would make a second type of the
 * same shape for a reference with a description.
 * @param {unknown} node @returns {any}
 */
function localRefs(node) {
  if (Array.isArray(node)) return node.map(localRefs);
  if (node === null || typeof node !== 'object') return node;
  if ('$ref' in node) return { $ref: `#/definitions/${schemaName(String(node.$ref))}` };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, localRefs(value)]));
}

/** @param {string} ref */
function schemaName(ref) {
  const name = REF.exec(ref)?.[1];
  if (name === undefined) throw new Error(`reference ${ref}: only #/components/schemas/… is understood`);
  return name;
}

/** The definitions in the order of their names, each titled by its name. @param {Record<string, unknown>} schemas */
function definitions(schemas) {
  return Object.fromEntries(
    Object.keys(schemas)
      .sort()
      .map((name) => [name, { ...localRefs(schemas[name]), title: name }]),
  );
}

/**
 * One interface whose properties are the named schemas; through it the compiler reaches, and writes, all of them.
 * @param {string} title @param {string} description @param {Record<string, string>} members property → schema name
 * @param {Record<string, unknown>} schemas
 */
async function index(title, description, members, schemas) {
  const keys = Object.keys(members).sort();
  /** @type {JSONSchema} */
  const root = {
    title,
    description,
    type: 'object',
    required: keys,
    properties: Object.fromEntries(keys.map((key) => [key, { $ref: `#/definitions/${members[key]}` }])),
    definitions: definitions(schemas),
  };
  return compile(root, title, OPTIONS);
}

/** @param {string} file */
async function schemasOf(file) {
  const document = JSON.parse(await readFile(file, 'utf8'));
  const schemas = document.components?.schemas;
  if (!schemas) throw new Error(`${file} has no components.schemas`);
  return { document, schemas };
}

/** @param {string} source */
const header = (source) => `// Generated from ${source} by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.\n\n`;

/** @param {string} jsonDir */
async function apiTypes(jsonDir) {
  const { schemas } = await schemasOf(path.join(jsonDir, 'openapi.json'));
  const members = Object.fromEntries(Object.keys(schemas).map((name) => [name, name]));
  return header('openapi.json') + (await index('ApiObjects', 'Every object of the REST API by its name.', members, schemas));
}

/** The data's schema of one message: the part of its envelope that the type decides. @param {any} message */
function dataRef(message) {
  const parts = message.payload?.allOf ?? [];
  return String(parts.find((/** @type {any} */ part) => part.properties?.data)?.properties.data.$ref);
}

/** @param {string} jsonDir */
async function eventTypes(jsonDir) {
  const { document, schemas } = await schemasOf(path.join(jsonDir, 'asyncapi.json'));
  /** @type {Record<string, string>} */
  const members = {};
  for (const [type, message] of Object.entries(document.components.messages ?? {})) {
    members[type] = schemaName(dataRef(message));
  }
  if (!('Envelope' in schemas)) throw new Error('asyncapi.json has no schema Envelope');
  const reached = await index('EventData', "Every event type with its data.", members, schemas);
  const envelope = /export (?:interface|type) Envelope\b/.test(reached)
    ? ''
    : await compile({ ...localRefs(schemas.Envelope), title: 'Envelope' }, 'Envelope', OPTIONS);
  return `${header('asyncapi.json')}${reached}${envelope}
/** One event as a page receives it: the envelope with the data that belongs to its type. */
export type LiveEvent = {
  [Type in keyof EventData]: Omit<Envelope, 'type' | 'data'> & { type: Type; data: EventData[Type] };
}[keyof EventData];
`;
}

const [jsonDir, outDir] = process.argv.slice(2);
if (!jsonDir || !outDir) {
  console.error('usage: npm run types -- JSON_DIR OUT_DIR');
  process.exit(2);
}
await mkdir(outDir, { recursive: true });
await writeFile(path.join(outDir, 'api.d.ts'), await apiTypes(jsonDir));
await writeFile(path.join(outDir, 'events.d.ts'), await eventTypes(jsonDir));
