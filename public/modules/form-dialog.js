// A form in a window: opened for a new thing or for one that is there, sent once, closed when it was taken. Which fields
// there are is the caller's.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../components/ask.js';
import { dialog } from '../components/dialog.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';

/**
 * @template Thing
 * @param {object} options
 * @param {string} options.name found as `data-dialog`
 * @param {(thing: Thing | null) => string} options.title
 * @param {(thing: Thing | null, sending: Sending) => unknown} options.fields
 * @param {(thing: Thing | null, form: FormData) => Promise<unknown>} options.send may return what stays shown instead of closing
 * @param {() => string} [options.save] what the button says
 * @param {(thing: Thing | null) => boolean} [options.maySend] whether there is anything to send
 * @param {(thing: Thing) => Promise<void>} [options.remove]
 * @param {() => string} [options.removeAsk]
 * @param {() => void} options.changed
 */
export function formDialog({ name, title, fields, send, save = () => t('form.save'), maySend = () => true, remove, removeAsk = () => '', changed }) {
  /** @type {{thing: Thing | null} | null} */
  let shown = null;
  /** @type {unknown} what is shown after it was taken: a password is seen once */
  let answer = null;
  let sending = new Sending(changed);
  const asking = new Asking();

  function close() {
    shown = null;
    answer = null;
    changed();
  }

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    sending.run(async () => {
      answer = (await send(shown?.thing ?? null, form)) ?? null;
      if (answer === null) close();
    });
  }

  /** @param {Thing} thing */
  const removing = (thing) => askButton({
    asking,
    name: 'remove',
    picture: 'trash',
    label: t('form.remove'),
    question: removeAsk(),
    yes: t('form.remove_yes'),
    disabled: sending.busy,
    act: () => sending.run(async () => {
      await remove?.(thing);
      close();
    }),
    changed,
  });

  /** @param {Thing | null} thing */
  const body = (thing) => answer !== null
    ? html`${answer}<div class="form-foot"><button class="primary" data-act="done" @click=${close}>${icon('check')}${t('charge.close')}</button></div>`
    : html`<form class="form" data-form=${name} @submit=${submit}>
        ${sending.problem === null ? null : problemNotice(sending.problem)}
        ${fields(thing, sending)}
        <div class="form-foot">
          ${thing !== null && remove ? removing(thing) : null}
          <span class="space"></span>
          <button type="button" @click=${close}>${t('form.cancel')}</button>
          ${maySend(thing) ? html`<button class="primary" data-act="save" ?disabled=${sending.busy}>${icon('check')}${save()}</button>` : null}
        </div>
      </form>`;

  return {
    /** @param {Thing | null} thing null: a new one */
    open(thing) {
      shown = { thing };
      answer = null;
      asking.name = null;
      sending = new Sending(changed);
      changed();
    },
    view: () => (shown === null ? null : dialog({ name, title: title(shown.thing), body: body(shown.thing), close, wide: true })),
  };
}

/** What stands in a field, without what stands around it. @param {FormData} form @param {string} name */
export const said = (form, name) => String(form.get(name) ?? '').trim();

/** The same, where an empty field says nothing. @param {FormData} form @param {string} name */
export const saidOrNull = (form, name) => said(form, name) || null;
