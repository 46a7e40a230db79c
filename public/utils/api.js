// The REST API as pages call it: bearer token, problem+json as typed errors, and each snapshot's place in the live
// stream. Pages branch on `code`, never on text. Not for live events: that is socket.js.
import { backoff, pause } from './patience.js';

/** @import { Money } from '../../ui/types/api.d.ts' */
/** @import { Position } from './live-order.js' */
/** @typedef {'cms' | 'user'} Area which half of the API; each has its own sign-in */
/** @template T @typedef {{data: T, live: Position | null}} Answer */
/** @template T @typedef {{items: T[], page: number, limit: number, total: number}} Page */

const PATIENCE_MS = 15_000;
/** The most a list gives at once. */
const PAGE_SIZE = 100;
/** How often a request is sent whose answer never came; the gateway does it once all the same. */
const TRIES = 3;

/** What the gateway refused, or `client.*` where it could not be asked. */
export class ApiError extends Error {
  /** @param {{code: string, status: number, title?: string, detail?: string, errors?: {pointer: string}[], missing?: Money}} problem */
  constructor({ code, status, title, detail, errors, missing }) {
    super(detail ?? title ?? code);
    this.code = code;
    this.status = status;
    /** Which field of the body it is about, `/email`; null where none is named. */
    this.pointer = errors?.[0]?.pointer ?? null;
    /** How much more money it takes; null where it is not about money. */
    this.missing = missing ?? null;
  }
}

/** @type {Map<Area, () => void>} */
const signedOut = new Map();

/** @param {Area} area */
const tokenKey = (area) => `forecourt.${area}.token`;

/** @param {string} path @returns {Area} */
const areaOf = (path) => (path.startsWith('/api/user/') ? 'user' : 'cms');

/** The token of an area; null when nobody is signed in. @param {Area} area */
export function tokenOf(area) {
  return sessionStorage.getItem(tokenKey(area));
}

/** @param {Area} area @param {string | null} token */
export function keepToken(area, token) {
  if (token === null) sessionStorage.removeItem(tokenKey(area));
  else sessionStorage.setItem(tokenKey(area), token);
}

/** Who is told when a token is no longer good. @param {Area} area @param {() => void} listener */
export function onSignedOut(area, listener) {
  signedOut.set(area, listener);
}

/** Forgets the token and tells the page. @param {Area} area */
export function signOut(area) {
  keepToken(area, null);
  signedOut.get(area)?.();
}

/** @param {Response} response */
async function problem(response) {
  const body = await response.json().catch(() => null);
  const code = typeof body?.code === 'string' ? body.code : 'client.unreadable';
  return new ApiError({ ...body, code, status: response.status });
}

/** @param {Headers} headers @returns {Position | null} */
function position(headers) {
  const stream = headers.get('Live-Stream');
  const seq = Number.parseInt(headers.get('Live-Seq') ?? '', 10);
  return stream !== null && Number.isSafeInteger(seq) ? { stream, seq } : null;
}

/** @param {string} path @param {RequestInit} init @returns {Promise<Response>} */
async function send(path, init) {
  try {
    return await fetch(path, { ...init, cache: 'no-store', credentials: 'omit' });
  } catch (error) {
    if (init.signal?.reason instanceof DOMException && init.signal.reason.name === 'AbortError') throw error;
    throw new ApiError({ code: 'client.unreachable', status: 0 });
  }
}

/**
 * @param {string} method @param {string} path @param {{body?: unknown, signal?: AbortSignal, key?: string}} options
 * @returns {Promise<Answer<any>>}
 */
async function request(method, path, { body, signal, key }) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const soon = signal ? AbortSignal.any([signal, patience]) : patience;
  const response = await answered(method, path, 'application/json', { body, signal: soon, key });
  const empty = response.status === 204;
  return { data: empty ? null : await response.json(), live: position(response.headers) };
}

/**
 * @param {string} method @param {string} path @param {string} accept @param {{body?: unknown, signal?: AbortSignal | undefined, key?: string | undefined}} options
 * @returns {Promise<Response>} one that says yes
 */
async function answered(method, path, accept, { body, signal, key }) {
  const area = areaOf(path);
  const token = tokenOf(area);
  const headers = new Headers({ Accept: accept });
  if (token !== null) headers.set('Authorization', `Bearer ${token}`);
  // The gateway takes nothing that another site's form could send: also what has no body says that it is JSON.
  if (method !== 'GET') headers.set('Content-Type', 'application/json');
  if (key !== undefined) headers.set('Idempotency-Key', key);
  const response = await send(path, {
    method,
    headers,
    ...(signal ? { signal } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    const refused = await problem(response);
    // A wrong password says nothing of the token. And only the one in use may be given up: by now somebody else may have signed in.
    const over = response.status === 401 && refused.code !== 'auth.invalid_credentials';
    if (over && token !== null && tokenOf(area) === token) signOut(area);
    throw refused;
  }
  return response;
}

/** A file, as long as it may take: whoever asked sees the browser save it. @param {string} path */
export async function fetchFile(path) {
  return (await answered('GET', path, 'text/csv, application/pdf', {})).blob();
}

/** @template T @param {string} path @param {AbortSignal} [signal] @returns {Promise<Answer<T>>} */
export function get(path, signal) {
  return request('GET', path, signal ? { signal } : {});
}

/** @template T @param {string} path @param {unknown} [body] @returns {Promise<Answer<T>>} */
export function post(path, body) {
  return request('POST', path, { body });
}

/** @template T @param {string} path @param {unknown} body @returns {Promise<Answer<T>>} */
export function put(path, body) {
  return request('PUT', path, { body });
}

/** @param {string} path @returns {Promise<Answer<null>>} */
export function remove(path) {
  return request('DELETE', path, {});
}

/** Text that nobody else makes. `randomUUID` is missing where the page came over plain HTTP from another machine. */
function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Posts what must happen once: a lost answer is asked for again under the same key.
 * @template T @param {string} path @param {unknown} body @returns {Promise<Answer<T>>}
 */
export async function postOnce(path, body) {
  const key = freshKey();
  for (let tries = 1; ; tries += 1) {
    try {
      return await request('POST', path, { body, key });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'client.unreachable' || tries === TRIES) throw error;
      await pause(backoff(tries));
    }
  }
}

/** The code of what went wrong, for people to be told. @param {unknown} error */
export function codeOf(error) {
  return error instanceof ApiError ? error.code : 'client.unreadable';
}

/**
 * A whole list, page by page. Its position is the first page's: later changes are told as events.
 * @template T @param {string} path without a query @param {AbortSignal} [signal] @returns {Promise<Answer<T[]>>}
 */
export async function list(path, signal) {
  /** @param {number} number @returns {Promise<Answer<Page<T>>>} */
  const page = (number) => get(`${path}?limit=${PAGE_SIZE}&page=${number}`, signal);
  const { data, live } = await page(1);
  const items = [...data.items];
  for (let number = 2; items.length < data.total; number += 1) {
    const more = (await page(number)).data.items;
    if (more.length === 0) break;
    items.push(...more);
  }
  return { data: items, live };
}
