//! What is written is read back: every column, set and unset, whatever text it holds.

use domain::authorization::IdTokenStatus;
use domain::charge_point::{ChargePoint, ConnectorFormat, ConnectorType};
use domain::meter::{PhaseValues, Reading};
use domain::operator::Role;
use domain::session::{EndsBy, Funding, Session, SessionStatus, StopReason};
use domain::status::{ChargePointStatus, Connectivity, ConnectorStatus};
use domain::{IdTokenId, WattHours};
use serde_json::json;
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::sessions::Course;
use store::repo::{charge_points, connectors, customers, id_tokens, operators, sessions, stations};

use crate::database::{Database, ask, commit};
use crate::samples::{
    at, charge_point, connector, customer, hostile_texts, id, id_token, operator, reading, session,
    start_key, station, store_reading, stored_point,
};

pub async fn a_station_reads_back_by_id_and_by_name(db: Database) {
    let known = station(1);
    commit!(db.store, [known], |conn| stations::insert(conn, &known)).expect("a new station");
    for asked in [known.id.to_string(), known.name.clone()] {
        let found = ask!(db.store, |conn| stations::find(conn, &asked));
        assert_eq!(found.as_ref(), Some(&known), "asked for {asked}");
    }
    assert_eq!(
        ask!(db.store, |conn| stations::find(conn, "Station")),
        None,
        "a part of a name is no name"
    );

    // Somebody may call a station by another's id: the id itself goes first.
    let mut impostor = station(2);
    impostor.name = known.id.to_string();
    commit!(db.store, [impostor], |conn| stations::insert(
        conn, &impostor
    ))
    .expect("any text is a name");
    let found = ask!(db.store, |conn| stations::find(conn, &impostor.name));
    assert_eq!(found, Some(known), "the id wins over the name");
}

/// The same charge point after a boot: every column that may change has.
fn booted(point: &ChargePoint) -> ChargePoint {
    ChargePoint {
        status: ChargePointStatus::Available,
        connectivity: Connectivity::Online,
        since: at(11_001),
        vendor: Some("Vendor".to_owned()),
        model: Some("Model".to_owned()),
        serial_number: Some("SN-1".to_owned()),
        firmware_version: Some("1.2.3".to_owned()),
        next_password_hash: Some("sha256:ff00".to_owned()),
        key_sent_at: Some(at(11_005)),
        remote_address: Some("[2001:db8::1]:40000".to_owned()),
        node: Some("node-a".to_owned()),
        socket: Some(id(12)),
        last_seen_at: Some(at(11_002)),
        booted_at: Some(at(11_003)),
        version: i64::MAX,
        updated_at: at(11_004),
        ..point.clone()
    }
}

pub async fn a_charge_point_reads_back_with_every_column_set_and_unset(db: Database) {
    let plain = stored_point(&db.store, 10).await;
    let mut locked = charge_point(11, plain.station_id);
    locked.security_profile = 1;
    locked.password_hash = Some("sha256:00ff".to_owned());
    commit!(db.store, [locked], |conn| charge_points::insert(
        conn, &locked
    ))
    .expect("a new point");

    for registered in [plain, locked] {
        for expected in [registered.clone(), booted(&registered), registered.clone()] {
            commit!(db.store, [expected], |conn| charge_points::update(
                conn, &expected
            ))
            .expect("it is there");
            let by_id = ask!(db.store, |conn| charge_points::find(conn, expected.id));
            assert_eq!(by_id.as_ref(), Some(&expected), "by id");
            let by_name = ask!(db.store, |conn| charge_points::find_by_identity(
                conn,
                &expected.identity
            ));
            assert_eq!(by_name.as_ref(), Some(&expected), "by identity");
        }
        let heard = at(12_345);
        commit!(db.store, [], |conn| charge_points::hear(
            conn,
            registered.id,
            heard
        ))
        .expect("it is there");
        let after = ask!(db.store, |conn| charge_points::find(conn, registered.id));
        let expected = ChargePoint {
            last_seen_at: Some(heard),
            ..registered
        };
        assert_eq!(after, Some(expected), "hearing it changes the time alone");
    }
    assert_eq!(
        ask!(db.store, |conn| charge_points::find(conn, id(99))),
        None,
        "nobody has that id"
    );
}

