//! What a restart keeps: everything that was answered, and every number that was ever given.

use domain::ChargePointId;
use futures_util::future::join_all;
use store::repo::{
    Slice, charge_points, connectors, id_tokens, live_log, operators, outbox, sessions, stations,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::database::{Database, ask, commit, open, to_publish};
use crate::samples::{
    NODE, at, connector, entry, event, id, id_token, operator, reading, session, start_key,
    station, store_reading, stored_point,
};

const HISTORY: &str =
    "SELECT CONCAT_WS('|', version, description, installed_on, success) FROM _sqlx_migrations";

pub async fn migrations_apply_once_however_often_the_store_is_opened(db: Database) {
    let history = db.column(HISTORY).await;
    assert!(history.len() >= 4, "there is a history: {history:?}");
    let point = stored_point(&db.store, 10).await;
    // Opened a second time beside the first, as an admin command does, then once more after a restart.
    let beside = open(&db.url).await;
    assert_eq!(
        ask!(beside, |conn| charge_points::find(conn, point.id)),
        Some(point.clone()),
        "the same database"
    );
    beside.close().await;
    let db = db.reopen().await;
    assert_eq!(
        db.column(HISTORY).await,
        history,
        "nothing was applied again"
    );
    assert_eq!(
        ask!(db.store, |conn| charge_points::find(conn, point.id)),
        Some(point),
        "nothing was lost"
    );
}

pub async fn gateways_that_open_a_fresh_database_together_all_succeed(db: Database) {
    // A race: one round would often not meet it.
    const ROUNDS: u32 = 10;
    const GATEWAYS: u128 = 6;
    for round in 0..ROUNDS {
        let url = db.fresh_url().await;
        let mut gateways = JoinSet::new();
        for number in 1..=GATEWAYS {
            let url = url.clone();
            gateways.spawn(async move {
                let store = open(&url).await;
                let site = station(number);
                commit!(store, [site], |conn| stations::insert(conn, &site))
                    .expect("its tables are there");
                store
            });
        }
        let stores = gateways.join_all().await;
        let slice = Slice {
            limit: 9,
            offset: 0,
        };
        let stations = ask!(stores[0], |conn| stations::list(conn, slice));
        assert_eq!(stations.total, 6, "round {round}: they share one database");
        for store in stores {
            store.close().await;
        }
    }
}

pub async fn everything_is_there_after_reopening(db: Database) {
    let point = stored_point(&db.store, 10).await;
    let plug = connector(point.id, 1);
    let charge = session(20, &point, 1);
    let person = operator(30);
    let token = id_token(40);
    commit!(db.store, [plug, charge, person, token], |conn| async {
        connectors::save(conn, &plug).await?;
        sessions::insert(conn, &charge).await?;
        operators::insert(conn, &person, at(1)).await?;
        id_tokens::insert(conn, &token, "TAG", at(1)).await?;
        store_reading(conn, plug.charge_point_id, 1, Some(1), &reading(1), at(1)).await?;
        outbox::append(
            conn,
            NODE,
            &event(plug.charge_point_id, "told"),
            at(1),
            || id(50),
        )
        .await
    })
    .expect("all is valid");
    let waiting = to_publish(&db.store, 9).await;

    let db = db.reopen().await;
    assert_eq!(
        ask!(db.store, |conn| stations::find(conn, "Station 1")),
        Some(station(1))
    );
    assert_eq!(
        ask!(db.store, |conn| charge_points::find(conn, point.id)),
        Some(point.clone())
    );
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
        ask!(db.store, |conn| operators::find(conn, person.id)),
        Some(person)
    );
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find(conn, "TAG")),
        Some(token)
    );
    let repeat = commit!(db.store, [], |conn| store_reading(
        conn,
        point.id,
        1,
        Some(1),
        &reading(1),
        at(1)
    ));
    assert!(
        !repeat.expect("a repeat is no error"),
        "the reading is known"
    );
    assert_eq!(
        to_publish(&db.store, 9).await,
        waiting,
        "the event still waits"
    );
}

pub async fn transaction_ids_rise_and_are_never_given_again(db: Database) {
    let next = async |db: &Database| {
        commit!(db.store, [], |conn| sessions::next_transaction_id(conn))
            .expect("there is always a next")
    };
    let mut given = vec![next(&db).await, next(&db).await];
    assert_eq!(given[0], 1, "the first is above zero");
    let mut at_once = join_all((0..4).map(|_| next(&db))).await;
    at_once.sort_unstable();
    given.extend(at_once);
    let db = db.reopen().await;
    given.extend([next(&db).await, next(&db).await]);
    assert!(
        given.is_sorted_by(|earlier, later| earlier < later),
        "they rise, none twice: {given:?}"
    );
}

pub async fn event_numbers_and_live_numbers_go_on_after_reopening(db: Database) {
    let key: ChargePointId = id(7);
    let append = async |db: &Database, number| {
        commit!(db.store, [], |conn| outbox::append(
            conn,
            NODE,
            &event(key, "told"),
            at(1),
            || id(number)
        ))
        .expect("nothing refuses it");
    };
    let log = async |db: &Database, number, fresh| {
        commit!(db.store, [], |conn| async {
            let stream = live_log::open(conn, "node", Uuid::from_u128(fresh))
                .await?
                .stream;
            live_log::append(conn, stream, &[entry(number, "{}")])
                .await
                .map(|numbers| (stream, numbers[0]))
        })
        .expect("nothing refuses it")
    };
    append(&db, 1).await;
    let (stream, seq) = log(&db, 1, 100).await;
    assert_eq!(seq, Some(1));
    commit!(db.store, [], |conn| outbox::delete(conn, &[id(1)])).expect("it is there");

    let db = db.reopen().await;
    append(&db, 2).await;
    let events = to_publish(&db.store, 9).await;
    assert_eq!(
        events.iter().map(|event| event.key_seq).collect::<Vec<_>>(),
        [2],
        "though the first had gone"
    );
    assert_eq!(
        log(&db, 1, 200).await,
        (stream, None),
        "the same stream, and it knows the event"
    );
    assert_eq!(
        log(&db, 2, 200).await,
        (stream, Some(2)),
        "its numbers go on"
    );
}
