// The configuration keys in a charger's answers, with what was set since it was last asked. Pure. Source: OCPP 1.6 §5.8,
// §5.3.

/** @import { Command } from '../../ui/types/events.d.ts' */

/** @typedef {{key: string, value: string, readonly: boolean}} Key */

/** @param {Command[]} commands newest first @returns {Key[] | null} null: it was not asked yet */
export function readKeys(commands) {
  const asked = commands.findIndex(({ action, status }) => action === 'GetConfiguration' && status === 'accepted');
  const answer = commands[asked]?.response?.['configurationKey'];
  if (!Array.isArray(answer)) return asked < 0 ? null : [];
  return answer
    .filter((row) => typeof row?.key === 'string')
    .map(({ key, value, readonly }) => ({ key, value: typeof value === 'string' ? value : '', readonly: readonly === true }))
    .sort((a, b) => a.key.localeCompare(b.key));
}
