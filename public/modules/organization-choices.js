// The organisations to choose from in a form, and their names by id.
import { get } from '../utils/api.js';
import { choices } from './choices.js';
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
    /** The choices of a field. @param {string} none what the choice of none says @param {string | null | undefined} now */
    options: (none, now) => choices(none, known, now),
    /** What a form says of it: nothing, where it stays. @param {FormData} data @param {string | null | undefined} before */
    said(data, before) {
      const now = saidOrNull(data, 'organizationId');
      return now === (before ?? null) ? {} : { organizationId: now };
    },
    /** @param {string | null | undefined} id */
    name: (id) => known.find((one) => one.id === id)?.name ?? null,
  };
}
