//! What the desk keeps: tariffs and where they hold, customers, cards, users, alerts, and what removing frees.
//! Not for commands, suspense and repeated requests: those are in `chargers`.

use domain::alert::{Alert, AlertKind, Severity};
use domain::authorization::IdTokenStatus;
use domain::charge_point::Connector;
use domain::customer::Customer;
use domain::money::{Percent, UnitPrice};
use domain::operator::{Operator, Role};
use domain::station::{Address, Location, Station, StationFigures};
use domain::status::{Connectivity, ConnectorStatus};
use domain::tariff::Tariff;
use domain::{AccessTokenId, Currency, TariffId};
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::id_tokens::Named;
use store::repo::{
    Order, Slice, Sorts, Wanted, alerts, charge_points, connectors, customers, id_tokens,
    operators, stations, tariffs,
};

use crate::database::{Database, ask, commit};
use crate::samples::{
    at, charge_point, connector, customer, id, id_token, operator, station, stored_point,
};

/// Everything, searched for and sorted.
fn wanted(search: Option<&str>, sort: Option<(&str, Sorts)>) -> Wanted {
    let order = sort.map(|(text, sorts)| Order::read(text, sorts).expect("an order of the table"));
    Wanted {
        search: search.map(str::to_owned),
        order,
        slice: Slice {
            limit: 100,
            offset: 0,
        },
    }
}

fn tariff(number: u128, name: &str, code: &str) -> Tariff {
    let currency = Currency::from_code(code).expect("a known currency");
    Tariff {
        id: id(number),
        name: name.to_owned(),
        per_kwh: UnitPrice {
            micro: 450_000,
            currency,
        },
        tax: Percent { milli: 19_000 },
        version: 1,
        created_at: at(1),
        updated_at: at(2),
    }
}

pub async fn a_tariff_holds_exactly_where_it_was_put_and_a_points_own_goes_first(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let (day, night) = (tariff(50, "Day", "EUR"), tariff(51, "Night", "EUR"));
    for one in [&day, &night, &tariff(52, "Franc", "CHF")] {
        commit!(db.store, [one], |conn| tariffs::insert(conn, &one)).expect("a new tariff");
    }
    let twin = tariff(53, "Day", "EUR");
    let error = commit!(db.store, [twin], |conn| tariffs::insert(conn, &twin));
    assert!(error.expect_err("the name is taken").is_duplicate());
    let common = ask!(db.store, |conn| tariffs::common_currency(conn));
    assert_eq!(common, Currency::from_code("EUR"), "two of three");

    let put = async |tariff: TariffId, stations: &[u128], points: &[u128]| {
        let texts = |ids: &[u128]| -> Vec<String> {
            ids.iter()
                .map(|n| id::<domain::StationId>(*n).to_string())
                .collect()
        };
        let (stations, points) = (texts(stations), texts(points));
        let done = commit!(db.store, [stations, points], |conn| tariffs::assign(
            conn, tariff, &stations, &points
        ));
        done.expect("they are there");
    };
    let holds = async || {
        ask!(db.store, |conn| tariffs::find_for_point(conn, point.id)).map(|tariff| tariff.name)
    };
    assert_eq!(holds().await, None, "nothing is charged");
    put(day.id, &[1], &[]).await;
    assert_eq!(holds().await.as_deref(), Some("Day"), "the station's");
    put(night.id, &[], &[10]).await;
    assert_eq!(holds().await.as_deref(), Some("Night"), "its own");
    let places = ask!(db.store, |conn| tariffs::places(conn, night.id));
    assert_eq!(places, (vec![], vec![point.id.to_string()]));
    put(night.id, &[1], &[]).await;
    let places = ask!(db.store, |conn| tariffs::places(conn, day.id));
    assert_eq!(places, (vec![], vec![]), "a station has one tariff");
    let by = ask!(db.store, |conn| stations::list_by_tariff(conn, night.id));
    assert_eq!(by.len(), 1, "and the other has it now");

    let dearer = Tariff {
        name: "Late".to_owned(),
        per_kwh: UnitPrice {
            micro: 1,
            ..night.per_kwh
        },
        tax: Percent { milli: 0 },
        version: 2,
        updated_at: at(3),
        ..night.clone()
    };
    commit!(db.store, [dearer], |conn| tariffs::update(conn, &dearer)).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| tariffs::find(conn, night.id)),
        Some(dearer)
    );
    commit!(db.store, [], |conn| tariffs::delete(conn, id(51), at(9))).expect("it is there");
    assert_eq!(holds().await, None, "a tariff that is gone holds nowhere");
    assert_eq!(ask!(db.store, |conn| tariffs::find(conn, night.id)), None);
    let named = tariff(54, "Late", "EUR");
    commit!(db.store, [named], |conn| tariffs::insert(conn, &named))
        .expect("the name is free again");
    let found = ask!(db.store, |conn| tariffs::search(
        conn,
        &wanted(Some("A"), Some(("-name", tariffs::SORTS)))
    ));
    let names: Vec<_> = found
        .items
        .iter()
        .map(|tariff| tariff.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["Late", "Franc", "Day"],
        "whatever the case, turned round"
    );
}

