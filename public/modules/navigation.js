// THE table of the desk's pages: name, picture, words, and the modules of the list and of one thing in it. Whoever adds a
// page adds a row. A module exports `open`, which takes a DeskPage and returns what draws it.

/** @import { IconName } from '../components/icons.js' */
/** @import { DeskPage } from './desk.js' */

/** @typedef {{open: (page: DeskPage) => () => unknown}} PageModule */

/**
 * @typedef {object} PageEntry
 * @property {string} name in the address, and `data-tab`
 * @property {IconName} picture
 * @property {string} words key
 * @property {() => Promise<PageModule>} open
 * @property {() => Promise<PageModule>} [detail] of one thing
 * @property {boolean} [admin] for admins only
 */

/** @type {ReadonlyArray<PageEntry>} */
export const PAGES = [
  { name: 'dashboard', picture: 'home', words: 'nav.dashboard', open: () => import('./dashboard.js') },
  {
    name: 'stations',
    picture: 'building',
    words: 'stations.title',
    open: () => import('./charging-stations.js'),
    detail: () => import('./station-detail-view.js'),
  },
  {
    name: 'points',
    picture: 'plug',
    words: 'points.title',
    open: () => import('./charging-points.js'),
    detail: () => import('./charging-point-detail-view.js'),
  },
  {
    name: 'sessions',
    picture: 'bolt',
    words: 'sessions.title',
    open: () => import('./charging-sessions.js'),
    detail: () => import('./session-detail-view.js'),
  },
  {
    name: 'customers',
    picture: 'people',
    words: 'customers.title',
    open: () => import('./customers.js'),
    detail: () => import('./customer-detail-view.js'),
  },
  { name: 'cards', picture: 'card', words: 'cards.title', open: () => import('./id-tokens.js') },
  { name: 'tariffs', picture: 'tag', words: 'tariff.title', open: () => import('./tariff-management.js') },
  { name: 'topups', picture: 'wallet', words: 'topups.title', open: () => import('./topups.js') },
  {
    name: 'codes',
    picture: 'ticket',
    words: 'codes.title',
    open: () => import('./prepaid-codes.js'),
    detail: () => import('./prepaid-sheet.js'),
  },
  {
    name: 'shifts',
    picture: 'flag',
    words: 'shift.title',
    open: () => import('./shifts.js'),
    detail: () => import('./shift-detail.js'),
  },
  { name: 'alerts', picture: 'bell', words: 'alerts.title', open: () => import('./alerts.js') },
  { name: 'inbox', picture: 'inbox', words: 'inbox.title', open: () => import('./unknown-chargers.js') },
  { name: 'users', picture: 'key', words: 'users.title', open: () => import('./users.js'), admin: true },
  { name: 'settings', picture: 'gear', words: 'settings.title', open: () => import('./settings.js'), admin: true },
  { name: 'audit', picture: 'list', words: 'audit.title', open: () => import('./audit.js'), admin: true },
  { name: 'system', picture: 'server', words: 'system.title', open: () => import('./system.js') },
  { name: 'events', picture: 'pulse', words: 'events.title', open: () => import('./events.js') },
];

/** The page of a name; the first where there is none. @param {string | undefined} name */
export const pageOf = (name) => /** @type {PageEntry} */ (PAGES.find((page) => page.name === name) ?? PAGES[0]);
