//! Lists, their order and their pages, and what clears old rows away.

use domain::session::{Session, SessionStatus};
use domain::{Scope, StationId, Timestamp};
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::sessions::Filter;
use store::repo::{Slice, charge_points, operators, sessions, stations};

use crate::database::{Database, ask, commit};
use crate::samples::{at, charge_point, id, operator, session, station, stored_point};

const ALL: Slice = Slice {
    limit: 100,
    offset: 0,
};
const SECOND_OF_TWO: Slice = Slice {
    limit: 2,
    offset: 2,
};

/// What goes on or may begin yet.
const ACTIVE: Filter = Filter {
    scope: Scope::All,
    active: Some(true),
    running: false,
    station: None,
    point: None,
    customer: None,
};

pub async fn stations_come_by_name_page_by_page(db: Database) {
    for number in [3, 1, 5, 2, 4] {
        let one = station(number);
        commit!(db.store, [one], |conn| stations::insert(conn, &one)).expect("a new station");
    }
    let page = ask!(db.store, |conn| stations::list(conn, SECOND_OF_TWO));
    assert_eq!(page.items, [station(3), station(4)], "two a page, by name");
    assert_eq!(page.total, 5, "the total counts every page");
    let beyond = ask!(db.store, |conn| stations::list(
        conn,
        Slice {
            limit: 2,
            offset: 9
        }
    ));
    assert!(
        beyond.items.is_empty() && beyond.total == 5,
        "a page after the last is empty"
    );
}

pub async fn charge_points_come_by_identity_of_one_station_or_of_all(db: Database) {
    for number in [1, 2] {
        let one = station(number);
        commit!(db.store, [one], |conn| stations::insert(conn, &one)).expect("a new station");
    }
    for (number, at_station) in [(13, 1), (11, 2), (12, 1), (14, 1)] {
        let point = charge_point(number, id(at_station));
        commit!(db.store, [point], |conn| charge_points::insert(
            conn, &point
        ))
        .expect("a new point");
    }
    let check =
        async |station: Option<StationId>, slice: Slice, identities: &[&str], total: i64| {
            let page = ask!(db.store, |conn| charge_points::list(conn, station, slice));
            let found: Vec<_> = page
                .items
                .iter()
                .map(|point| point.identity.as_str())
                .collect();
            assert_eq!(
                (found.as_slice(), page.total),
                (identities, total),
                "{station:?} {slice:?}"
            );
        };
    check(None, ALL, &["CP-0011", "CP-0012", "CP-0013", "CP-0014"], 4).await;
    check(None, SECOND_OF_TWO, &["CP-0013", "CP-0014"], 4).await;
    check(Some(id(1)), ALL, &["CP-0012", "CP-0013", "CP-0014"], 3).await;
    check(Some(id(1)), SECOND_OF_TWO, &["CP-0014"], 3).await;
    check(Some(id(9)), ALL, &[], 0).await;
}

pub async fn charge_points_are_found_by_the_gateway_that_holds_them(db: Database) {
    for (number, node) in [
        (10, Some("a")),
        (11, Some("b")),
        (12, None),
        (13, Some("a")),
    ] {
        let mut point = stored_point(&db.store, number).await;
        point.node = node.map(str::to_owned);
        commit!(db.store, [point], |conn| charge_points::update(
            conn, &point
        ))
        .expect("it is there");
    }
    let mut held: Vec<_> = ask!(db.store, |conn| charge_points::list_held_by(conn, "a"));
    held.sort_by_key(|point| point.id);
    let held: Vec<_> = held.iter().map(|point| point.identity.as_str()).collect();
    assert_eq!(
        held,
        ["CP-0010", "CP-0013"],
        "neither another's nor nobody's"
    );
}

pub async fn running_sessions_come_newest_first_without_the_stopped(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let begun = |number: u128, ms| Session {
        requested_at: at(ms),
        started_at: Some(at(ms)),
        ..session(
            number,
            &point,
            i64::try_from(number).expect("a small number"),
        )
    };
    let (old, new, twin) = (begun(21, 1_000), begun(22, 3_000), begun(23, 3_000));
    let mut over = begun(24, 2_000);
    over.status = SessionStatus::Stopped;
    for one in [&old, &new, &twin, &over] {
        commit!(db.store, [one], |conn| sessions::insert(conn, &one)).expect("a new session");
    }
    let page = ask!(db.store, |conn| sessions::list(conn, ACTIVE, ALL));
    assert_eq!(
        page.items,
        [twin, new, old.clone()],
        "equal times by id, so that pages never overlap"
    );
    assert_eq!(page.total, 3, "the stopped one does not count");
    let page = ask!(db.store, |conn| sessions::list(conn, ACTIVE, SECOND_OF_TWO));
    assert_eq!((page.items, page.total), (vec![old], 3), "the second page");
}

pub async fn sign_ins_end_one_by_one_or_by_time(db: Database) {
    let person = operator(1);
    commit!(db.store, [person], |conn| operators::insert(
        conn,
        &person,
        at(1)
    ))
    .expect("a new operator");
    for (number, end) in [(5, 100), (6, 101), (7, 102)] {
        let token = AccessToken {
            id: id(number),
            token_hash: format!("hash-{number}"),
            holder: Holder::Operator(person.id),
            last_used_at: at(1),
            idle: std::time::Duration::from_secs(90),
            expires_at: at(end),
        };
        commit!(db.store, [token], |conn| access_tokens::insert(
            conn, &token
        ))
        .expect("a new sign-in");
    }
    let forget = async |now: Timestamp| {
        commit!(db.store, [], |conn| access_tokens::delete_expired(
            conn, now
        ))
    };
    assert_eq!(
        forget(at(99)).await.expect("a sound delete"),
        0,
        "none has ended"
    );
    assert_eq!(
        forget(at(101)).await.expect("a sound delete"),
        2,
        "a sign-in ends at its time, not after it"
    );
    let left = ask!(db.store, |conn| access_tokens::find(conn, "hash-7"));
    assert!(left.is_some(), "the third still runs");
    commit!(db.store, [], |conn| access_tokens::delete(conn, id(7))).expect("it is there");
    let left = ask!(db.store, |conn| access_tokens::find(conn, "hash-7"));
    assert!(left.is_none(), "its owner signed out");
}

pub async fn a_site_is_fresh_until_it_has_an_operator_or_a_station(db: Database) {
    assert!(
        ask!(db.store, |conn| operators::is_fresh(conn)),
        "nothing was set up"
    );
    let person = operator(1);
    commit!(db.store, [person], |conn| operators::insert(
        conn,
        &person,
        at(1)
    ))
    .expect("a new operator");
    assert!(
        !ask!(db.store, |conn| operators::is_fresh(conn)),
        "it has an operator"
    );

    let other = crate::database::open(&db.fresh_url().await).await;
    let site = station(1);
    commit!(other, [site], |conn| stations::insert(conn, &site)).expect("a new station");
    assert!(
        !ask!(other, |conn| operators::is_fresh(conn)),
        "it has a station"
    );
}