pub async fn a_connector_reads_back_with_every_column_set_and_unset(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let free = connector(point.id, 1);
    let mut broken = free.clone();
    broken.kind = ConnectorType::Ccs2;
    broken.format = ConnectorFormat::Cable;
    broken.max_power_w = 350_000;
    broken.status = ConnectorStatus::Faulted;
    broken.error_code = Some("GroundFailure".to_owned());
    broken.since = at(6_001);
    broken.version = 2;
    let second = connector(point.id, 2);

    commit!(db.store, [second], |conn| connectors::save(conn, &second)).expect("a new connector");
    for first in [&free, &broken, &free] {
        commit!(db.store, [first], |conn| connectors::save(conn, &first)).expect("new or known");
        let listed = ask!(db.store, |conn| connectors::list(conn, point.id));
        assert_eq!(
            listed,
            [first.clone(), second.clone()],
            "by number, each as it is now"
        );
    }
    assert_eq!(
        ask!(db.store, |conn| connectors::list(conn, id(99))),
        [],
        "another box has none"
    );
}

/// The same session in the middle, with every column that may change.
fn measured(session: &Session) -> Session {
    Session {
        meter_last: WattHours(i64::MAX),
        measured_at: Some(at(7_500)),
        began_at: Some(at(7_100)),
        energy: WattHours(1_700),
        power_w: Some(-1),
        soc_percent: Some(100),
        // Two turns of a car that idled.
        usage: serde_json::from_value(json!({ "turns": [7_200, 7_300] })).expect("as it is kept"),
        version: 2,
        ..session.clone()
    }
}

fn stopped(session: &Session, reason: StopReason) -> Session {
    Session {
        status: SessionStatus::Stopped,
        stopped_at: Some(at(7_900)),
        meter_stop: Some(WattHours(2_000)),
        stop_reason: Some(reason),
        version: 3,
        ..session.clone()
    }
}

pub async fn a_session_reads_back_with_every_column_set_and_unset(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let mut begun = session(20, &point, 1);
    let account = customer(30);
    commit!(db.store, [account], |conn| customers::insert(
        conn, &account
    ))
    .expect("a new customer");
    begun.customer_id = Some(account.id);
    let begun_by_rfid = session(21, &point, i64::from(i32::MAX));
    for begun in [begun, begun_by_rfid] {
        commit!(db.store, [begun], |conn| sessions::insert(conn, &begun)).expect("a new session");
        let stops = StopReason::ALL
            .iter()
            .map(|reason| stopped(&begun, *reason));
        let all = [begun.clone(), measured(&begun)]
            .into_iter()
            .chain(stops)
            .chain([begun.clone()]);
        for expected in all {
            commit!(db.store, [expected], |conn| sessions::update(
                conn, &expected
            ))
            .expect("it is there");
            let by_number = ask!(db.store, |conn| sessions::find_by_transaction(
                conn,
                point.id,
                expected.transaction_id.expect("the samples have a number")
            ));
            assert_eq!(by_number.as_ref(), Some(&expected), "by transaction");
            let by_start = ask!(db.store, |conn| sessions::find_by_start(
                conn,
                &start_key(&expected)
            ));
            assert_eq!(by_start.as_ref(), Some(&expected), "by its start");
        }
    }
}

