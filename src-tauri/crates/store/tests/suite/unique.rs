//! What there may be once only: names, numbers and the natural keys of what chargers repeat.

use domain::WattHours;
use domain::meter::Reading;
use domain::session::Session;
use futures_util::future::join_all;
use store::StoreError;
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::readings::NewReading;
use store::repo::sessions::StartKey;
use store::repo::{charge_points, id_tokens, operators, readings, sessions, stations};

use crate::database::{Database, ask, commit};
use crate::samples::{
    at, charge_point, id, id_token, operator, reading, session, start_key, station, store_reading,
    stored_point,
};

/// The second row is refused as a duplicate, by the constraint the sentence names.
fn refused(answer: Result<(), StoreError>, what: &str) {
    let error = answer.expect_err(what);
    assert!(error.is_duplicate(), "{what}: {error}");
}

pub async fn a_second_row_of_the_same_name_is_a_duplicate(db: Database) {
    let point = stored_point(&db.store, 10).await;

    let mut twin = station(2);
    twin.name = station(1).name;
    refused(
        commit!(db.store, [twin], |conn| stations::insert(conn, &twin)),
        "a station's name",
    );
    let mut twin = charge_point(11, point.station_id);
    twin.identity = point.identity.clone();
    refused(
        commit!(db.store, [twin], |conn| charge_points::insert(conn, &twin)),
        "an identity",
    );

    let token = id_token(20);
    commit!(db.store, [token], |conn| id_tokens::insert(
        conn,
        &token,
        "TAG",
        at(1)
    ))
    .expect("a new token");
    let twin = id_token(21);
    refused(
        commit!(db.store, [twin], |conn| id_tokens::insert(
            conn,
            &twin,
            "TAG",
            at(1)
        )),
        "a token's text",
    );

    let person = operator(30);
    commit!(db.store, [person], |conn| operators::insert(
        conn,
        &person,
        at(1)
    ))
    .expect("a new operator");
    let mut twin = operator(31);
    twin.email.clone_from(&person.email);
    refused(
        commit!(db.store, [twin], |conn| operators::insert(
            conn,
            &twin,
            at(1)
        )),
        "an address",
    );

    let sign_in = |number| AccessToken {
        id: id(number),
        token_hash: "hash".to_owned(),
        holder: Holder::Operator(id(30)),
        last_used_at: at(1),
        idle: std::time::Duration::from_secs(90),
        expires_at: at(2),
    };
    commit!(db.store, [], |conn| access_tokens::insert(
        conn,
        &sign_in(40)
    ))
    .expect("a new sign-in");
    refused(
        commit!(db.store, [], |conn| access_tokens::insert(
            conn,
            &sign_in(41)
        )),
        "a sign-in's token",
    );

    let known = session(50, &point, 1);
    commit!(db.store, [known], |conn| sessions::insert(conn, &known)).expect("a new session");
    let same_start = Session {
        id: id(51),
        transaction_id: Some(2),
        ..known.clone()
    };
    refused(
        commit!(db.store, [same_start], |conn| sessions::insert(
            conn,
            &same_start
        )),
        "a start",
    );
    let same_number = Session {
        transaction_id: Some(1),
        ..session(52, &point, 1)
    };
    refused(
        commit!(db.store, [same_number], |conn| sessions::insert(
            conn,
            &same_number
        )),
        "a transaction id",
    );
}

pub async fn a_broken_reference_or_bound_is_an_error_but_no_duplicate(db: Database) {
    let nowhere = charge_point(10, id(99));
    let answer = commit!(db.store, [nowhere], |conn| charge_points::insert(
        conn, &nowhere
    ));
    let error = answer.expect_err("there is no such station");
    assert!(!error.is_duplicate(), "a foreign key: {error}");

    let point = stored_point(&db.store, 11).await;
    let no_number = session(20, &point, 0);
    let answer = commit!(db.store, [no_number], |conn| sessions::insert(
        conn, &no_number
    ));
    let error = answer.expect_err("a transaction id is above zero");
    assert!(!error.is_duplicate(), "a bound: {error}");
    assert!(
        !StoreError::Closed.is_duplicate(),
        "not even an error of the database"
    );
}

pub async fn a_start_is_found_by_its_whole_natural_key_only(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let other = stored_point(&db.store, 11).await;
    let known = session(20, &point, 1);
    commit!(db.store, [known], |conn| sessions::insert(conn, &known)).expect("a new session");
    let key = start_key(&known);
    assert_eq!(
        ask!(db.store, |conn| sessions::find_by_start(conn, &key)),
        Some(known),
        "the same start"
    );

    let others = [
        StartKey {
            charge_point_id: other.id,
            ..key.clone()
        },
        StartKey {
            connector_id: 2,
            ..key.clone()
        },
        StartKey {
            id_token: "OTHER".to_owned(),
            ..key.clone()
        },
        StartKey {
            meter_start: WattHours(501),
            ..key.clone()
        },
        StartKey {
            started_at: at(7_001),
            ..key
        },
    ];
    for (number, key) in (21..).zip(others) {
        assert_eq!(
            ask!(db.store, |conn| sessions::find_by_start(conn, &key)),
            None,
            "{key:?} is another start"
        );
        let transaction = i64::try_from(number).expect("a small number");
        let another = Session {
            charge_point_id: key.charge_point_id,
            connector_id: key.connector_id,
            id_token: key.id_token,
            started_at: Some(key.started_at),
            meter_start: key.meter_start,
            ..session(number, &point, transaction)
        };
        commit!(db.store, [another], |conn| sessions::insert(conn, &another))
            .expect("it may begin a session too");
    }
}

