//! Organisations: their rows, what they have, and that no list shows one what is another's.
//!
//! Planted once and seen red: a session's organisation not looked at in `list_made`; a tariff found wherever it holds.

use domain::alert::{Alert, AlertKind, Severity};
use domain::event::{Direction, FrameKind};
use domain::operator::Operator;
use domain::organization::Organization;
use domain::station::Station;
use domain::tariff::Places;
use domain::{OrganizationId, Scope};
use store::Conn;
use store::repo::ocpp_messages::OcppMessageRow;
use store::repo::sessions::Filter;
use store::repo::{
    Made, alerts, charge_points, connectors, ocpp_messages, operators, organizations, sessions,
    stations, tariffs,
};

use crate::database::{Database, ask, commit};
use crate::desk::wanted;
use crate::samples::{at, charge_point, connector, id, operator, session, station, tariff};

fn organization(number: u128) -> Organization {
    Organization {
        id: id(number),
        name: format!("Organisation {number}"),
        email: None,
        phone: None,
        version: 1,
        created_at: at(1),
        updated_at: at(2),
    }
}

pub async fn an_organisation_reads_back_changes_and_frees_its_name_when_it_goes(db: Database) {
    let (plain, whole) = (
        organization(800),
        Organization {
            email: Some("a@example.org".to_owned()),
            phone: Some("+49 40".to_owned()),
            ..organization(801)
        },
    );
    for one in [&plain, &whole] {
        commit!(db.store, [one], |conn| organizations::insert(conn, &one)).expect("a new one");
    }
    let found = ask!(db.store, |conn| organizations::find(conn, whole.id));
    assert_eq!(found, Some(whole.clone()), "every column");
    let twin = Organization {
        id: id(802),
        ..plain.clone()
    };
    let error = commit!(db.store, [twin], |conn| organizations::insert(conn, &twin));
    assert!(error.expect_err("the name is taken").is_duplicate());
    let changed = Organization {
        name: "Other".to_owned(),
        email: Some("b@example.org".to_owned()),
        phone: Some("1".to_owned()),
        version: 2,
        updated_at: at(9),
        ..plain.clone()
    };
    commit!(db.store, [changed], |conn| organizations::update(
        conn, &changed
    ))
    .expect("it is there");
    let held = commit!(db.store, [], |conn| organizations::hold(conn, id(800)));
    assert_eq!(held.expect("it is there"), Some(changed));
    for (search, count) in [("oTHER", 1), ("example.org", 2), ("_", 0)] {
        let page = ask!(db.store, |conn| organizations::search(
            conn,
            &wanted(Some(search), None)
        ));
        assert_eq!(page.total, count, "{search:?}");
    }
    commit!(db.store, [], |conn| organizations::delete(
        conn,
        id(801),
        at(9)
    ))
    .expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| organizations::find(conn, whole.id)),
        None
    );
    let again = Organization {
        id: id(803),
        ..whole
    };
    commit!(db.store, [again], |conn| organizations::insert(
        conn, &again
    ))
    .expect("the name is free again");
}

pub async fn an_organisation_counts_its_living_stations_and_users(db: Database) {
    let (plain, whole) = (organization(800), organization(801));
    for one in [&plain, &whole] {
        commit!(db.store, [one], |conn| organizations::insert(conn, &one)).expect("a new one");
    }
    let (place, user) = (
        Station {
            organization_id: Some(whole.id),
            ..station(1)
        },
        Operator {
            organization_id: Some(whole.id),
            ..operator(90)
        },
    );
    commit!(db.store, [place], |conn| stations::insert(conn, &place)).expect("a station of its");
    commit!(db.store, [user], |conn| operators::insert(
        conn,
        &user,
        at(1)
    ))
    .expect("a user of its");
    let parts = ask!(db.store, |conn| organizations::count_parts(conn, whole.id));
    assert_eq!(parts, (1, 1));
    let known = ask!(db.store, |conn| operators::find(conn, user.id));
    assert_eq!(known.as_ref(), Some(&user), "every column");
    let free = Operator {
        organization_id: None,
        ..user
    };
    commit!(db.store, [free], |conn| operators::update(conn, &free)).expect("it is there");
    commit!(db.store, [], |conn| stations::delete(conn, id(1), at(9))).expect("it is there");
    let parts = ask!(db.store, |conn| organizations::count_parts(conn, whole.id));
    assert_eq!(parts, (0, 0), "what is gone is no part");
    let owns = |scope| {
        let db = &db;
        async move {
            ask!(db.store, |conn| organizations::has_station(
                conn,
                scope,
                id(1)
            ))
        }
    };
    assert!(
        owns(Scope::Organization(whole.id)).await,
        "history is still somebody's"
    );
    assert!(!owns(Scope::Organization(plain.id)).await);
}

