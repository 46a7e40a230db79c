// A new password for a charge point: the old one ends, the new one is seen once. A charger that knows how is told of it.
import { Asking, askButton } from '../components/ask.js';
import { dialog } from '../components/dialog.js';
import { problemText } from '../components/notice.js';
import { codeOf, post } from '../utils/api.js';
import { t } from '../utils/i18n.js';
import { credentials } from './credentials.js';

/** @import { NewKey } from '../../ui/types/api.d.ts' */
/** @import { ChargingPoint } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {{changed: () => void, tell: DeskPage['tell']}} page */
export function newKey({ changed, tell }) {
  const asking = new Asking();
  /** @type {NewKey | null} */
  let made = null;
  let busy = false;

  /** @param {ChargingPoint} point */
  async function rotate(point) {
    busy = true;
    changed();
    try {
      made = (await /** @type {typeof post<NewKey>} */ (post)(`/api/cms/charging-points/${point.id}/rotate-key`)).data;
    } catch (error) {
      tell('bad', problemText(codeOf(error)));
    } finally {
      busy = false;
      changed();
    }
  }

  const close = () => {
    made = null;
    changed();
  };

  return {
    /** @param {ChargingPoint} point */
    button: (point) => askButton({
      asking,
      name: 'rotate-key',
      picture: 'key',
      label: t('points.new_key'),
      question: t('points.new_key_ask'),
      yes: t('command.yes'),
      disabled: busy,
      act: () => void rotate(point),
      changed,
    }),
    view: () => (made === null ? null : dialog({ name: 'new-key', title: t('points.new_key'), body: credentials(made), close })),
  };
}
