//! What the desk keeps: stations and their parts, tariffs and where they hold, alerts, and what removing frees.
//! Not for customers, cards and users: those are in `people`; nor for commands: those are in `chargers`.

use domain::alert::{Alert, AlertKind, Severity};
use domain::charge_point::Connector;
use domain::money::{Percent, UnitPrice};
use domain::pricing::Rates;
use domain::station::{Address, Location, Station, StationFigures};
use domain::status::{Connectivity, ConnectorStatus};
use domain::tariff::{Places, Tariff};
use domain::{Currency, Scope};
use store::repo::tariffs::Spot;
use store::repo::{
    Order, Slice, Sorts, Wanted, alerts, charge_points, connectors, stations, tariffs,
};

use crate::database::{Database, ask, commit};
use crate::samples::{at, charge_point, connector, id, station, stored_point, tariff};

/// Everything, searched for and sorted.
pub fn wanted(search: Option<&str>, sort: Option<(&str, Sorts)>) -> Wanted {
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

    let put = async |tariff: &Tariff, stations: &[u128], points: &[u128]| {
        let places = Places {
            stations: stations.iter().map(|n| id(*n)).collect(),
            points: points.iter().map(|n| id(*n)).collect(),
            ..Places::default()
        };
        let tariff = tariff.clone();
        let done = commit!(db.store, [tariff, places], |conn| tariffs::assign(
            conn, &tariff, &places
        ));
        done.expect("they are there");
    };
    let spot = Spot::point(point.station_id, point.id);
    let names = [(day.id, "Day"), (night.id, "Night")];
    let holds = async || {
        let terms = ask!(db.store, |conn| tariffs::find_terms(conn, &spot, at(5)))?;
        let named = names.iter().find(|(id, _)| *id == terms.tariff_id);
        named.map(|(_, name)| *name)
    };
    let places = async |tariff: &Tariff| {
        let places = ask!(db.store, |conn| tariffs::places(conn, tariff.id));
        (places.stations, places.points)
    };
    assert_eq!(holds().await, None, "nothing is charged");
    put(&day, &[1], &[]).await;
    assert_eq!(holds().await, Some("Day"), "the station's");
    put(&night, &[], &[10]).await;
    assert_eq!(holds().await, Some("Night"), "its own");
    assert_eq!(places(&night).await, (vec![], vec![point.id]));
    put(&night, &[1], &[]).await;
    assert_eq!(
        places(&day).await,
        (vec![], vec![]),
        "a station has one tariff"
    );
    let held = places(&night).await;
    assert_eq!(held.0.len(), 1, "and the other has it now");

    let dearer = Tariff {
        name: "Late".to_owned(),
        rates: Rates::per_kwh(
            UnitPrice {
                micro: 1,
                currency: night.rates.currency,
            },
            Percent { milli: 0 },
        )
        .into(),
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
        Scope::All,
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

pub async fn a_station_counts_its_parts_and_not_those_that_are_gone(db: Database) {
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
    assert_eq!(
        ask!(db.store, |conn| connectors::count(conn, Scope::All)),
        (3, 1, 1)
    );
    let by_status = ask!(db.store, |conn| charge_points::count_by_status(
        conn,
        Scope::All
    ));
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
}

pub async fn a_station_reads_back_whole_and_frees_its_name_when_it_goes(db: Database) {
    let figures = StationFigures {
        points_online: 1,
        points_total: 2,
        connectors_available: 3,
        connectors_total: 4,
    };
    let plain = station(1);
    commit!(db.store, [plain], |conn| stations::insert(conn, &plain)).expect("a new station");
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
    assert_eq!(
        ask!(db.store, |conn| stations::count_online(conn, Scope::All)),
        (2, 1)
    );
    let found = ask!(db.store, |conn| stations::search(
        conn,
        Scope::All,
        &wanted(Some("kIE"), None)
    ));
    assert_eq!(found.items, [whole], "a search looks into cities");
    let zone = ask!(db.store, |conn| stations::common_time_zone(
        conn,
        Scope::All
    ));
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
    let next = Station {
        name: "Station 2".to_owned(),
        ..station(3)
    };
    commit!(db.store, [next], |conn| stations::insert(conn, &next))
        .expect("the name is free again");
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
            AlertKind::ConnectorFault,
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
    assert_eq!(
        ask!(db.store, |conn| alerts::count_standing(conn, Scope::All)),
        2
    );
    let order = async |standing: Option<bool>| {
        let page = ask!(db.store, |conn| alerts::search(
            conn,
            Scope::All,
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
