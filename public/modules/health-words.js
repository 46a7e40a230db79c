// How the gateway's parts are, in colour, picture and word.
import { t } from '../utils/i18n.js';

/** @import { IconName } from '../components/icons.js' */

/** @typedef {{tone: string, picture: IconName, key: string}} Look */

/** @type {Readonly<Record<string, Look>>} */
const BROKER = {
  connected: { tone: 'free', picture: 'check', key: 'health.connected' },
  in_process: { tone: 'free', picture: 'check', key: 'health.in_process' },
  blocked: { tone: 'wait', picture: 'pause', key: 'health.blocked' },
  down: { tone: 'bad', picture: 'cut', key: 'health.down' },
};

/** @type {Readonly<Record<string, Look>>} */
const DATABASE = {
  ok: { tone: 'free', picture: 'check', key: 'health.ok' },
  slow: { tone: 'wait', picture: 'clock', key: 'health.slow' },
  down: { tone: 'bad', picture: 'cut', key: 'health.down' },
};

/** @param {Look | undefined} look */
function worded(look) {
  const { tone, picture, key } = look ?? { tone: 'idle', picture: /** @type {IconName} */ ('question'), key: 'state.unknown' };
  return { tone, picture, words: t(key) };
}

/** @param {string} state */
export const brokerLook = (state) => worded(BROKER[state]);

/** @param {string} state */
export const databaseLook = (state) => worded(DATABASE[state]);
