// The organisations to choose from in a form, and their names by id.
import { get } from '../utils/api.js';
import { saidOrNull } from './form-dialog.js';

/** @import { Choice } from '../../ui/types/api.d.ts' */

/** @param {() => void} changed */
export function organizationChoices(changed) {
  /** @type {Choice[]} */
  let known = [];

  return {
    load() {
      /** @type {typeof get<{items: Choice[]}>} */ (get)('/api/cms/organizations/dropdown').then(({ data }) => {
        known = data.items;
        changed();
      }, reportError);
    },
    /**
     * The choices of a field: what holds is one of them, whether the list has come or not.
     * @param {string} none what the choice of none says @param {string | null | undefined} now @returns {[string, string][]}
     */
    options(none, now) {
      /** @type {[string, string][]} */
      const choices = known.map(({ id, name }) => [id, name]);
      if (now && !known.some(({ id }) => id === now)) choices.unshift([now, '…']);
      return [['', none], ...choices];
    },
    /** What a form says of it: nothing, where it stays. @param {FormData} data @param {string | null | undefined} before */
    said(data, before) {
      const now = saidOrNull(data, 'organizationId');
      return now === (before ?? null) ? {} : { organizationId: now };
    },
    /** @param {string | null | undefined} id */
    name: (id) => known.find((one) => one.id === id)?.name ?? null,
  };
}