pub async fn a_station_counts_its_parts_and_frees_its_name_when_it_goes(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let mut online = charge_point(11, point.station_id);
    online.connectivity = Connectivity::Online;
    let gone = charge_point(12, point.station_id);
    for one in [&online, &gone] {
        commit!(db.store, [one], |conn| charge_points::insert(conn, &one)).expect("a new point");
    }
    let plug = |point, number, status| Connector {
        status,
        ..connector(point, number)
    };
    for plug in [
        plug(point.id, 1, ConnectorStatus::Available),
        plug(online.id, 1, ConnectorStatus::Available),
        plug(online.id, 2, ConnectorStatus::Charging),
        plug(gone.id, 1, ConnectorStatus::Available),
    ] {
        commit!(db.store, [plug], |conn| connectors::save(conn, &plug)).expect("a new plug");
    }
    commit!(db.store, [], |conn| charge_points::delete(
        conn,
        id(12),
        at(9)
    ))
    .expect("it is there");
    let figures = StationFigures {
        points_online: 1,
        points_total: 2,
        connectors_available: 1,
        connectors_total: 3,
    };
    assert_eq!(
        ask!(db.store, |conn| stations::count(conn, id(1))),
        figures,
        "a free plug that is offline is no free plug"
    );
    assert_eq!(ask!(db.store, |conn| connectors::count(conn)), (3, 1, 1));
    let by_status = ask!(db.store, |conn| charge_points::count_by_status(conn));
    assert_eq!(by_status.iter().map(|(_, count)| count).sum::<i64>(), 2);
    assert_eq!(
        ask!(db.store, |conn| charge_points::find(conn, gone.id)),
        None
    );
    assert_eq!(
        ask!(db.store, |conn| charge_points::name_of(conn, gone.id)).as_deref(),
        Some("Point 12"),
        "history names it"
    );
    let mut again = gone.clone();
    again.id = id(13);
    commit!(db.store, [again], |conn| charge_points::insert(
        conn, &again
    ))
    .expect("the identity is free again");

    let whole = Station {
        address: Address {
            line1: "Kai 1".to_owned(),
            postal_code: "24103".to_owned(),
            city: "Kiel".to_owned(),
            country: "DE".to_owned(),
        },
        location: Some(Location {
            latitude: 54.3,
            longitude: -10.1,
        }),
        time_zone: "Europe/Berlin".to_owned(),
        helpline: Some("+49".to_owned()),
        figures,
        version: 2,
        ..station(2)
    };
    commit!(db.store, [whole], |conn| stations::insert(conn, &whole)).expect("a new station");
    let held = commit!(db.store, [], |conn| stations::hold(conn, id(2))).expect("it is there");
    assert_eq!(held, Some(whole.clone()), "every column");
    assert_eq!(ask!(db.store, |conn| stations::count_online(conn)), (2, 1));
    let found = ask!(db.store, |conn| stations::search(
        conn,
        &wanted(Some("kIE"), None)
    ));
    assert_eq!(found.items, [whole], "a search looks into cities");
    let zone = ask!(db.store, |conn| stations::common_time_zone(conn));
    assert_eq!(
        zone.as_deref(),
        Some("Europe/Berlin"),
        "of as many the first by name"
    );
    commit!(db.store, [], |conn| stations::delete(conn, id(2), at(9))).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| stations::find(conn, "Station 2")),
        None
    );
    assert!(
        ask!(db.store, |conn| stations::find_by_id(conn, id(2))).is_some(),
        "history names it"
    );
    let mut next = station(3);
    next.name = "Station 2".to_owned();
    commit!(db.store, [next], |conn| stations::insert(conn, &next))
        .expect("the name is free again");
}

