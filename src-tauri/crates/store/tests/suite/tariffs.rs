//! Tariffs under every version they had, where they hold, and what sessions keep of them. Not for what they cost: that is
//! `domain`'s.

use std::collections::BTreeSet;

use domain::WattHours;
use domain::meter::Metered;
use domain::money::{Percent, UnitPrice};
use domain::pricing::{Component, Dimension, Element, Limit, Rates, Restrictions, TaxBasis};
use domain::register::Mark;
use domain::session::{Session, SessionStatus};
use domain::tariff::{Places, Tariff, clock};
use jiff::civil::{Weekday, date, time};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use store::repo::price_turns::{self, PriceTurn};
use store::repo::tariffs::Spot;
use store::repo::{readings, sessions, stations, tariffs};

use crate::database::{Database, ask, commit, open};
use crate::migrating::migrate_to;
use crate::samples::{
    at, id, reading, session, start_key, station, store_reading, stored_point, tariff,
};

/// Rates with everything set that can be set.
fn everything() -> Rates {
    let plain = tariff(1, "x", "KWD").rates;
    let price = |micro| UnitPrice {
        micro,
        currency: plain.currency,
    };
    let component = |dimension, micro, tax, step_size| Component {
        dimension,
        price: price(micro),
        tax,
        step_size,
    };
    let tax = Some(Percent { milli: 7_700 });
    Rates {
        basis: TaxBasis::Excluded,
        elements: vec![
            Element {
                components: vec![
                    component(Dimension::Energy, 123_456, tax, 500),
                    component(Dimension::Time, 0, None, 60),
                ],
                restrictions: Restrictions {
                    start_time: Some(time(22, 0, 0, 0)),
                    end_time: Some(time(6, 30, 0, 0)),
                    start_date: Some(date(2026, 12, 1)),
                    end_date: Some(date(2027, 3, 1)),
                    min_wh: Some(1),
                    max_wh: Some(2),
                    min_current_ma: Some(3),
                    max_current_ma: Some(4),
                    min_power_w: Some(5),
                    max_power_w: Some(6),
                    min_duration_s: Some(7),
                    max_duration_s: Some(8),
                    days: vec![Weekday::Monday, Weekday::Sunday],
                },
            },
            Element {
                components: vec![
                    component(Dimension::ParkingTime, 9_000_000, tax, 1),
                    component(Dimension::Flat, 1_000_000, tax, 0),
                ],
                restrictions: Restrictions::default(),
            },
        ],
        min_price: Some(Limit {
            net_minor: Some(10),
            total_minor: None,
        }),
        max_price: Some(Limit {
            net_minor: None,
            total_minor: Some(i64::MAX),
        }),
        idle_grace_s: 900,
        currency: plain.currency,
    }
}

async fn insert(db: &Database, tariff: &Tariff) {
    commit!(db.store, [tariff], |conn| tariffs::insert(conn, &tariff)).expect("a new tariff");
}

pub async fn a_tariff_reads_back_with_everything_it_charges_and_keeps_every_version(db: Database) {
    let first = Tariff {
        rates: everything().into(),
        valid_from: Some(at(100)),
        valid_to: Some(at(200)),
        ..tariff(50, "Night", "KWD")
    };
    insert(&db, &first).await;
    let found = ask!(db.store, |conn| tariffs::find(conn, first.id));
    assert_eq!(found.as_ref(), Some(&first), "as it went in");

    let second = Tariff {
        rates: tariff(1, "x", "EUR").rates,
        valid_from: None,
        valid_to: None,
        version: 2,
        updated_at: at(3),
        ..first.clone()
    };
    commit!(db.store, [second], |conn| tariffs::update(conn, &second)).expect("it is there");
    let found = ask!(db.store, |conn| tariffs::find(conn, first.id));
    assert_eq!(found, Some(second), "as it is now");
    commit!(db.store, [], |conn| tariffs::delete(conn, id(50), at(9))).expect("it is there");
    assert_eq!(ask!(db.store, |conn| tariffs::find(conn, first.id)), None);
    let versions = db
        .column("SELECT CONCAT_WS('|', version, name, valid_from, valid_to) FROM tariff_version ORDER BY version")
        .await;
    let kept = ["1|Night|100|200", "2|Night"].map(|row| Some(row.to_owned()));
    assert_eq!(versions, kept, "what somebody was shown is there for ever");
}

/// A tariff with these dates, put where it is to hold.
async fn put(db: &Database, number: u128, dates: (Option<i64>, Option<i64>), places: Places) {
    let one = Tariff {
        valid_from: dates.0.map(at),
        valid_to: dates.1.map(at),
        ..tariff(number, &format!("Tariff {number}"), "EUR")
    };
    insert(db, &one).await;
    commit!(db.store, [one, places], |conn| tariffs::assign(
        conn, &one, &places
    ))
    .expect("they are there");
    let kept = ask!(db.store, |conn| tariffs::places(conn, one.id));
    assert_eq!(kept, places, "tariff {number} holds where it was put");
}

