// What state a connector is shown in, as a pure rule for pages and their models. How a state looks is in status.js.

/** Without its charger a connector is offline, whatever it said last. @param {string} connectivity @param {string} status */
export function shown(connectivity, status) {
  return connectivity === 'online' ? status : 'offline';
}