pub async fn what_readings_made_of_a_session_reads_back_whatever_of_its_course_changed(
    db: Database,
) {
    let point = stored_point(&db.store, 10).await;
    let begun = session(20, &point, 1);
    commit!(db.store, [begun], |conn| sessions::insert(conn, &begun)).expect("a new session");
    // Beside the figures, everything that is stored with them and everything that is not.
    let figures = Session {
        began_at: begun.began_at,
        funding: Funding {
            ends: Some((at(9_000), EndsBy::Amount)),
            warned: true,
            bill_due: Some(at(9_500)),
            ..begun.funding
        },
        ..measured(&begun)
    };
    let changes: [fn(&mut Session); 9] = [
        |session| session.status = SessionStatus::Suspended,
        |session| session.began_at = Some(at(7_100)),
        |session| session.started_at = Some(at(7_200)),
        |session| session.stopped_at = Some(at(7_900)),
        |session| session.meter_start = WattHours(400),
        |session| session.meter_stop = Some(WattHours(2_000)),
        |session| session.stop_asked = Some(StopReason::Operator),
        |session| session.stop_reason = Some(StopReason::Local),
        |session| session.inferred = true,
    ];
    let mut all = vec![figures.clone(), begun.clone()];
    for change in changes {
        // One thing at a time, there and back.
        let mut changed = figures.clone();
        change(&mut changed);
        all.extend([figures.clone(), changed]);
    }
    all.push(Session {
        transaction_id: Some(2),
        ..figures.clone()
    });
    all.push(Session {
        // What is over reaches no limit any more.
        funding: Funding {
            ends: None,
            ..figures.funding
        },
        ..stopped(&figures, StopReason::Local)
    });
    let mut stored = begun;
    for expected in all {
        let course = Course::of(&stored);
        commit!(db.store, [expected], |conn| {
            sessions::update_measured(conn, [(&expected, course)])
        })
        .expect("it is there");
        let found = ask!(db.store, |conn| sessions::find(conn, expected.id));
        assert_eq!(found.as_ref(), Some(&expected), "after {stored:?}");
        stored = expected;
    }
}

pub async fn a_reading_is_stored_with_every_column_set_and_unset(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let full = Reading {
        current_a: Some(PhaseValues {
            l1: Some(15.9),
            l2: Some(16.1),
            l3: None,
        }),
        ..reading(1)
    };
    let empty = Reading {
        meter: None,
        power_w: None,
        soc_percent: None,
        current_a: None,
        context: String::new(),
        ..reading(2)
    };
    for (reading, transaction) in [(full, Some(7)), (empty, None)] {
        let added = commit!(db.store, [], |conn| store_reading(
            conn,
            point.id,
            3,
            transaction,
            &reading,
            at(9)
        ));
        assert!(added.expect("a valid reading"), "it is new");
    }
    let rows = db
        .column(
            "SELECT CONCAT_WS('|', charge_point_id, connector_id, transaction_id, measured_at, context,
               COALESCE(CAST(meter_wh AS TEXT), 'null'), COALESCE(CAST(power_w AS TEXT), 'null'),
               COALESCE(CAST(soc_percent AS TEXT), 'null'), counted_at,
               COALESCE(CAST(current_ma AS TEXT), 'null'))
             FROM meter_reading ORDER BY measured_at",
        )
        .await;
    let point = point.id;
    let expected = [
        format!("{point}|3|7|1|Sample.Periodic|1520|11000|64|9|32000"),
        format!("{point}|3|0|2||null|null|null|9|null"),
    ];
    assert_eq!(
        rows,
        expected.map(Some),
        "no reading outside a transaction has a number"
    );
}

pub async fn an_id_token_reads_back(db: Database) {
    for (number, status) in (1..).zip(IdTokenStatus::ALL) {
        for (number, expires_at) in [(number, None), (number + 10, Some(at(-1)))] {
            let mut token = id_token(number);
            token.status = *status;
            token.expires_at = expires_at;
            let text = format!("TOKEN-{number}");
            commit!(db.store, [token, text], |conn| id_tokens::insert(
                conn,
                &token,
                &text,
                at(99)
            ))
            .expect("a new token");
            assert_eq!(
                ask!(db.store, |conn| id_tokens::find(conn, &text)),
                Some(token),
                "as it went in"
            );
        }
    }
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find(conn, "token-1")),
        None,
        "the caller folds the case"
    );
    let made = db
        .column("SELECT DISTINCT CAST(created_at AS TEXT) FROM id_token")
        .await;
    assert_eq!(made, [Some("99".to_owned())], "the time of making is kept");
}