pub async fn the_most_particular_tariff_of_a_moment_holds(db: Database) {
    let point = stored_point(&db.store, 10).await;
    commit!(db.store, [], |conn| stations::insert(conn, &station(2))).expect("a new station");
    let here = [point.station_id];
    let spot = Spot::point(point.station_id, point.id);
    let plug_spot = |number| Spot {
        connector: Some(number),
        ..spot.clone()
    };
    let at_plug = plug_spot(2);
    let of_staff = Spot {
        group: Some("staff".to_owned()),
        ..at_plug.clone()
    };
    let holds = async |spot: &Spot, ms: i64| {
        let terms = ask!(db.store, |conn| tariffs::find_terms(conn, spot, at(ms)));
        terms.map(|terms| terms.tariff_id.0.as_u128())
    };
    let put = async |number: u128, dates: (Option<i64>, Option<i64>), places: Places| {
        put(&db, number, dates, places).await;
    };
    let stations = || Places {
        stations: here.to_vec(),
        ..Places::default()
    };
    let points = || Places {
        points: vec![point.id],
        ..Places::default()
    };
    let staff = |places: Places| Places {
        groups: vec!["staff".to_owned()],
        ..places
    };

    assert_eq!(holds(&spot, 50).await, None, "nothing is charged");
    put(60, (None, None), stations()).await;
    put(61, (Some(100), Some(200)), stations()).await;
    put(62, (Some(150), None), stations()).await;
    for (ms, expect) in [(99, 60), (100, 61), (149, 61), (150, 62), (200, 62)] {
        assert_eq!(
            holds(&spot, ms).await,
            Some(expect),
            "the station's at {ms}"
        );
    }
    put(63, (None, None), points()).await;
    assert_eq!(holds(&spot, 150).await, Some(63), "a point before a date");
    let whole = Spot::station(point.station_id);
    assert_eq!(
        holds(&whole, 150).await,
        Some(62),
        "the station keeps its own"
    );
    put(64, (None, Some(120)), points()).await;
    assert_eq!(holds(&spot, 119).await, Some(64), "with an end alone");
    assert_eq!(
        holds(&spot, 120).await,
        Some(63),
        "before its end, not at it"
    );

    let plug = || Places {
        connectors: vec![(point.id, 2)],
        ..Places::default()
    };
    put(65, (None, None), plug()).await;
    assert_eq!(
        holds(&at_plug, 110).await,
        Some(65),
        "a plug before its point"
    );
    let other = plug_spot(1);
    assert_eq!(holds(&other, 110).await, Some(64), "another plug has none");
    assert_eq!(
        ask!(db.store, |conn| tariffs::list_named_connectors(
            conn, point.id
        )),
        [2]
    );
    put(66, (None, None), plug()).await;
    let before = ask!(db.store, |conn| tariffs::places(conn, id(65)));
    assert_eq!(before, Places::default(), "a plug has one without dates");

    put(67, (None, None), staff(Places::default())).await;
    assert_eq!(holds(&of_staff, 110).await, Some(67), "a group's anywhere");
    assert_eq!(holds(&at_plug, 110).await, Some(66), "and for nobody else");
    let elsewhere = Spot {
        group: Some("staff".to_owned()),
        ..Spot::station(id(2))
    };
    assert_eq!(holds(&elsewhere, 110).await, Some(67));
    put(68, (None, None), staff(stations())).await;
    assert_eq!(holds(&of_staff, 110).await, Some(68), "a group's here");
    assert_eq!(holds(&elsewhere, 110).await, Some(67));

    let next =
        async |spot: &Spot, ms: i64| ask!(db.store, |conn| tariffs::next_date(conn, spot, at(ms)));
    assert_eq!(next(&whole, 50).await, Some(at(100)), "the station's first");
    assert_eq!(next(&whole, 100).await, Some(at(150)));
    assert_eq!(next(&whole, 150).await, Some(at(200)));
    assert_eq!(next(&whole, 200).await, None);
    assert_eq!(next(&spot, 110).await, Some(at(120)), "the point's own too");
}

/// The session begun at the sample's point under this tariff.
fn charging(point: &domain::charge_point::ChargePoint, tariff: &Tariff) -> Session {
    let mut charge = session(20, point, 7);
    charge.terms = Some(tariff.terms(clock("Europe/Berlin")));
    charge.status = SessionStatus::Requested;
    assert!(charge.begin(7, (at(7_000), at(7_000)), WattHours(500)));
    charge
}

