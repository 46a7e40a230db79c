// How the gateway's own machine is renewed, on the system page: what runs, what is to come and what it waits for; admins have it looked
// for, or installed before the night. Not for what fetches and installs it.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../components/ask.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { fact } from '../components/page-head.js';
import { codeOf, get, post } from '../utils/api.js';
import { dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';
import { role } from './sign-in.js';

/** @import { Update, UpdateOrder } from '../../ui/types/api.d.ts' */
/** @import { Desk } from './desk.js' */

const PATH = '/api/cms/update';

/** What it waits for. @type {Readonly<Record<string, string>>} */
const WAITS = { turn: 'update.waits_turn', session: 'update.waits_session', hour: 'update.waits_hour' };

export class UpdateCard {
  /** @type {Update | null} */
  #now = null;
  /** @type {string | null} */
  #problem = null;
  #changed;
  #signal;
  #sending;
  #asking = new Asking();

  /** @param {Desk} desk @param {() => void} changed @param {AbortSignal} signal */
  constructor(desk, changed, signal) {
    this.#changed = changed;
    this.#signal = signal;
    this.#sending = new Sending(changed);
    // The gateway tells by itself which version is to come; how that does, is asked for, and nothing while none is.
    desk.listen((event) => {
      if (event.type !== 'gateway.status.changed') return;
      if ((event.data.update ?? null) !== (this.#now?.version ?? null) || this.#now?.version) this.#load();
    }, signal);
    this.#load();
  }

  async #load() {
    try {
      this.#now = (await /** @type {typeof get<Update>} */ (get)(PATH, this.#signal)).data;
      this.#problem = null;
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#problem = codeOf(error);
    }
    this.#changed();
  }

  /** @param {UpdateOrder['act']} act */
  #order = (act) => () => this.#sending.run(async () => {
    this.#now = (await /** @type {typeof post<Update>} */ (post)(PATH, { act })).data;
  });

  view() {
    const now = this.#now;
    const problem = this.#sending.problem ?? this.#problem;
    if (now === null) return problem === null ? null : problemNotice(problem);
    const speech = language();
    return html`<section class="card" aria-labelledby="update-title" data-update=${now.state}>
      <header class="card-head"><h2 id="update-title">${t('update.title')}</h2>${role() === 'admin' && now.state !== 'off' ? this.#acts(now) : null}</header>
      ${problem === null ? null : problemNotice(problem)}
      <p role="status" data-update-says>${says(now)}</p>
      ${!now.refusal ? null : html`<p class="help">${icon('alert')}<bdi lang="en" dir="ltr">${now.refusal}</bdi></p>`}
      <dl class="facts-row">
        ${fact(t('update.running'), html`<bdi dir="ltr">${now.running}</bdi>`)}
        ${now.state === 'off' ? null : fact(t('update.checked'), now.checkedAt ? dayTime(now.checkedAt, speech) : t('update.never'))}
        ${now.state === 'off' ? null : fact(t('update.hours'), html`<bdi dir="ltr">${now.quietHours}</bdi>`)}
      </dl>
    </section>`;
  }

  /** @param {Update} now */
  #acts(now) {
    const { busy } = this.#sending;
    return html`<span class="row">
      ${now.state === 'ready' ? askButton({ asking: this.#asking, name: 'install-update', picture: 'down', label: t('update.install'), question: t('update.install_ask', { version: now.version ?? '' }), yes: t('update.install_yes'), disabled: busy, act: this.#order('install'), changed: this.#changed }) : null}
      <button data-act="check-update" ?disabled=${busy || now.state === 'installing'} @click=${this.#order('check')}>${icon('refresh')}${t('update.check')}</button>
    </span>`;
  }
}

/** In a sentence or two. @param {Update} now */
function says(now) {
  const version = now.version ?? '';
  switch (now.state) {
    case 'off': return t('update.off');
    case 'fetching': return t('update.fetching', { version, percent: String(now.percent ?? 0) });
    case 'installing': return t('update.installing', { version });
    case 'refused': return t('update.refused');
    case 'ready': {
      const why = now.waitsFor ? WAITS[now.waitsFor] : null;
      const ready = t('update.ready', { version, when: now.readySince ? dayTime(now.readySince, language()) : '' });
      return [ready, why ? t(why, { hours: now.quietHours }) : '', now.asks ? t('update.asks') : ''].filter(Boolean).join(' ');
    }
    default: return t('update.current');
  }
}