/// A station with a box, a plug, a charge, an alert, a frame and a tariff.
async fn furnish(db: &Database, number: u128, owner: Option<OrganizationId>) {
    if let Some(owner) = owner {
        let named = Organization {
            id: owner,
            ..organization(number)
        };
        commit!(db.store, [named], |conn| organizations::insert(
            conn, &named
        ))
        .expect("a new organisation");
    }
    let place = Station {
        organization_id: owner,
        ..station(number)
    };
    commit!(db.store, [place], |conn| stations::insert(conn, &place)).expect("a new station");
    let point = charge_point(number + 10, id(number));
    commit!(db.store, [point], |conn| charge_points::insert(
        conn, &point
    ))
    .expect("a new point");
    let plug = connector(point.id, 1);
    commit!(db.store, [plug], |conn| connectors::save(conn, &plug)).expect("a new plug");
    let charge = session(number + 20, &point, i64::try_from(number).expect("small"));
    commit!(db.store, [charge], |conn| sessions::insert(conn, &charge)).expect("a new charge");
    let alert = Alert {
        id: id(number + 30),
        kind: AlertKind::Suspense,
        subject: number.to_string(),
        severity: Severity::Warning,
        title: "Title".to_owned(),
        detail: String::new(),
        // By its station, or by its charge point alone.
        station_id: (number.is_multiple_of(2)).then_some(place.id),
        charge_point_id: Some(point.id),
        session_id: None,
        raised_at: at(1),
        acknowledged_at: None,
        cleared_at: None,
    };
    commit!(db.store, [alert], |conn| alerts::insert(conn, &alert)).expect("a new alert");
    let frame = OcppMessageRow {
        id: id(number + 40),
        charge_point_id: point.id,
        direction: Direction::In,
        kind: FrameKind::Call,
        action: None,
        message_id: None,
        payload: None,
        error: None,
        received_at: at(1),
        bytes: 7,
        truncated: false,
        trace_id: id(1),
    };
    commit!(db.store, [frame], |conn| ocpp_messages::insert(
        conn,
        &[frame]
    ))
    .expect("a new frame");
    let price = tariff(number + 50, &format!("Tariff {number}"), "EUR");
    commit!(db.store, [price], |conn| tariffs::insert(conn, &price)).expect("a new tariff");
    let places = Places {
        // At the station, or at one plug of it.
        stations: if number.is_multiple_of(2) {
            vec![place.id]
        } else {
            Vec::new()
        },
        connectors: if number.is_multiple_of(2) {
            Vec::new()
        } else {
            vec![(point.id, 1)]
        },
        ..Places::default()
    };
    commit!(db.store, [price, places], |conn| tariffs::assign(
        conn, &price, &places
    ))
    .expect("its places");
}