pub async fn a_customer_is_found_searched_changed_and_removed(db: Database) {
    let plain = customer(30);
    let full = Customer {
        email: "ada_l@example.org".to_owned(),
        name: "Ada 100%".to_owned(),
        phone: Some("+49 40".to_owned()),
        language: "de".to_owned(),
        ..customer(31)
    };
    for one in [&plain, &full] {
        commit!(db.store, [one], |conn| customers::insert(conn, &one)).expect("a new customer");
    }
    let find = async |search: &str| {
        let page = ask!(db.store, |conn| customers::search(
            conn,
            &wanted(Some(search), None)
        ));
        let names: Vec<_> = page.items.into_iter().map(|one| one.id).collect();
        assert_eq!(
            page.total,
            i64::try_from(names.len()).expect("few"),
            "{search}"
        );
        names
    };
    for (search, expect) in [
        ("ADA", vec![full.id]),
        ("100%", vec![full.id]),
        ("a_l", vec![full.id]),
        ("+49", vec![full.id]),
        ("_", vec![full.id]),
        ("!", vec![]),
        ("example.org", vec![full.id, plain.id]),
    ] {
        assert_eq!(find(search).await, expect, "{search:?} is no pattern");
    }
    let changed = Customer {
        email: "new@example.org".to_owned(),
        phone: Some("1".to_owned()),
        name: "New".to_owned(),
        language: "fr".to_owned(),
        password_hash: "other".to_owned(),
        version: 2,
        updated_at: at(77),
        ..plain.clone()
    };
    commit!(db.store, [changed], |conn| customers::update(
        conn, &changed
    ))
    .expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| customers::find_by_email(
            conn,
            "new@example.org"
        )),
        Some(changed)
    );
    let card = id_token(70);
    let card = domain::authorization::IdToken {
        customer_id: Some(plain.id),
        ..card
    };
    commit!(db.store, [card], |conn| id_tokens::insert(
        conn,
        &card,
        "CARD",
        at(1)
    ))
    .expect("a new card");
    commit!(db.store, [], |conn| id_tokens::block_of(conn, id(30))).expect("a sound update");
    let blocked = ask!(db.store, |conn| id_tokens::find(conn, "CARD")).expect("it is there");
    assert_eq!(blocked.status, IdTokenStatus::Blocked);
    commit!(db.store, [], |conn| customers::delete(conn, id(30), at(9))).expect("it is there");
    assert_eq!(ask!(db.store, |conn| customers::find(conn, plain.id)), None);
    let mut again = customer(32);
    again.email = "new@example.org".to_owned();
    commit!(db.store, [again], |conn| customers::insert(conn, &again))
        .expect("the address is free again");
}

pub async fn a_card_changes_in_every_column_and_frees_its_text_when_it_goes(db: Database) {
    let owner = customer(30);
    commit!(db.store, [owner], |conn| customers::insert(conn, &owner)).expect("a new customer");
    for number in [70, 71] {
        let (card, text) = (id_token(number), format!("CARD-{number}"));
        commit!(db.store, [card, text], |conn| id_tokens::insert(
            conn,
            &card,
            &text,
            at(5)
        ))
        .expect("a new card");
    }
    let mut changed = Named {
        token: id_token(70),
        text: "OTHER".to_owned(),
        created_at: at(5),
    };
    changed.token.status = IdTokenStatus::Expired;
    changed.token.expires_at = Some(at(99));
    changed.token.customer_id = Some(owner.id);
    changed.token.parent = Some("FLEET".to_owned());
    commit!(db.store, [changed], |conn| id_tokens::update(
        conn, &changed
    ))
    .expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find_by_id(conn, id(70))),
        Some(changed.clone())
    );
    let own = ask!(db.store, |conn| id_tokens::search(
        conn,
        Some(owner.id),
        &wanted(None, None)
    ));
    assert_eq!(own.items, [changed.clone()]);
    let late = ask!(db.store, |conn| id_tokens::search(
        conn,
        None,
        &wanted(None, Some(("-expiresAt", id_tokens::SORTS)))
    ));
    assert_eq!(
        late.items.first(),
        Some(&changed),
        "without an end come last, whichever way"
    );
    commit!(db.store, [], |conn| id_tokens::delete(conn, id(70), at(9))).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find(conn, "OTHER")),
        None,
        "it charges no more"
    );
    let again = id_token(72);
    commit!(db.store, [again], |conn| id_tokens::insert(
        conn,
        &again,
        "OTHER",
        at(5)
    ))
    .expect("the text is free again");
}

