// A signed-in driver's own charges and money: fetched, followed, asked for and ended, over one subscription. What is known
// and how events change it is in my-charges-model.js and wallet-model.js, how it looks in the screens' modules.
import { ApiError, codeOf, get, list, postOnce } from '../../utils/api.js';
import { follow } from '../../utils/page.js';
import { live } from '../../utils/socket.js';
import { SeriesByName } from '../../utils/series.js';
import { MyChargesModel, isGoing, isRunning } from './my-charges-model.js';
import { WalletModel } from './wallet-model.js';

/** @import { Money, Session, SessionTaken, WalletObject, WalletTransactionObject } from '../../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../../ui/types/events.d.ts' */
/** @import { Pushed } from '../../utils/live-order.js' */

/** How many movements of money are fetched. */
const MOVED = 50;

/**
 * @param {object} page
 * @param {string} page.customer the driver's id
 * @param {() => void} page.changed
 * @param {(event: LiveEvent) => void} page.heard an event of a charge that changed it
 * @param {AbortSignal} page.signal
 */
export function followCharges({ customer, changed, heard, signal }) {
  const model = new MyChargesModel();
  const wallet = new WalletModel();
  const curves = new SeriesByName();
  /** The charge whose end is shown until the driver has seen it. @type {string | null} */
  let ended = null;
  /** @type {string | null} */
  let problem = null;
  /** How much more money a charge takes than there is. @type {Money | null} */
  let missing = null;
  let busy = false;

  async function snapshot() {
    const [sessions, money, moved] = await Promise.all([
      /** @type {typeof list<Session>} */ (list)('/api/user/sessions', signal),
      /** @type {typeof get<WalletObject>} */ (get)('/api/user/wallet/balance', signal),
      /** @type {typeof get<{items: WalletTransactionObject[]}>} */ (get)(`/api/user/wallet/transactions?limit=${MOVED}`, signal),
    ]);
    wallet.reset(money.data, moved.data.items);
    const going = model.active?.session.id ?? null;
    model.reset(sessions.data, performance.now());
    // It ended while the link was cut: the driver is told all the same.
    const found = model.find(going);
    if (found && !isGoing(found.session)) ended = going;
    return [sessions.live, money.live, moved.live];
  }

  /** The whole session with the lines of its bill; what is shown meanwhile is right, only shorter. @param {string} id */
  async function fetchEnd(id) {
    try {
      const { data } = await /** @type {typeof get<Session>} */ (get)(`/api/user/sessions/${encodeURIComponent(id)}`, signal);
      model.put(data, performance.now());
      changed();
    } catch (error) {
      problem = codeOf(error);
      changed();
    }
  }

  /** @param {Pushed} pushed */
  function onEvent(pushed) {
    const event = /** @type {LiveEvent} */ (pushed);
    if (wallet.apply(event)) changed();
    const session = model.apply(event, performance.now());
    if (session === null) return;
    if (event.type === 'meter.values' && typeof event.data.powerW === 'number') {
      curves.of(session.id).add(Date.parse(event.data.measuredAt) / 1000, event.data.powerW);
    }
    heard(event);
    if (event.type === 'charging.stopped' || event.type === 'charging.failed') {
      ended = session.id;
      if (event.type === 'charging.stopped') fetchEnd(session.id);
    }
    changed();
  }

  /** @param {string} path @param {unknown} body @returns {Promise<boolean>} whether the gateway took it */
  async function ask(path, body) {
    if (busy) return false;
    busy = true;
    problem = null;
    missing = null;
    changed();
    try {
      const { data } = await /** @type {typeof postOnce<SessionTaken>} */ (postOnce)(path, body);
      model.put(data.session, performance.now());
      if (!isGoing(data.session)) ended = data.session.id;
      return true;
    } catch (error) {
      problem = codeOf(error);
      missing = error instanceof ApiError ? error.missing : null;
      return false;
    } finally {
      busy = false;
      changed();
    }
  }

  const following = follow({ rooms: [`customer:${customer}`], snapshot, onEvent, changed, signal });
  const seconds = setInterval(() => {
    const active = model.active;
    if (active && isRunning(active.session) && live.state !== 'not_live') changed();
  }, 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));

  return {
    model,
    wallet,
    curves,
    following,
    get busy() {
      return busy;
    },
    get problem() {
      return problem;
    },
    get missing() {
      return missing;
    },
    get ended() {
      return model.find(ended);
    },
    /** What went wrong with the last wish has nothing to do with the next. */
    forget() {
      problem = null;
      missing = null;
    },
    /** The driver has seen the end. */
    dismiss() {
      ended = null;
      problem = null;
      changed();
    },
    /** @param {{chargePointId: string, connectorId: number, tariffVersion: number | null, limit: import('./limit-model.js').Limit | null, vehicleId?: string}} wish */
    start: (wish) => ask('/api/user/charging/start', wish),
    /** @param {string} sessionId */
    stop: (sessionId) => ask('/api/user/charging/stop', { sessionId }),
  };
}

/** @typedef {ReturnType<typeof followCharges>} MyCharges */
