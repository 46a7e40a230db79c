//! What was asked of chargers and what they say that fits nowhere, the answers to repeated requests, and the
//! lists and sums of sessions.

use domain::command::{Command, CommandError, CommandStatus, Requester, RequesterKind};
use domain::money::{Percent, UnitPrice};
use domain::pricing::Rates;
use domain::session::{Session, SessionStatus};
use domain::tariff::{Tariff, Terms, clock};
use domain::{Currency, Scope, WattHours};
use store::repo::idempotency::{self, Kept, Name};
use store::repo::sessions::{DayTotal, Filter};
use store::repo::suspense::{self, Suspended};
use store::repo::{Order, Slice, Wanted, commands, sessions, tariffs};

use crate::database::{Database, ask, commit};
use crate::samples::{at, id, session, stored_point, tariff};

const ALL: Slice = Slice {
    limit: 100,
    offset: 0,
};

pub async fn a_command_reads_back_from_the_asking_to_the_answer(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let asked = |number: u128, ms| Command {
        id: id(number),
        action: "Reset".to_owned(),
        charge_point_id: point.id,
        identity: "CP-0010".to_owned(),
        payload: r#"{"type":"Soft"}"#.to_owned(),
        status: CommandStatus::Requested,
        requested_by: Requester {
            kind: RequesterKind::Operator,
            id: Some("somebody".to_owned()),
            name: "Somebody".to_owned(),
        },
        session_id: Some(id(5)),
        requested_at: at(ms),
        sent_at: None,
        answered_at: None,
        response: None,
        error: None,
    };
    let (old, new) = (asked(1, 10), asked(2, 20));
    for one in [&old, &new] {
        commit!(db.store, [one], |conn| commands::insert(conn, &one, "a")).expect("a new command");
    }
    assert_eq!(
        ask!(db.store, |conn| commands::list_open(conn, "a")),
        [old.clone(), new.clone()]
    );
    assert_eq!(
        ask!(db.store, |conn| commands::list_open(conn, "b")),
        [],
        "another gateway's"
    );
    assert_eq!(
        ask!(db.store, |conn| commands::list_waiting(conn)),
        [(old.id, at(10)), (new.id, at(20))]
    );
    let failed = Command {
        status: CommandStatus::Failed,
        sent_at: Some(at(11)),
        answered_at: Some(at(12)),
        response: Some("{}".to_owned()),
        error: Some(CommandError {
            code: "charger.error".to_owned(),
            detail: "no".to_owned(),
        }),
        ..old
    };
    commit!(db.store, [failed], |conn| commands::update(conn, &failed)).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| commands::find(conn, failed.id)),
        Some(failed.clone())
    );
    let page = ask!(db.store, |conn| commands::list(conn, point.id, ALL));
    assert_eq!(
        (page.items, page.total),
        (vec![new, failed], 2),
        "the newest first"
    );
}

pub async fn what_fits_nowhere_is_kept_and_known_again(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let kept = |number: u128, payload: &str| Suspended {
        id: id(number),
        charge_point_id: point.id,
        action: "StopTransaction".to_owned(),
        reason: "no such transaction".to_owned(),
        payload: payload.to_owned(),
        received_at: at(i64::try_from(number).expect("a small number")),
    };
    for one in [kept(1, "{}"), kept(2, "[]")] {
        commit!(db.store, [one], |conn| suspense::insert(conn, &one)).expect("a new message");
    }
    for (action, payload, expect) in [
        ("StopTransaction", "{}", true),
        ("StopTransaction", "{ }", false),
        ("MeterValues", "{}", false),
    ] {
        let known = ask!(db.store, |conn| suspense::is_kept(
            conn, point.id, action, payload
        ));
        assert_eq!(known, expect, "{action} {payload}");
    }
    let page = ask!(db.store, |conn| suspense::list(conn, ALL));
    assert_eq!(
        (page.items, page.total),
        (vec![kept(2, "[]"), kept(1, "{}")], 2),
        "the newest first"
    );
}

pub async fn an_answer_is_kept_once_under_its_name_and_forgotten_by_time(db: Database) {
    let name = |scope: &str| Name {
        scope: scope.to_owned(),
        key: "k".to_owned(),
    };
    let answer = |hash: &str| Kept {
        request_hash: hash.to_owned(),
        status: 202,
        body: "{}".to_owned(),
    };
    let keep = async |name: Name, kept: Kept| {
        let done = commit!(db.store, [name, kept], |conn| idempotency::keep(
            conn,
            &name,
            &kept,
            at(10)
        ));
        done.expect("a sound insert")
    };
    assert!(keep(name("mine"), answer("h")).await);
    assert!(
        !keep(name("mine"), answer("other")).await,
        "the first one stays"
    );
    assert!(
        keep(name("yours"), answer("h")).await,
        "another's key is another key"
    );
    let mine = name("mine");
    let kept = ask!(db.store, |conn| idempotency::find(conn, &mine));
    assert_eq!(kept, Some(answer("h")), "every column");
    let nobody = name("nobody");
    assert_eq!(
        ask!(db.store, |conn| idempotency::find(conn, &nobody)),
        None
    );
    for (before, gone) in [(10, 0), (11, 2)] {
        let forgotten = commit!(db.store, [], |conn| idempotency::delete_before(
            conn,
            at(before)
        ));
        assert_eq!(forgotten.expect("a sound delete"), gone, "before {before}");
    }
}

