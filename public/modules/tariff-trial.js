// What a tariff that is being written would cost: a charge that somebody thinks of, as it is typed, and last month's charges
// when asked. The gateway reckons.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { billTable } from '../components/price.js';
import { codeOf, post } from '../utils/api.js';
import { count, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { local } from './tariff-draft.js';

/** @import { Preview, WhatIf } from '../../ui/types/api.d.ts' */
/** @import { TariffDraft } from './tariff-draft.js' */

const TYPING_MS = 300;

export class TariffTrial {
  #changed;
  #draft;
  /** Of several answers only the newest question's counts. */
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #typing;
  charge = { kwh: '20', minutes: '120', idleMinutes: '0', startsAt: local(new Date().toISOString()) };
  /** @type {Preview | null} */ preview = null;
  /** @type {WhatIf | null} */ past = null;
  /** @type {string | null} */ problem = null;
  looking = false;

  /** @param {TariffDraft} draft @param {() => void} changed */
  constructor(draft, changed) {
    this.#draft = draft;
    this.#changed = changed;
    this.ask(0);
  }

  /** Asks what it would cost, once whoever types has paused. */
  ask(after = TYPING_MS) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#ask().catch(reportError), after);
  }

  async #ask() {
    const asked = (this.#asked += 1);
    const { kwh, minutes, idleMinutes, startsAt } = this.charge;
    const charge = {
      energyWh: Math.round(Number(kwh) * 1000),
      minutes: Number(minutes),
      idleMinutes: Number(idleMinutes),
      ...(startsAt ? { startsAt: new Date(startsAt).toISOString() } : {}),
    };
    try {
      const { data } = await /** @type {typeof post<Preview>} */ (post)('/api/cms/tariffs/preview', { ...this.#draft.rates, charge });
      if (asked === this.#asked) this.preview = data;
    } catch {
      // It is half typed: nothing is shown until it is a tariff.
      if (asked === this.#asked) this.preview = null;
    }
    this.#changed();
  }

  /** Prices last month's charges. */
  async look() {
    Object.assign(this, { looking: true, problem: null, past: null });
    this.#changed();
    const stations = [...this.#draft.stations];
    try {
      const body = { ...this.#draft.rates, ...(stations.length > 0 ? { stationIds: stations } : {}) };
      this.past = (await /** @type {typeof post<WhatIf>} */ (post)('/api/cms/tariffs/what-if', body)).data;
    } catch (error) {
      this.problem = codeOf(error);
    }
    this.looking = false;
    this.#changed();
  }

  /** @param {Event} event */
  #type = (event) => {
    event.stopPropagation();
    const { name, value } = /** @type {HTMLInputElement} */ (event.target);
    Object.assign(this.charge, { [name]: value });
    this.ask();
  };

  view() {
    const { charge, preview } = this;
    return html`<section class="sheet" aria-labelledby="trial-title" @input=${this.#type}>
      <h3 id="trial-title">${t('tariff.trial')}</h3>
      <div class="form-grid">
        ${field({ name: 'kwh', label: t('tariff.trial_kwh'), type: 'number', min: 0, step: '0.001', value: charge.kwh })}
        ${field({ name: 'minutes', label: t('tariff.trial_minutes'), type: 'number', min: 0, value: charge.minutes })}
        ${field({ name: 'idleMinutes', label: t('tariff.trial_idle'), type: 'number', min: 0, value: charge.idleMinutes })}
        ${field({ name: 'startsAt', label: t('tariff.trial_start'), type: 'datetime-local', value: charge.startsAt })}
      </div>
      ${preview === null
        ? html`<p class="muted" data-preview="none">${t('tariff.trial_none')}</p>`
        : html`<p data-preview="summary"><bdi dir="ltr">${preview.summary}</bdi></p>${billTable(preview.cost)}`}
      <button type="button" data-act="what-if" ?disabled=${this.looking || preview === null} @click=${() => this.look()}>${icon('chart')}${t('tariff.what_if')}</button>
      ${this.problem === null ? null : problemNotice(this.problem)} ${this.#past()}
    </section>`;
  }

  #past() {
    if (this.past === null) return null;
    const { sessions, then, now, dearer, cheaper, complete } = this.past;
    const speech = language();
    const words = { sessions: count(sessions, speech), then: money(then, speech), now: money(now, speech), dearer: count(dearer, speech), cheaper: count(cheaper, speech) };
    return html`<p role="status" data-what-if=${complete ? 'all' : 'some'}>${t('tariff.past', words)}${complete ? null : html` ${t('tariff.past_some')}`}</p>`;
  }
}