/// How much of everything a scope is shown.
async fn told(conn: &mut Conn, scope: Scope) -> [(&'static str, i64); 13] {
    let everything = wanted(None, None);
    // Ids of samples are no times: all of them are made after the beginning.
    let made = Made::between(at(0), domain::Timestamp::MAX, 100);
    let listed = stations::search(conn, scope, &everything)
        .await
        .expect("stations");
    let points = charge_points::search(conn, scope, None, &everything)
        .await
        .expect("points");
    let states = charge_points::count_by_status(conn, scope)
        .await
        .expect("states");
    let charges = sessions::search(conn, Filter::within(scope), &everything).await;
    let rows = sessions::list_made(conn, scope, &made)
        .await
        .expect("charges");
    let alerts_listed = alerts::search(conn, scope, None, &everything)
        .await
        .expect("alerts");
    let any = ocpp_messages::Filter::default();
    let frames = ocpp_messages::search(conn, scope, &any, &everything);
    let frames = frames.await.expect("frames");
    let prices = tariffs::search(conn, scope, &everything)
        .await
        .expect("tariffs");
    let span = (at(0), at(10_000));
    [
        ("stations", listed.total),
        (
            "online",
            stations::count_online(conn, scope)
                .await
                .expect("a count")
                .0,
        ),
        ("points", points.total),
        ("states", states.iter().map(|(_, number)| number).sum()),
        (
            "plugs",
            connectors::count(conn, scope).await.expect("a count").0,
        ),
        ("charges", charges.expect("charges").total),
        ("made", i64::try_from(rows.len()).expect("few")),
        (
            "begun",
            sessions::count_started(conn, scope, span)
                .await
                .expect("a count"),
        ),
        (
            "running",
            sessions::count_active(conn, scope)
                .await
                .expect("a count")
                .0,
        ),
        ("alerts", alerts_listed.total),
        (
            "standing",
            alerts::count_standing(conn, scope).await.expect("a count"),
        ),
        ("frames", frames.total),
        ("tariffs", prices.total),
    ]
}

pub async fn every_list_and_every_sum_keeps_to_the_organisation_it_is_asked_for(db: Database) {
    let (a, b): (OrganizationId, OrganizationId) = (id(900), id(901));
    for (number, owner) in [(100, Some(a)), (201, Some(b)), (302, None)] {
        furnish(&db, number, owner).await;
    }
    let everything = wanted(None, None);
    for (scope, own) in [
        (Scope::Organization(a), vec![100]),
        (Scope::Organization(b), vec![201]),
        (Scope::Organization(id(902)), vec![]),
        (Scope::All, vec![100, 201, 302]),
    ] {
        let count = i64::try_from(own.len()).expect("few");
        let conn = &mut db.store.read().await.expect("a reader is free");
        let listed = stations::search(conn, scope, &everything)
            .await
            .expect("stations");
        let expect: Vec<domain::StationId> = own.iter().map(|number| id(*number)).collect();
        assert_eq!(
            listed.items.iter().map(|one| one.id).collect::<Vec<_>>(),
            expect,
            "stations of {scope:?}"
        );
        for (what, number) in told(conn, scope).await {
            assert_eq!(number, count, "{what} of {scope:?}");
        }
        for number in [100_u128, 201, 302] {
            let mine = own.contains(&number);
            let found = tariffs::find_within(conn, scope, id(number + 50)).await;
            assert_eq!(
                found.expect("a tariff").is_some(),
                mine,
                "tariff {number} of {scope:?}"
            );
            let point = organizations::has_point(conn, scope, id(number + 10)).await;
            assert_eq!(
                point.expect("an answer"),
                mine,
                "point {number} of {scope:?}"
            );
            let slice = everything.slice;
            let told = sessions::list_transactions(conn, scope, id(number + 10), slice).await;
            assert_eq!(
                told.expect("a list").total,
                i64::from(mine),
                "{number} of {scope:?}"
            );
        }
    }
    let owners = ask!(db.store, |conn| organizations::owners(conn));
    assert_eq!((owners.stations.len(), owners.points.len()), (3, 3));
    let holdings = ask!(db.store, |conn| organizations::holdings(conn, a));
    assert!(holdings.stations.contains(&id(100)) && holdings.stations.len() == 1);
    assert!(holdings.points.contains(&id(110)) && holdings.points.len() == 1);
}