/// Two boxes: at the first a session runs (20) and two are over (22, 24); at the second one waits (21) and one is
/// over (23).
async fn seeded(db: &Database) {
    let point = stored_point(&db.store, 10).await;
    let other = stored_point(&db.store, 11).await;
    let tariff = Tariff {
        rates: Rates::per_kwh(
            UnitPrice {
                micro: 500_000,
                currency: Currency::from_code("EUR").expect("a known currency"),
            },
            Percent { milli: 19_000 },
        )
        .into(),
        ..tariff(50, "Day", "EUR")
    };
    commit!(db.store, [tariff], |conn| tariffs::insert(conn, &tariff)).expect("a new tariff");
    let terms: Terms = tariff.terms(clock("Europe/Berlin"));
    let running = Session {
        power_w: Some(7_000),
        ..session(20, &point, 1)
    };
    let waiting = Session {
        status: SessionStatus::Requested,
        transaction_id: None,
        started_at: None,
        requested_at: at(9_999),
        ..session(21, &other, 0)
    };
    let over = |number: u128, at_point, stopped: i64| Session {
        status: SessionStatus::Stopped,
        stopped_at: Some(at(stopped)),
        meter_stop: Some(WattHours(2_500)),
        energy: WattHours(2_000),
        started_at: Some(at(stopped - 10)),
        terms: Some(terms.clone()),
        ..session(
            number,
            at_point,
            i64::try_from(number).expect("a small number"),
        )
    };
    for one in [
        &running,
        &waiting,
        &over(22, &point, 1_000),
        &over(23, &other, 1_999),
        &over(24, &point, 2_000),
    ] {
        commit!(db.store, [one], |conn| sessions::insert(conn, &one)).expect("a new session");
    }
}

pub async fn a_day_is_the_sum_of_what_ended_in_it_in_one_currency(db: Database) {
    seeded(&db).await;
    let total = async |from, to, code: &str| {
        ask!(db.store, |conn| sessions::day_total(
            conn,
            Scope::All,
            None,
            (at(from), at(to)),
            code
        ))
    };
    let two = DayTotal {
        revenue_minor: 200,
        energy_wh: 4_000,
        sessions: 2,
    };
    assert_eq!(
        total(1_000, 2_000, "EUR").await,
        two,
        "from its first moment to before the next one's"
    );
    assert_eq!(
        total(1_000, 2_000, "CHF").await,
        DayTotal {
            revenue_minor: 0,
            ..two
        },
        "other money is not in the sum"
    );
    assert_eq!(total(3_000, 4_000, "EUR").await, DayTotal::default());
    assert_eq!(
        ask!(db.store, |conn| sessions::count_active(conn, Scope::All)),
        (1, 7_000),
        "who waits takes no power"
    );
    assert_eq!(
        ask!(db.store, |conn| sessions::count_started(
            conn,
            Scope::All,
            (at(990), at(1_989))
        )),
        1
    );
}

pub async fn sessions_are_found_by_what_is_asked_and_in_that_order(db: Database) {
    seeded(&db).await;
    let find = async |filter: Filter, search: Option<&str>, sort: &str| {
        let wanted = Wanted {
            search: search.map(str::to_owned),
            order: Order::read(sort, sessions::SORTS),
            slice: ALL,
        };
        let page = ask!(db.store, |conn| sessions::search(conn, filter, &wanted));
        assert_eq!(page.total, i64::try_from(page.items.len()).expect("few"));
        page.items
            .iter()
            .map(|one| one.id.0.as_u128())
            .collect::<Vec<_>>()
    };
    let active = Filter {
        active: Some(true),
        ..Filter::default()
    };
    let at_other = Filter {
        point: Some(id(11)),
        ..Filter::default()
    };
    assert_eq!(find(active, None, "").await, [21, 20], "the newest first");
    assert_eq!(find(at_other, None, "").await, [21, 23]);
    assert_eq!(
        find(at_other, None, "stoppedAt").await,
        [23, 21],
        "who has not stopped comes last"
    );
    assert_eq!(
        find(at_other, None, "-stoppedAt").await,
        [23, 21],
        "whichever way"
    );
    assert_eq!(
        find(Filter::default(), Some("point 11"), "").await,
        [21, 23],
        "by the place's name"
    );
    assert_eq!(
        find(Filter::default(), Some("tag-22"), "").await,
        [22],
        "by the token"
    );
    assert_eq!(
        find(Filter::default(), Some("24"), "").await,
        [24],
        "by the transaction's number"
    );
}

pub async fn a_box_and_a_token_know_their_own_sessions(db: Database) {
    seeded(&db).await;
    let listed = ask!(db.store, |conn| sessions::list_transactions(
        conn,
        Scope::All,
        id(10),
        ALL
    ));
    let numbers: Vec<_> = listed.items.iter().map(|one| one.transaction_id).collect();
    assert_eq!(
        numbers,
        [Some(1), Some(24), Some(22)],
        "the newest first, of this box"
    );
    let own = ask!(db.store, |conn| sessions::list_active_at(
        conn,
        id(10),
        Some(1)
    ));
    assert_eq!(own.first().map(|one| one.id), Some(id(20)));
    assert_eq!(own.len(), 1);
    assert_eq!(
        ask!(db.store, |conn| sessions::list_active_at(
            conn,
            id(10),
            Some(2)
        )),
        []
    );
    assert_eq!(
        ask!(db.store, |conn| sessions::list_active_of_token(
            conn, "TAG-20"
        )),
        own
    );
    assert_eq!(
        ask!(db.store, |conn| sessions::list_waiting(conn)),
        [(id(21), at(9_999))]
    );
}
