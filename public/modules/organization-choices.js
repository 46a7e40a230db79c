// The organisations to choose from in a form, and their names by id.
import { get } from '../utils/api.js';

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
    /** The choices of a field. @param {string} none what the choice of none says @returns {[string, string][]} */
    options: (none) => [['', none], ...known.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]))],
    /** @param {string | null | undefined} id */
    name: (id) => known.find((one) => one.id === id)?.name ?? null,
  };
}
