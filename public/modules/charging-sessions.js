// The charges page: those that run, moving as they are measured, and those that are over.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { collator, count } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ListState, ROWS } from '../utils/list-state.js';
import { live } from '../utils/socket.js';
import { ServerList } from '../utils/server-list.js';
import { isRunning } from '../user-panel/modules/my-charges-model.js';
import { runningColumns, sessionTable } from './session-table.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, changed, signal }) {
  const looking = new ListState('-began');
  /** @type {'active' | 'completed'} */
  let tab = 'active';
  /** @type {ServerList<Session> | null} */
  let past = null;

  const seconds = setInterval(() => live.state !== 'not_live' && changed(), 1000);
  signal.addEventListener('abort', () => clearInterval(seconds));

  desk.listen((event) => {
    if (event.type !== 'charging.stopped' && event.type !== 'charging.failed') return;
    const session = desk.sessions.find(event.data.sessionId ?? '');
    if (session && past?.put(structuredClone(session))) changed();
  }, signal);

  /** @param {typeof tab} next */
  const turn = (next) => () => {
    tab = next;
    if (next === 'completed') past ??= new ServerList({ path: '/api/cms/sessions/completed', changed, signal });
    changed();
  };

  function running() {
    const charges = desk.sessions.rows;
    const seconds = new Map(charges.map(({ session, seconds: so, at }) => [session.id, isRunning(session) ? so + (performance.now() - at) / 1000 : so]));
    const elapsed = (/** @type {Session} */ { id }) => seconds.get(id) ?? 0;
    const { items, total, page } = looking.cut(charges.map(({ session }) => session), { orders: orders(elapsed), text: (session) => `${session.chargePointName} ${session.stationName} ${session.idToken ?? ''}` });
    return dataTable({
      name: 'active-sessions', title: t('sessions.active'), columns: runningColumns(elapsed), rows: items, total, page, size: ROWS, looking, changed,
      turn: (number) => {
        looking.page = number;
        changed();
      },
      empty: nothing('bolt', t('sessions.empty')),
    });
  }

  return () => html`<section class="page">
    ${pageHead({ title: t('sessions.title') })}
    <div class="switch" role="group" aria-label=${t('sessions.title')}>
      <button data-act="active" aria-pressed=${String(tab === 'active')} @click=${turn('active')}>${t('sessions.active')} <b data-figure="sessions-active">${count(desk.sessions.rows.length, language())}</b></button>
      <button data-act="completed" aria-pressed=${String(tab === 'completed')} @click=${turn('completed')}>${t('sessions.completed')}</button>
    </div>
    ${tab === 'active' || !past ? whenKnown(desk.following, running) : sessionTable({ name: 'sessions', title: t('sessions.completed'), list: past, changed })}
  </section>`;
}

/** @param {(session: Session) => number} elapsed @returns {import('../utils/list-state.js').Orders<Session>} */
function orders(elapsed) {
  const { compare } = collator(language());
  return {
    place: (a, b) => compare(a.chargePointName, b.chargePointName) || a.connectorId - b.connectorId,
    state: (a, b) => compare(a.status, b.status),
    energy: (a, b) => b.energyWh - a.energyWh,
    power: (a, b) => (b.powerW ?? 0) - (a.powerW ?? 0),
    time: (a, b) => elapsed(b) - elapsed(a),
    began: (a, b) => (a.startedAt ?? a.requestedAt).localeCompare(b.startedAt ?? b.requestedAt),
  };
}