pub async fn a_tariff_is_had_as_it_stood_at_a_moment(db: Database) {
    stored_point(&db.store, 1).await;
    let first = tariff(50, "Day", "EUR");
    let price = UnitPrice {
        micro: 800_000,
        currency: first.rates.currency,
    };
    let dearer = Tariff {
        rates: Rates::per_kwh(price, Percent { milli: 19_000 }).into(),
        version: 2,
        updated_at: at(1_000),
        ..first.clone()
    };
    let places = Places {
        stations: vec![id(1)],
        ..Places::default()
    };
    commit!(db.store, [first, dearer, places], |conn| async {
        tariffs::insert(conn, &first).await?;
        tariffs::assign(conn, &first, &places).await?;
        tariffs::update(conn, &dearer).await
    })
    .expect("a tariff and its change");
    let spot = Spot::station(id(1));
    let now = ask!(db.store, |conn| tariffs::find_terms(conn, &spot, at(5_000)));
    let now = now.expect("it holds there");
    assert_eq!(now.tariff_version, 2);
    for (moment, version, rates) in [
        (1, 1, &first.rates),
        (2, 1, &first.rates),
        (999, 1, &first.rates),
        (1_000, 2, &dearer.rates),
        (9_000, 2, &dearer.rates),
    ] {
        let terms = now.clone();
        let then = ask!(db.store, |conn| tariffs::as_it_stood(
            conn,
            terms,
            at(moment)
        ));
        assert_eq!(
            (then.tariff_version, &then.rates),
            (version, rates),
            "{moment}"
        );
        assert_eq!(then.zone, now.zone, "by the same clock");
    }
}

pub async fn a_session_keeps_the_version_it_was_shown_and_what_of_it_is_priced(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let shown = Tariff {
        rates: everything().into(),
        ..tariff(50, "Night", "KWD")
    };
    insert(&db, &shown).await;
    let mut charge = charging(&point, &shown);
    commit!(db.store, [charge], |conn| sessions::insert(conn, &charge)).expect("a new session");
    assert!(charge.suspend(at(8_000)));
    charge.measure(&reading(9_000), &[], 22_000);
    commit!(db.store, [charge], |conn| sessions::update(conn, &charge)).expect("it is there");

    let dearer = Tariff {
        rates: tariff(1, "x", "EUR").rates,
        version: 2,
        ..shown.clone()
    };
    commit!(db.store, [dearer], |conn| tariffs::update(conn, &dearer)).expect("it is there");
    commit!(db.store, [], |conn| tariffs::delete(conn, id(50), at(9))).expect("it is there");

    let by_id = ask!(db.store, |conn| sessions::find(conn, charge.id));
    assert_eq!(by_id.as_ref(), Some(&charge), "the price it began with");
    let by_start = ask!(db.store, |conn| sessions::find_by_start(
        conn,
        &start_key(&charge)
    ));
    assert_eq!(by_start.as_ref(), Some(&charge));
    let wanted = BTreeSet::from([(point.id, 7)]);
    let by_number = ask!(db.store, |conn| sessions::find_by_transactions(
        conn, &wanted
    ));
    assert_eq!(by_number, [charge.clone()], "tally and all");
    charge.infer_end(at(9_500));
    commit!(db.store, [charge], |conn| sessions::update(conn, &charge)).expect("it is there");
    for (after, expect) in [(None, vec![charge.clone()]), (Some(charge.id), vec![])] {
        let ended = ask!(db.store, |conn| sessions::list_ended(
            conn,
            (at(0), at(99_999)),
            after,
            10
        ));
        assert_eq!(ended, expect, "after {after:?}");
    }
}

