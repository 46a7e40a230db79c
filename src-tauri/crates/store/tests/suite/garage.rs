//! What drivers drive, and what the audit keeps.

use domain::WattHours;
use domain::audit::{AuditKind, AuditVerb};
use domain::operator::Role;
use domain::session::Session;
use domain::vehicle::Vehicle;
use store::repo::audit::{self, Entry, Filter};
use store::repo::{Slice, Wanted, charge_points, customers, sessions, stations, vehicles};

use crate::database::{Database, ask, commit};
use crate::samples::{at, charge_point, customer, hostile_texts, id, session, station};

fn vehicle(number: u128, name: &str) -> Vehicle {
    Vehicle {
        id: id(number),
        customer_id: customer(1).id,
        name: name.to_owned(),
        plate: None,
        battery: None,
        version: 1,
        created_at: at(1),
        updated_at: at(1),
    }
}

pub async fn a_vehicle_is_its_driver_s_and_goes_without_a_trace_of_who_it_was(db: Database) {
    let (anna, bert) = (customer(1), customer(2));
    for one in [&anna, &bert] {
        let one = one.clone();
        commit!(db.store, [one], |conn| customers::insert(conn, &one)).expect("a new customer");
    }
    for (number, name) in hostile_texts().iter().enumerate() {
        let one = vehicle(100 + number as u128, name);
        commit!(db.store, [one], |conn| vehicles::insert(conn, &one)).expect("any text is a name");
        let found = ask!(db.store, |conn| vehicles::find_of(conn, anna.id, one.id));
        assert_eq!(found, Some(one));
    }
    let full = Vehicle {
        name: "B".to_owned(),
        plate: Some("HH 1".to_owned()),
        battery: Some(WattHours(77_000)),
        version: 2,
        updated_at: at(9),
        ..vehicle(7, "A")
    };
    let bare = vehicle(7, "A");
    commit!(db.store, [bare], |conn| vehicles::insert(conn, &bare)).expect("a new vehicle");
    commit!(db.store, [full], |conn| vehicles::update(conn, &full)).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| vehicles::find_of(conn, anna.id, full.id)),
        Some(full.clone())
    );
    assert_eq!(
        ask!(db.store, |conn| vehicles::find_of(conn, bert.id, full.id)),
        None
    );
    assert!(ask!(db.store, |conn| vehicles::list_of(conn, bert.id)).is_empty());

    let (site, point) = (station(1), charge_point(2, station(1).id));
    let charge = Session {
        customer_id: Some(anna.id),
        ..session(3, &point, 1)
    };
    commit!(db.store, [site], |conn| stations::insert(conn, &site)).expect("a new station");
    commit!(db.store, [point], |conn| charge_points::insert(
        conn, &point
    ))
    .expect("a new box");
    commit!(db.store, [charge], |conn| sessions::insert(conn, &charge)).expect("a new session");
    commit!(db.store, [], |conn| vehicles::note(
        conn, charge.id, full.id
    ))
    .expect("both are there");
    commit!(db.store, [], |conn| vehicles::delete(conn, full.id)).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| vehicles::find_of(conn, anna.id, full.id)),
        None
    );
    assert_eq!(
        ask!(db.store, |conn| vehicles::of_session(conn, charge.id)),
        Some(full.id),
        "the charge keeps which it was"
    );
    let other = Vehicle {
        customer_id: bert.id,
        ..vehicle(8, "Another's")
    };
    commit!(db.store, [other], |conn| vehicles::insert(conn, &other)).expect("a new vehicle");
    commit!(db.store, [], |conn| vehicles::delete_of(conn, anna.id)).expect("they are there");
    assert!(ask!(db.store, |conn| vehicles::list_of(conn, anna.id)).is_empty());
    let left = db.column("SELECT name FROM vehicle").await;
    assert_eq!(left, [Some("Another's".to_owned())], "no row of them");
    assert_eq!(
        ask!(db.store, |conn| vehicles::of_session(conn, charge.id)),
        None,
        "with their driver goes which charges they were for"
    );
}

pub fn entry(number: u32) -> Entry {
    Entry {
        id: id::<domain::EventId>(number.into()).0,
        at: at(number.into()),
        operator_id: id(1),
        operator: format!("op{number}@example.org"),
        role: Role::Admin,
        verb: AuditVerb::Changed,
        kind: AuditKind::Station,
        object_id: Some(format!("object {number}")),
        object_name: None,
        changes: r#"{"name":{"from":"a","to":"b"}}"#.to_owned(),
        trace_id: None,
    }
}

pub async fn what_was_noted_is_found_and_never_changed(db: Database) {
    let other = Entry {
        operator_id: id(2),
        role: Role::Operator,
        verb: AuditVerb::Removed,
        kind: AuditKind::Tariff,
        object_name: Some("Night!_%".to_owned()),
        trace_id: Some("trace".to_owned()),
        ..entry(3)
    };
    let all = [entry(1), entry(2), other.clone()];
    for one in &all {
        let one = one.clone();
        commit!(db.store, [one], |conn| audit::insert(conn, &one)).expect("a new row");
    }
    let find = async |filter: Filter, search: Option<&str>| {
        let slice = Slice {
            limit: 10,
            offset: 0,
        };
        let wanted = Wanted {
            search: search.map(str::to_owned),
            ..slice.into()
        };
        let page = ask!(db.store, |conn| audit::search(conn, &filter, &wanted));
        assert_eq!(page.total, i64::try_from(page.items.len()).expect("few"));
        page.items
    };
    let newest_first = [other.clone(), entry(2), entry(1)];
    assert_eq!(find(Filter::default(), None).await, newest_first);
    for (filter, search, expect) in [
        (
            Filter {
                operator: Some(id(2)),
                ..Filter::default()
            },
            None,
            vec![&other],
        ),
        (
            Filter {
                verb: Some(AuditVerb::Removed),
                ..Filter::default()
            },
            None,
            vec![&other],
        ),
        (
            Filter {
                kind: Some(AuditKind::Tariff),
                ..Filter::default()
            },
            None,
            vec![&other],
        ),
        (
            Filter {
                object: Some("object 1".to_owned()),
                ..Filter::default()
            },
            None,
            vec![&all[0]],
        ),
        (
            Filter {
                from: Some(at(3)),
                ..Filter::default()
            },
            None,
            vec![&other],
        ),
        (
            Filter {
                to: Some(at(2)),
                ..Filter::default()
            },
            None,
            vec![&all[0]],
        ),
        (Filter::default(), Some("night!_%"), vec![&other]),
        (Filter::default(), Some("op2@"), vec![&all[1]]),
        (Filter::default(), Some("nobody"), vec![]),
    ] {
        let found = find(filter.clone(), search).await;
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            expect,
            "{filter:?} {search:?}"
        );
    }
    no_attack_does_anything(&db).await;
    assert_eq!(find(Filter::default(), None).await, newest_first);
}

/// With the database's own tools.
async fn no_attack_does_anything(db: &Database) {
    for attack in [
        "UPDATE audit SET changes = '{}'",
        "UPDATE audit SET operator = 'nobody'",
        "DELETE FROM audit",
    ] {
        assert!(
            db.attack(attack).await.is_err(),
            "{attack}\nwas not refused"
        );
    }
    let own = if db.url.starts_with("sqlite:") {
        "REPLACE INTO audit SELECT * FROM audit"
    } else {
        "TRUNCATE audit"
    };
    assert!(db.attack(own).await.is_err(), "{own}\nwas not refused");
}
