//! The message log: what it keeps of a frame, in which order it gives them, and what it forgets.

use domain::event::{Direction, FrameError, FrameKind};
use store::repo::Slice;
use store::repo::ocpp_messages::{self, OcppMessageRow};

use crate::database::{Database, ask, commit};
use crate::samples::{at, hostile_texts, id, stored_point};

/// Frame `number` of charge point `point`, `number` milliseconds after the epoch.
fn frame(number: u128, point: u128) -> OcppMessageRow {
    OcppMessageRow {
        id: id(number),
        charge_point_id: id(point),
        direction: Direction::In,
        kind: FrameKind::Call,
        action: None,
        message_id: None,
        payload: None,
        error: None,
        received_at: at(i64::try_from(number).expect("a small number")),
        bytes: 7,
        truncated: false,
        trace_id: id(number + 1_000),
    }
}

async fn keep(db: &Database, frame: &OcppMessageRow) {
    let done = commit!(db.store, [frame], |conn| ocpp_messages::insert(
        conn,
        &[frame]
    ));
    done.expect("a sound frame is kept");
}

async fn listed(db: &Database, point: Option<u128>, limit: i64, offset: i64) -> (Vec<u128>, i64) {
    let page = ask!(db.store, |conn| ocpp_messages::list(
        conn,
        point.map(id),
        Slice { limit, offset }
    ));
    let ids = page.items.iter().map(|frame| frame.id.as_u128()).collect();
    (ids, page.total)
}

pub async fn a_frame_reads_back_with_every_column_set_and_unset(db: Database) {
    stored_point(&db.store, 10).await;
    let mut frames = vec![frame(1, 10)];
    for (number, text) in (2..).zip(hostile_texts()) {
        frames.push(OcppMessageRow {
            direction: Direction::Out,
            kind: FrameKind::Error,
            action: Some(text.clone()),
            message_id: Some(text.clone()),
            payload: Some(text.clone()),
            error: Some(FrameError {
                code: text.clone(),
                description: text,
            }),
            truncated: true,
            ..frame(number, 10)
        });
    }
    for frame in &frames {
        keep(&db, frame).await;
    }
    frames.reverse();
    let slice = Slice {
        limit: 100,
        offset: 0,
    };
    let page = ask!(db.store, |conn| ocpp_messages::list(conn, None, slice));
    assert_eq!(page.items, frames, "as they were kept");
}

pub async fn frames_come_newest_first_of_one_charge_point_or_of_all(db: Database) {
    stored_point(&db.store, 10).await;
    stored_point(&db.store, 20).await;
    for (number, point) in [(3, 10), (1, 20), (5, 20), (4, 10), (2, 10)] {
        keep(&db, &frame(number, point)).await;
    }
    for (point, limit, offset, expect) in [
        (None, 100, 0, (vec![5, 4, 3, 2, 1], 5)),
        (None, 2, 1, (vec![4, 3], 5)),
        (Some(10), 100, 0, (vec![4, 3, 2], 3)),
        (Some(10), 1, 2, (vec![2], 3)),
        (Some(20), 100, 0, (vec![5, 1], 2)),
        (Some(30), 100, 0, (vec![], 0)),
    ] {
        let got = listed(&db, point, limit, offset).await;
        assert_eq!(got, expect, "{point:?} {limit} {offset}");
    }
}

pub async fn old_frames_go_by_age_and_by_number(db: Database) {
    stored_point(&db.store, 10).await;
    for number in 1..=10 {
        keep(&db, &frame(number, 10)).await;
    }
    // Two at a time.
    let trim = async |before: i64, retain: i64| {
        let mut gone = 0;
        let beyond = ask!(db.store, |conn| ocpp_messages::beyond(conn, retain));
        while let Some(last) = ask!(db.store, |conn| ocpp_messages::last_to_go(
            conn,
            at(before),
            beyond.as_deref(),
            2
        )) {
            let forgotten = commit!(db.store, [last], |conn| ocpp_messages::forget(conn, &last));
            gone += forgotten.expect("a sound delete");
        }
        gone
    };
    for (before, retain, gone, left) in [
        (0, 100, 0, 1..=10),
        (3, 100, 2, 3..=10),
        (0, 6, 2, 5..=10),
        (6, 5, 1, 6..=10),
        (0, 5, 0, 6..=10),
        (9, 4, 3, 9..=10),
    ] {
        assert_eq!(
            trim(before, retain).await,
            gone,
            "before {before}, {retain} kept"
        );
        let (ids, _) = listed(&db, None, 100, 0).await;
        let expect: Vec<u128> = left.rev().collect();
        assert_eq!(ids, expect, "before {before}, {retain} kept");
    }
}