pub async fn an_operator_and_a_sign_in_read_back(db: Database) {
    for (number, role) in (1..).zip(Role::ALL) {
        let mut known = operator(number);
        known.role = *role;
        commit!(db.store, [known], |conn| operators::insert(
            conn,
            &known,
            at(98)
        ))
        .expect("a new operator");
        assert_eq!(
            ask!(db.store, |conn| operators::find(conn, known.id)).as_ref(),
            Some(&known)
        );
        assert_eq!(
            ask!(db.store, |conn| operators::find_by_email(
                conn,
                &known.email
            )),
            Some(known)
        );
    }
    let made = db
        .column("SELECT DISTINCT CAST(created_at AS TEXT) FROM operator")
        .await;
    assert_eq!(made, [Some("98".to_owned())], "the time of making is kept");

    let token = AccessToken {
        id: id(5),
        token_hash: "ab".repeat(32),
        holder: Holder::Operator(id(1)),
        last_used_at: at(100),
        idle: std::time::Duration::from_secs(90),
        expires_at: at(200),
    };
    commit!(db.store, [token], |conn| access_tokens::insert(
        conn, &token
    ))
    .expect("a new sign-in");
    for used in [100, 150] {
        commit!(db.store, [], |conn| access_tokens::touch(
            conn,
            id(5),
            at(used)
        ))
        .expect("it is there");
        let found = ask!(db.store, |conn| access_tokens::find(
            conn,
            &token.token_hash
        ))
        .expect("it is there");
        assert_eq!((found.id, found.holder), (token.id, token.holder));
        assert_eq!(
            (found.last_used_at, found.expires_at),
            (at(used), token.expires_at)
        );
        assert_eq!(found.token_hash, token.token_hash);
    }
    let made = db
        .column("SELECT CAST(created_at AS TEXT) FROM access_token")
        .await;
    assert_eq!(
        made,
        [Some("100".to_owned())],
        "made when first used, whenever used later"
    );
}

pub async fn hostile_text_comes_back_as_it_went_in(db: Database) {
    for (number, text) in (1_u128..).zip(hostile_texts()) {
        let mut station = station(number);
        station.name.clone_from(&text);
        let mut point = charge_point(100 + number, station.id);
        point.name.clone_from(&text);
        point.password_hash = Some(text.clone());
        let said = || Some(text.clone());
        point.vendor = said();
        point.model = said();
        point.serial_number = said();
        point.firmware_version = said();
        point.remote_address = said();
        point.node = said();
        let mut plug = connector(point.id, 1);
        plug.error_code = said();
        let transaction = i64::try_from(number).expect("a small number");
        let mut charge = session(200 + number, &point, transaction);
        charge.id_token.clone_from(&text);
        let mut person = operator(300 + number);
        person.email.clone_from(&text);
        person.name.clone_from(&text);
        person.password_hash.clone_from(&text);
        let token = id_token(400 + number);

        commit!(
            db.store,
            [station, point, plug, charge, person, token, text],
            |conn| async {
                stations::insert(conn, &station).await?;
                charge_points::insert(conn, &point).await?;
                charge_points::update(conn, &point).await?;
                connectors::save(conn, &plug).await?;
                sessions::insert(conn, &charge).await?;
                operators::insert(conn, &person, at(1)).await?;
                id_tokens::insert(conn, &token, &text, at(1)).await
            }
        )
        .expect("any text is stored");

        assert_eq!(
            ask!(db.store, |conn| stations::find(conn, &text)),
            Some(station)
        );
        assert_eq!(
            ask!(db.store, |conn| charge_points::find(conn, point.id)).as_ref(),
            Some(&point)
        );
        let held = ask!(db.store, |conn| charge_points::list_held_by(conn, &text));
        assert_eq!(held, [point.clone()]);
        assert_eq!(
            ask!(db.store, |conn| connectors::list(conn, point.id)),
            [plug]
        );
        assert_eq!(
            ask!(db.store, |conn| sessions::find_by_start(
                conn,
                &start_key(&charge)
            )),
            Some(charge)
        );
        assert_eq!(
            ask!(db.store, |conn| operators::find_by_email(conn, &text)),
            Some(person)
        );
        let found: Option<IdTokenId> =
            ask!(db.store, |conn| id_tokens::find(conn, &text)).map(|token| token.id);
        assert_eq!(found, Some(token.id));
    }
}