pub async fn an_operator_changes_and_goes_with_its_sign_ins(db: Database) {
    let boss = Operator {
        role: Role::Admin,
        ..operator(1)
    };
    let rider = customer(30);
    commit!(db.store, [boss], |conn| operators::insert(
        conn,
        &boss,
        at(1)
    ))
    .expect("a new operator");
    commit!(db.store, [rider], |conn| customers::insert(conn, &rider)).expect("a new customer");
    for (number, holder) in [
        (5, Holder::Operator(boss.id)),
        (6, Holder::Operator(boss.id)),
        (7, Holder::Customer(rider.id)),
    ] {
        let token = AccessToken {
            id: id(number),
            token_hash: format!("hash-{number}"),
            holder,
            last_used_at: at(1),
            expires_at: at(100),
        };
        commit!(db.store, [token], |conn| access_tokens::insert(
            conn, &token
        ))
        .expect("a new sign-in");
    }
    let kept: AccessTokenId = id(5);
    let others = commit!(db.store, [], |conn| access_tokens::delete_others(
        conn,
        Holder::Operator(id(1)),
        kept
    ));
    assert_eq!(
        others.expect("a sound delete"),
        [id(6)],
        "all but the one that is kept"
    );
    let ended = commit!(db.store, [], |conn| access_tokens::delete_of(
        conn,
        Holder::Operator(id(1))
    ));
    assert_eq!(
        ended.expect("a sound delete"),
        [kept],
        "its own and nobody else's"
    );
    assert!(ask!(db.store, |conn| access_tokens::find(conn, "hash-7")).is_some());

    let changed = Operator {
        email: "n@example.org".to_owned(),
        name: "N".to_owned(),
        role: Role::Viewer,
        password_hash: "other".to_owned(),
        ..boss.clone()
    };
    assert_eq!(ask!(db.store, |conn| operators::count_admins(conn)), 1);
    commit!(db.store, [changed], |conn| operators::update(
        conn, &changed
    ))
    .expect("it is there");
    commit!(db.store, [], |conn| operators::hold_all(conn)).expect("a sound update");
    assert_eq!(ask!(db.store, |conn| operators::count_admins(conn)), 0);
    let listed = ask!(db.store, |conn| operators::search(
        conn,
        &wanted(Some("N@"), None)
    ));
    assert_eq!(
        listed
            .items
            .first()
            .map(|known| (&known.operator, known.created_at)),
        Some((&changed, at(1)))
    );
    commit!(db.store, [], |conn| operators::delete(conn, id(1), at(9))).expect("it is there");
    assert_eq!(ask!(db.store, |conn| operators::find(conn, boss.id)), None);
    let again = Operator {
        id: id(2),
        ..changed
    };
    commit!(db.store, [again], |conn| operators::insert(
        conn,
        &again,
        at(1)
    ))
    .expect("the address is free again");
}

pub async fn an_alert_stands_once_is_taken_on_once_and_ends(db: Database) {
    let alert = |number: u128, subject: &str, raised: i64| Alert {
        id: id(number),
        kind: AlertKind::Suspense,
        subject: subject.to_owned(),
        severity: Severity::Warning,
        title: "Title".to_owned(),
        detail: format!("Detail {number}"),
        station_id: Some(id(1)),
        charge_point_id: Some(id(2)),
        session_id: None,
        raised_at: at(raised),
        acknowledged_at: None,
        cleared_at: None,
    };
    let raise = async |one: Alert| {
        commit!(db.store, [one], |conn| alerts::insert(conn, &one)).expect("a sound insert")
    };
    assert!(raise(alert(1, "a", 10)).await);
    assert!(
        !raise(alert(2, "a", 11)).await,
        "one of its kind and subject stands"
    );
    assert!(raise(alert(3, "b", 12)).await);
    let standing = ask!(db.store, |conn| alerts::find_standing(
        conn,
        AlertKind::Suspense,
        "a"
    ));
    assert_eq!(standing, Some(alert(1, "a", 10)), "every column");
    assert_eq!(
        ask!(db.store, |conn| alerts::find_standing(
            conn,
            AlertKind::Takeover,
            "a"
        )),
        None
    );
    for ms in [20, 30] {
        commit!(db.store, [], |conn| alerts::acknowledge(
            conn,
            id(1),
            at(ms)
        ))
        .expect("it is there");
    }
    commit!(db.store, [], |conn| alerts::clear(conn, id(3), at(40))).expect("it is there");
    let first = ask!(db.store, |conn| alerts::find(conn, id(1))).expect("it is there");
    assert_eq!(
        (first.acknowledged_at, first.cleared_at),
        (Some(at(20)), None),
        "the first who took it on"
    );
    assert!(
        raise(alert(4, "b", 50)).await,
        "what is over can come again"
    );
    assert_eq!(ask!(db.store, |conn| alerts::count_standing(conn)), 2);
    let order = async |standing: Option<bool>| {
        let page = ask!(db.store, |conn| alerts::search(
            conn,
            standing,
            &wanted(None, None)
        ));
        page.items
            .iter()
            .map(|one| one.raised_at.as_millisecond())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        order(None).await,
        [50, 10, 12],
        "standing ones first, then the newest"
    );
    assert_eq!(order(Some(true)).await, [50, 10]);
    assert_eq!(order(Some(false)).await, [12]);
}
