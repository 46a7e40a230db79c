// What the desk knows of alerts: those that stand, from a snapshot and then from events, as pure data.

/** @import { AlertObject } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../ui/types/events.d.ts' */

const URGENCY = ['critical', 'warning', 'info'];

export class AlertsModel {
  /** @type {Map<string, AlertObject>} */ #open = new Map();

  /** @param {AlertObject[]} alerts those that stand */
  reset(alerts) {
    this.#open = new Map(alerts.map((alert) => [alert.id, alert]));
  }

  /** The most urgent first, then the newest. */
  get rows() {
    return [...this.#open.values()].sort(
      (a, b) => URGENCY.indexOf(a.severity) - URGENCY.indexOf(b.severity) || b.raisedAt.localeCompare(a.raisedAt),
    );
  }

  get count() {
    return this.#open.size;
  }

  /** Takes in what REST answered. @param {AlertObject} alert */
  put(alert) {
    if (alert.clearedAt) this.#open.delete(alert.id);
    else this.#open.set(alert.id, alert);
  }

  /** Takes an event in. Returns whether anything changed. @param {LiveEvent} event */
  apply(event) {
    if (event.type === 'alert.cleared') return this.#open.delete(event.data.alert.id);
    if (event.type !== 'alert.raised') return false;
    this.#open.set(event.data.alert.id, event.data.alert);
    return true;
  }
}
