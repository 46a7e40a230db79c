// What the whole desk knows, over one subscription that outlives the pages: turning a page shows at once what is so, and
// is never a cut. Pages draw from it; those with lists of thousands ask the gateway page by page (utils/server-list.js).
import { get, list } from '../utils/api.js';
import { follow } from '../utils/page.js';
import { SeriesByName } from '../utils/series.js';
import { AlertsModel } from './alerts-model.js';
import { ChargingPointsModel, summary } from './charging-points-model.js';
import { SessionsModel, StationsModel } from './desk-model.js';
import { OverviewModel, siteDay } from './overview-model.js';
import { organization } from './sign-in.js';

/** @import { AlertObject, Dashboard, Health, Session } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint, LiveEvent, Station } from '../../ui/types/events.d.ts' */
/** @import { EventLog } from '../utils/event-log-model.js' */
/** @import { Pushed } from '../utils/live-order.js' */

const ROOMS = ['cms', 'cms:dashboard', 'cms:stations', 'cms:points', 'cms:sessions', 'cms:alerts', 'cms:system', 'cms:customers', 'cms:tariffs'];

/** The name of the curve of the whole site among those of charge points. */
export const SITE = 'site';

/**
 * Follows everything until the signal aborts.
 * @param {{changed: () => void, heard: (event: Pushed) => void, signal: AbortSignal}} page heard: every event, once
 */
export function openDesk({ changed, heard, signal }) {
  const points = new ChargingPointsModel();
  const stations = new StationsModel();
  const sessions = new SessionsModel();
  const alerts = new AlertsModel();
  const overview = new OverviewModel();
  const curves = new SeriesByName();
  let counting = false;
  let countAgain = false;
  /** @type {Set<(event: LiveEvent) => void>} */
  const listeners = new Set();

  async function snapshot() {
    const [places, boxes, running, open, dashboard, health] = await Promise.all([
      /** @type {typeof list<Station>} */ (list)('/api/cms/stations', signal),
      /** @type {typeof list<ChargingPoint>} */ (list)('/api/cms/charging-points', signal),
      /** @type {typeof list<Session>} */ (list)('/api/cms/sessions/active', signal),
      /** @type {typeof get<{items: AlertObject[]}>} */ (get)('/api/cms/alerts?status=open&limit=100', signal),
      /** @type {typeof get<Dashboard>} */ (get)('/api/cms/dashboard', signal),
      /** @type {typeof get<Health>} */ (get)('/health/ready', signal),
    ]);
    const now = performance.now();
    stations.reset(places.data);
    points.reset(boxes.data, running.data, now);
    sessions.reset(running.data, now);
    alerts.reset(open.data.items);
    overview.reset(dashboard.data, health.data);
    return [places.live, boxes.live, running.live, open.live, dashboard.live];
  }

  /** @param {Pushed} pushed */
  function onEvent(pushed) {
    heard(pushed);
    const event = /** @type {LiveEvent} */ (pushed);
    const now = performance.now();
    const session = sessions.take(event, now);
    if (session && session.stationName === '') name(session);
    const moved = [points.apply(event, now), stations.apply(event), session !== null, alerts.apply(event), overview.apply(event, session, event.type === 'revenue.updated' ? siteDay(stations.all, event.timestamp) : '')];
    if (event.type === 'meter.values' || event.type === 'charging.stopped') measure(event);
    if (event.type === 'revenue.updated' && event.data.stationId && organization() !== null) countDay();
    listeners.forEach((listener) => listener(event));
    if (moved.includes(true)) changed();
  }

  /** What the day brought one organisation: its events tell of single stations, and sums of money are the gateway's. */
  async function countDay() {
    countAgain = counting;
    if (counting) return;
    counting = true;
    try {
      do {
        countAgain = false;
        overview.count((await /** @type {typeof get<Dashboard>} */ (get)('/api/cms/dashboard', signal)).data);
        changed();
      } while (countAgain);
    } catch {
      // The next charge that ends asks again.
    }
    counting = false;
  }

  /** A charge that was first heard of in an event has ids only. @param {Session} session */
  function name(session) {
    session.stationName = stations.find(session.stationId)?.name ?? '';
    session.chargePointName = points.find(session.chargePointId)?.name ?? '';
  }

  /** @param {Extract<LiveEvent, {type: 'meter.values' | 'charging.stopped'}>} event */
  function measure(event) {
    const second = Math.floor(Date.parse(event.timestamp) / 1000);
    const rows = points.all;
    const here = rows.find(({ point }) => point.id === event.data.chargePointId)?.running ?? [];
    curves.of(event.data.chargePointId).add(second, here.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0));
    curves.of(SITE).add(second, summary(rows).powerW);
  }

  const following = follow({ rooms: ROOMS, snapshot, onEvent, changed, signal });

  return {
    points,
    stations,
    sessions,
    alerts,
    overview,
    curves,
    following,
    /** Every event, after the desk took it in. @param {(event: LiveEvent) => void} listener @param {AbortSignal} until */
    listen(listener, until) {
      listeners.add(listener);
      until.addEventListener('abort', () => listeners.delete(listener));
    },
  };
}

/** @typedef {ReturnType<typeof openDesk>} Desk */

/**
 * What every page of the desk is opened with.
 * @typedef {object} DeskPage
 * @property {Desk} desk
 * @property {string} id what the page is about, where it is about one thing
 * @property {() => void} changed
 * @property {AbortSignal} signal aborts when the page is left
 * @property {boolean} mayChange whether whoever is signed in may change anything
 * @property {boolean} wholeSite whether whoever is signed in sees the whole site, not one organisation's stations alone
 * @property {(tone: 'free' | 'bad', words: string) => void} tell shows a short notice
 * @property {EventLog} log the newest events as they came
 */
