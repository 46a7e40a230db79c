// What the desk knows at a glance beside its lists: the day's figures against last week's, the last charges, the gateway's
// health. Pure data. Sums of money are the gateway's.

/** @import { Dashboard, DayFigures, Health, Session } from '../../ui/types/api.d.ts' */
/** @import { GatewayStatusChanged, LiveEvent } from '../../ui/types/events.d.ts' */
/** @import { Row } from './charging-points-model.js' */

/** How many of the last charges are kept. */
export const LAST = 50;

export class OverviewModel {
  /** @type {DayFigures | null} */ today = null;
  /** @type {DayFigures | null} */ lastWeek = null;
  /** The last charges that are over, newest first. @type {Session[]} */ recent = [];
  /** @type {Health | null} */ health = null;
  /** The newest the gateway said of itself; null until it did. @type {GatewayStatusChanged | null} */ gateway = null;

  /** The day's figures as the gateway adds them up. @param {Dashboard} dashboard */
  count(dashboard) {
    this.today = dashboard.today;
    this.lastWeek = dashboard.sameDayLastWeek;
  }

  /** @param {Dashboard} dashboard @param {Health} health */
  reset(dashboard, health) {
    this.count(dashboard);
    this.recent = dashboard.recentSessions.filter(({ status }) => status === 'stopped' || status === 'failed');
    this.health = health;
    this.gateway = null;
  }

  get broker() {
    return this.gateway?.broker ?? this.health?.broker ?? 'down';
  }

  get database() {
    return this.gateway?.database ?? this.health?.database ?? 'down';
  }

  /**
   * Takes an event in. Returns whether anything changed.
   * @param {LiveEvent} event @param {Session | null} session the one it was about, as it is now
   * @param {string} day the site's, `2026-11-22`
   */
  apply(event, session, day) {
    if (event.type === 'revenue.updated') {
      // A single station's day is no business of the site's figures, nor is another day: a charge may end late.
      if (event.data.stationId || event.data.date !== day) return false;
      this.today = { revenue: event.data.revenue, energyWh: event.data.energyWh, sessions: event.data.sessions };
      return true;
    }
    if (event.type === 'gateway.status.changed') {
      this.gateway = event.data;
      return true;
    }
    if ((event.type !== 'charging.stopped' && event.type !== 'charging.failed') || !session) return false;
    this.recent = [structuredClone(session), ...this.recent.filter(({ id }) => id !== session.id)].slice(0, LAST);
    return true;
  }
}

const STATES = /** @type {const} */ (['available', 'occupied', 'unavailable', 'faulted', 'offline']);

/** How many charge points are in each state, in the order they are told. @param {Row[]} rows */
export function countStates(rows) {
  return STATES.map((status) => ({ status, count: rows.filter(({ point }) => point.status === status).length }));
}

/** By how much today is above or below last week, in percent; null where there is nothing to compare with. @param {number} today @param {number} before */
export function change(today, before) {
  return before > 0 ? Math.round(((today - before) / before) * 100) : null;
}

/** The site's day: of the zone that most of its stations are in. @param {{timeZone: string}[]} stations @param {string} timestamp */
export function siteDay(stations, timestamp) {
  /** @type {Map<string, number>} */
  const zones = new Map();
  stations.forEach(({ timeZone }) => zones.set(timeZone, (zones.get(timeZone) ?? 0) + 1));
  const [timeZone] = [...zones].toSorted(([, a], [, b]) => b - a)[0] ?? ['UTC'];
  // This language writes a day as the gateway does.
  return new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' }).format(new Date(timestamp));
}