/// What an older program wrote: a tariff that changed once, a running session under its first version, and one that is over.
const OLD: &str = "
INSERT INTO tariff (id, name, currency, per_kwh_micro, tax_milli, version, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-000000000032', 'Day', 'EUR', 450000, 19000, 2, 1, 2);
INSERT INTO station (id, name, version, created_at, updated_at, time_zone, tariff_id)
  VALUES ('00000000-0000-0000-0000-000000000001', 'Old', 1, 1, 1, 'Europe/Berlin', '00000000-0000-0000-0000-000000000032');
INSERT INTO charge_point (id, identity, station_id, name, security_profile, max_power_w, status, connectivity, since,
    version, created_at, updated_at)
  VALUES ('00000000-0000-0000-0000-00000000000a', 'CP-1', '00000000-0000-0000-0000-000000000001', 'One', 0, 22000,
    'offline', 'offline', 1, 1, 1, 1);
INSERT INTO session (id, station_id, charge_point_id, connector_id, transaction_id, id_token, status, started_by,
    requested_at, started_at, began_at, meter_start_wh, meter_last_wh, energy_wh, tariff_id, tariff_version, currency,
    per_kwh_micro, tax_milli)
  VALUES ('00000000-0000-0000-0000-000000000014', '00000000-0000-0000-0000-000000000001',
    '00000000-0000-0000-0000-00000000000a', 1, 7, 'T', 'charging', 'rfid', 1, 1, 1, 0, 20000, 20000,
    '00000000-0000-0000-0000-000000000032', 1, 'EUR', 300000, 7000);
INSERT INTO meter_reading (charge_point_id, connector_id, transaction_id, measured_at, context, meter_wh, power_w, counted_at)
  VALUES ('00000000-0000-0000-0000-00000000000a', 1, 7, 2, 'Sample.Periodic', 20000, 11000, 3);
";

pub async fn what_had_one_price_per_kwh_keeps_it_through_the_migration(db: Database) {
    let url = db.fresh_url().await;
    migrate_to(&url, 13).await;
    let done = if url.starts_with("sqlite:") {
        let mut old = SqliteConnection::connect(&url).await.expect("a file");
        old.execute(OLD).await.map(drop)
    } else {
        let mut old = PgConnection::connect(&url).await.expect("the server runs");
        old.execute(OLD).await.map(drop)
    };
    done.expect("the old columns");
    let store = open(&url).await;
    let kept = ask!(store, |conn| tariffs::find(conn, id(50))).expect("it is there");
    assert_eq!(*kept.rates, *tariff(50, "Day", "EUR").rates);
    let spot = Spot::point(id(1), id(10));
    let terms = ask!(store, |conn| tariffs::find_terms(conn, &spot, at(5))).expect("it holds");
    assert_eq!(terms, kept.terms(clock("Europe/Berlin")));
    let charge = ask!(store, |conn| sessions::find(conn, id(20))).expect("it is there");
    let cost = charge.cost().expect("it keeps its own price");
    assert_eq!(cost.total.minor, 600, "20 kWh at the 0.30 it began with");
    let read = ask!(store, |conn| readings::list_registers(conn, id(10), 7));
    let kept = Metered {
        mark: Mark {
            at: at(3),
            wh: WattHours(20_000),
        },
        power_w: Some(11_000),
        current_ma: None,
    };
    assert_eq!(read, [kept], "what it is counted by moves into the new key");
    store.close().await;
}

pub async fn a_price_that_turns_is_taken_once(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let turn = |charge_point_id, ms| PriceTurn {
        station_id: point.station_id,
        charge_point_id,
        turns_at: at(ms),
    };
    let set = async |of, ms: Option<i64>| {
        let station = point.station_id;
        let set = commit!(db.store, [], |conn| price_turns::set(
            conn,
            station,
            of,
            ms.map(at)
        ));
        set.expect("the place is there");
    };
    let due = async |ms: i64| ask!(db.store, |conn| price_turns::list_due(conn, at(ms)));
    set(None, Some(100)).await;
    set(Some(point.id), Some(50)).await;
    assert_eq!(due(49).await, []);
    assert_eq!(due(100).await, [turn(Some(point.id), 50), turn(None, 100)]);
    set(None, Some(200)).await;
    assert_eq!(
        due(199).await,
        [turn(Some(point.id), 50)],
        "one turn a place"
    );
    let take = async |turn: PriceTurn| {
        let taken = commit!(db.store, [], |conn| price_turns::take(conn, &turn));
        taken.expect("a sound statement")
    };
    assert!(!take(turn(None, 100)).await, "it is another one now");
    assert!(take(turn(None, 200)).await);
    assert!(!take(turn(None, 200)).await, "another has it");
    set(Some(point.id), None).await;
    assert_eq!(due(999).await, [], "none is left");
}

pub async fn registers_of_many_transactions_come_at_once(db: Database) {
    let point = stored_point(&db.store, 10).await;
    for (number, ms) in [(1, 10), (1, 20), (2, 30), (3, 40)] {
        let added = commit!(db.store, [], |conn| store_reading(
            conn,
            point.id,
            1,
            Some(number),
            &reading(ms),
            at(ms)
        ));
        assert!(added.expect("a valid reading"));
    }
    let wanted = BTreeSet::from([(point.id, 1), (point.id, 2), (point.id, 9)]);
    let found = ask!(db.store, |conn| readings::list_all_registers(conn, &wanted));
    let counts: Vec<_> = found.iter().map(|(key, all)| (key.1, all.len())).collect();
    assert_eq!(counts, [(1, 2), (2, 1)]);
    let alone = ask!(db.store, |conn| readings::list_registers(conn, point.id, 2));
    assert_eq!(found[&(point.id, 2)], alone, "the same as one by one");
    let none = ask!(db.store, |conn| readings::list_all_registers(
        conn,
        &BTreeSet::new()
    ));
    assert!(none.is_empty());
}