pub async fn of_many_copies_of_one_start_at_once_one_stands(db: Database) {
    const COPIES: u128 = 16;
    let point = stored_point(&db.store, 10).await;
    let begin = async |number: u128| {
        let mut copy = Session {
            id_token: "TAG".to_owned(),
            ..session(number, &point, 1)
        };
        commit!(db.store, [], |conn| async {
            if let Some(known) = sessions::find_by_start(conn, &start_key(&copy)).await? {
                return Ok(known.transaction_id);
            }
            copy.transaction_id = Some(sessions::next_transaction_id(conn).await?);
            sessions::insert(conn, &copy)
                .await
                .map(|()| copy.transaction_id)
        })
    };
    let answers = join_all((0..COPIES).map(|copy| begin(100 + copy))).await;

    let stored = ask!(db.store, |conn| sessions::list(
        conn,
        sessions::Filter::default(),
        store::repo::Slice {
            limit: 9,
            offset: 0
        }
    ));
    assert_eq!(stored.total, 1, "one session, however many copies");
    let number = stored.items[0].transaction_id;
    for answer in answers {
        match answer {
            Ok(told) => assert_eq!(
                told, number,
                "every copy that is answered hears the same number"
            ),
            Err(error) => assert!(
                error.is_duplicate(),
                "a copy that lost the race asks again: {error}"
            ),
        }
    }
}

pub async fn a_reading_is_stored_once_by_its_natural_key(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let other = stored_point(&db.store, 11).await;
    let insert = async |point, connector, transaction, reading: &Reading| {
        commit!(db.store, [reading], |conn| store_reading(
            conn,
            point,
            connector,
            transaction,
            &reading,
            reading.measured_at
        ))
        .expect("new or known, a reading is no error")
    };
    let known = reading(1);
    let other_figures = Reading {
        meter: None,
        power_w: Some(1),
        ..reading(1)
    };
    let other_context = Reading {
        context: "Sample.Clock".to_owned(),
        ..reading(1)
    };
    assert!(
        insert(point.id, 1, Some(7), &known).await,
        "the first is new"
    );
    assert!(
        !insert(point.id, 1, Some(7), &known).await,
        "a repeat is not"
    );
    assert!(
        !insert(point.id, 1, Some(7), &other_figures).await,
        "the first copy counts, whatever the second says"
    );
    assert!(insert(other.id, 1, Some(7), &known).await, "another box");
    assert!(insert(point.id, 2, Some(7), &known).await, "another plug");
    assert!(
        insert(point.id, 1, Some(8), &known).await,
        "another transaction"
    );
    assert!(
        insert(point.id, 1, Some(7), &reading(2)).await,
        "another time"
    );
    assert!(
        insert(point.id, 1, Some(7), &other_context).await,
        "another context"
    );
    assert!(
        insert(point.id, 1, None, &known).await,
        "outside a transaction"
    );
    assert!(
        !insert(point.id, 1, None, &known).await,
        "a repeat outside a transaction"
    );

    // Several at once: a known one, one that comes twice, and its likes.
    let later = reading(3);
    let charge_point_id = point.id;
    let added = commit!(db.store, [known, later], |conn| async {
        let many = [(1, &known), (1, &later), (2, &later), (1, &later)];
        let many = many.map(|(connector_id, reading)| NewReading {
            charge_point_id,
            connector_id,
            transaction_id: Some(7),
            reading,
            counted_at: at(3),
        });
        readings::insert(conn, &many).await
    });
    assert_eq!(
        added.expect("new or known, a reading is no error"),
        [false, true, true, false],
        "of each whether it is new; of two alike the first is"
    );

    let figures = db
        .column("SELECT DISTINCT CAST(meter_wh AS TEXT) FROM meter_reading")
        .await;
    assert_eq!(
        figures,
        [Some("1520".to_owned())],
        "no repeat has changed a figure"
    );
}

pub async fn another_boxs_transaction_finds_nothing(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let other = stored_point(&db.store, 11).await;
    let own = session(20, &point, 41);
    commit!(db.store, [own], |conn| sessions::insert(conn, &own)).expect("a new session");
    let find = async |point, number| {
        ask!(db.store, |conn| sessions::find_by_transaction(
            conn, point, number
        ))
    };
    assert_eq!(find(point.id, 41).await, Some(own), "its own");
    assert_eq!(
        find(other.id, 41).await,
        None,
        "a box reaches no transaction but its own"
    );
    for unknown in [0, -1, 42, i64::MIN] {
        assert_eq!(
            find(point.id, unknown).await,
            None,
            "{unknown} was never given"
        );
    }
}
