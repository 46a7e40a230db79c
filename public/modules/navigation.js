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
 * @property {boolean} [whole] for users of the whole site only: it is about more than one organisation's stations
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
    whole: true,
  },
  { name: 'cards', picture: 'card', words: 'cards.title', open: () => import('./id-tokens.js'), whole: true },
  { name: 'tariffs', picture: 'tag', words: 'tariff.title', open: () => import('./tariff-management.js') },
  { name: 'topups', picture: 'wallet', words: 'topups.title', open: () => import('./topups.js'), whole: true },
  {
    name: 'codes',
    picture: 'ticket',
    words: 'codes.title',
    open: () => import('./prepaid-codes.js'),
    detail: () => import('./prepaid-sheet.js'),
    whole: true,
  },
  {
    name: 'shifts',
    picture: 'flag',
    words: 'shift.title',
    open: () => import('./shifts.js'),
    detail: () => import('./shift-detail.js'),
    whole: true,
  },
  { name: 'alerts', picture: 'bell', words: 'alerts.title', open: () => import('./alerts.js') },
  { name: 'inbox', picture: 'inbox', words: 'inbox.title', open: () => import('./unknown-chargers.js'), whole: true },
  { name: 'organizations', picture: 'briefcase', words: 'organizations.title', open: () => import('./organizations.js'), admin: true, whole: true },
  { name: 'users', picture: 'key', words: 'users.title', open: () => import('./users.js'), admin: true, whole: true },
  { name: 'settings', picture: 'gear', words: 'settings.title', open: () => import('./settings.js'), admin: true, whole: true },
  { name: 'audit', picture: 'list', words: 'audit.title', open: () => import('./audit.js'), admin: true, whole: true },
  { name: 'system', picture: 'server', words: 'system.title', open: () => import('./system.js'), whole: true },
  { name: 'events', picture: 'pulse', words: 'events.title', open: () => import('./events.js') },
];

/**
 * The pages that somebody may open. The gateway decides what they show; this only spares the way there.
 * @param {string} role @param {string | null} organization null: the whole site
 */
export const pagesFor = (role, organization) => PAGES.filter(({ admin, whole }) => (!admin || role === 'admin') && (!whole || organization === null));

/** The page of a name; the first where there is none. @param {string | undefined} name */
export const pageOf = (name) => /** @type {PageEntry} */ (PAGES.find((page) => page.name === name) ?? PAGES[0]);
