// The driver's own charges as a list, newest first. What is known of them is in my-charges-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { sessionLook } from '../../components/session-words.js';
import { dayTime, duration, kwh, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { Lookup } from './charge.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @param {{charges: MyCharges, lookup: Lookup, back: () => void}} page */
export function mySessions({ charges, lookup, back }) {
  const { following, model } = charges;
  const { sessions } = model;
  return html`<section class="screen" aria-labelledby="sessions-title">
    <button class="quiet back" data-act="back" @click=${back}>${t('page.back')}</button>
    <h1 id="sessions-title">${t('mine.title')}</h1>
    ${following.problem === null ? null : problemNotice(following.problem)}
    ${following.loaded ? null : skeleton(2)}
    ${following.loaded && sessions.length === 0 ? html`<p class="muted">${t('mine.empty')}</p>` : null}
    <ul class="mine">${repeat(sessions, ({ id }) => id, (session) => row(session, lookup))}</ul>
  </section>`;
}

/** @param {Session} session @param {Lookup} lookup */
function row(session, lookup) {
  const { tone, icon: picture, key } = sessionLook(session.status);
  const speech = language();
  const when = session.startedAt ?? session.requestedAt;
  return html`<li class="card" data-own-session=${session.status}>
    <div>
      <h2><bdi>${session.stationName}</bdi> <bdi>${lookup(session).name}</bdi></h2>
      <p class="muted">${when ? dayTime(when, speech) : '–'}</p>
    </div>
    <p class="sums" dir="ltr">
      <span>${kwh(session.energyWh, speech)} kWh</span><span>${duration(session.durationSeconds)}</span>
      <b>${session.cost ? money(session.cost.total, speech) : t('price.none')}</b>
    </p>
    <span class="badge" data-tone=${tone}>${icon(picture)}<span>${t(key)}</span></span>
  </li>`;
}
