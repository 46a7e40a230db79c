//! Live events: what a reader missed comes in order, once, and only from rooms it may hear.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::status::ConnectorStatus;
use domain::{EventId, Scope};
use gateway::core::OpError;
use gateway::notify::{Full, Pushed, Sink, Subscribe, View, subscribe};
use gateway::ops::report_connector::{Report, report_connector};
use serde_json::Value;
use store::repo::live_log::{self, Entry};
use uuid::Uuid;

use crate::house::House;

/// A reader that remembers what it was pushed.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Value>>>);

impl Sink for Memory {
    fn push(&self, envelope: &Pushed) -> Result<(), Full> {
        let envelope: Value = serde_json::from_str(envelope.get()).expect("an envelope is JSON");
        if envelope["type"] != "live.tick" {
            self.0
                .lock()
                .expect("no test panics while it holds this")
                .push(envelope);
        }
        Ok(())
    }

    fn close(&self) {}
}

impl Memory {
    fn numbers(&self) -> Vec<i64> {
        let got = self.0.lock().expect("no test panics while it holds this");
        got.iter()
            .filter_map(|envelope| envelope["seq"].as_i64())
            .collect()
    }
}

impl Memory {
    /// The last event of this name as the log keeps it, under an id of its own.
    fn again(&self, name: &str) -> (EventId, String) {
        let got = self.0.lock().expect("no test panics while it holds this");
        let mut envelope = got
            .iter()
            .rfind(|envelope| envelope["type"] == name)
            .expect("one came")
            .clone();
        let id = EventId(Uuid::from_u128(1));
        envelope["id"] = id.to_string().into();
        let members = envelope.as_object_mut().expect("an envelope is an object");
        members.retain(|member, _| member != "seq" && member != "stream");
        (id, envelope.to_string())
    }
}

async fn report(house: &House, status: ConnectorStatus, error: Option<&str>) {
    let report = Report {
        connector_id: 1,
        status,
        error_code: error.map(str::to_owned),
        vendor_error_code: None,
        info: None,
        at: None,
    };
    report_connector(&house.gateway.core, house.point, report)
        .await
        .expect("a report is taken");
}

/// Waits until the log stands at least here: the events went through outbox, relay, bus and log.
async fn logged(house: &House, seq: i64) {
    let reached = testkit::wait_until(Duration::from_secs(10), async || {
        (house.gateway.hub.head().seq >= seq).then_some(())
    });
    reached.await.unwrap_or_else(|| {
        panic!(
            "the log stands at {:?}, not {seq}",
            house.gateway.hub.head()
        )
    });
}

fn ask(rooms: &[&str], after: Option<i64>, house: &House) -> Subscribe {
    Subscribe {
        rooms: rooms.iter().map(|room| (*room).to_owned()).collect(),
        after,
        stream: Some(house.gateway.hub.head().stream),
    }
}

#[tokio::test]
async fn a_reader_that_comes_late_gets_the_missed_and_then_the_new_each_once_and_in_order() {
    let house = House::new().await;
    let (hub, store) = (&house.gateway.hub, &house.gateway.core.store);
    let start = house.drained().await;
    report(&house, ConnectorStatus::Reserved, None).await;
    report(&house, ConnectorStatus::Charging, None).await;
    let joined_at = house.drained().await;

    let memory = Memory::default();
    let id = hub.enter(View::Operator(Scope::All), None, Box::new(memory.clone()));
    let joined = subscribe::join(
        hub,
        store,
        View::Operator(Scope::All),
        id,
        &ask(&["cms:points"], Some(start), &house),
    )
    .await
    .expect("an operator may join");
    assert_eq!(joined.seq, joined_at, "it joined where the log stands");
    report(&house, ConnectorStatus::Finishing, None).await;
    house.drained().await;
    let missed: Vec<Value> = joined
        .missed
        .iter()
        .map(|one| serde_json::from_str(one.get()).expect("an envelope is JSON"))
        .collect();
    let numbers: Vec<i64> = missed
        .iter()
        .filter_map(|envelope| envelope["seq"].as_i64())
        .collect();
    let named = |envelope: &Value| envelope["data"]["status"].clone();
    let states: Vec<Value> = missed
        .iter()
        .filter(|envelope| envelope["type"] == "connector.status.changed")
        .map(named)
        .collect();
    assert_eq!(
        states,
        ["reserved", "charging"],
        "the missed ones, in order"
    );
    assert!(
        numbers.is_sorted_by(|a, b| a < b) && numbers.iter().all(|seq| *seq <= joined_at),
        "each once, and none that is pushed too: {numbers:?}"
    );
    assert_eq!(
        missed[0]["data"].get("errorCode"),
        Some(&Value::Null),
        "in the operators' version"
    );
    let new = memory.numbers();
    assert!(
        !new.is_empty() && new.iter().all(|seq| *seq > joined_at),
        "and from there on what is new, once: {new:?}"
    );
}

#[tokio::test]
async fn what_is_in_the_log_and_was_not_handed_on_reaches_the_readers_in_its_place() {
    let house = House::new().await;
    let (hub, core) = (&house.gateway.hub, &house.gateway.core);
    house.drained().await;
    let memory = Memory::default();
    let id = hub.enter(View::Operator(Scope::All), None, Box::new(memory.clone()));
    let rooms = ask(&["cms:points"], None, &house);
    subscribe::join(hub, &core.store, View::Operator(Scope::All), id, &rooms)
        .await
        .expect("an operator may join");
    report(&house, ConnectorStatus::Reserved, None).await;
    let before = house.drained().await;

    // As if whoever committed it had gone in that moment.
    let lost = memory.again("connector.status.changed");
    let stream = hub.head().stream;
    let logged = core.write(move |unit| {
        let entry = Entry {
            id: lost.0,
            envelope: lost.1.clone(),
            rooms: None,
        };
        Box::pin(async move { Ok(live_log::append(unit.conn, stream, &[entry]).await?) })
    });
    let seq: Result<_, OpError> = logged.await;
    assert_eq!(seq.expect("the log takes it"), [Some(before + 1)]);
    report(&house, ConnectorStatus::Charging, None).await;
    let upto = before + 2;
    logged_in_order(&memory, before, upto).await;
}

#[tokio::test]
async fn numbers_that_are_missing_behind_each_other_are_one_gap() {
    let house = House::new().await;
    let (hub, core) = (&house.gateway.hub, &house.gateway.core);
    let before = house.drained().await;
    let memory = Memory::default();
    hub.enter(View::Operator(Scope::All), None, Box::new(memory.clone()));
    let stream = hub.head().stream;
    let left_out: Result<i64, OpError> = core
        .write(move |unit| {
            Box::pin(async move {
                live_log::leave_out(unit.conn, stream).await?;
                live_log::leave_out(unit.conn, stream).await?;
                Ok(live_log::leave_out(unit.conn, stream).await?)
            })
        })
        .await;
    assert_eq!(left_out.expect("the log leaves out"), before + 3);
    logged(&house, before + 3).await;
    let got = memory
        .0
        .lock()
        .expect("no test panics while it holds this")
        .clone();
    let gaps = got.iter().filter(|envelope| envelope["type"] == "live.gap");
    let gaps: Vec<_> = gaps.map(|gap| gap["seq"].as_i64()).collect();
    assert_eq!(
        gaps,
        [Some(before + 3)],
        "one, behind all of them: {got:#?}"
    );
}

/// Waits until what is behind `before` has come, up to `upto`, without a hole.
async fn logged_in_order(memory: &Memory, before: i64, upto: i64) {
    let came = testkit::wait_until(Duration::from_secs(10), async || {
        let numbers = memory.numbers();
        numbers.contains(&upto).then_some(numbers)
    });
    let numbers = came.await.expect("it comes within seconds");
    let behind: Vec<i64> = numbers.into_iter().filter(|seq| *seq > before).collect();
    assert_eq!(behind[..2], [before + 1, upto], "in its place");
}

#[tokio::test]
async fn the_public_catches_up_without_what_is_not_its_business() {
    let house = House::new().await;
    let start = house.drained().await;
    report(&house, ConnectorStatus::Faulted, Some("GroundFailure")).await;
    logged(&house, start + 1).await;
    let stream = house.gateway.hub.head().stream;
    let path = format!("/api/live?after={start}&stream={stream}&rooms=public");
    let answer = house.get(&path, None).await;
    assert_eq!(answer.body["events"][0]["data"]["status"], "faulted");
    assert_eq!(answer.body["events"][0]["data"].get("errorCode"), None);

    let closed = house
        .get(
            &format!("/api/live?after={start}&stream={stream}&rooms=public,cms"),
            None,
        )
        .await;
    assert_eq!(
        (closed.status.as_u16(), closed.code()),
        (403, "live.room_refused")
    );
    let token = house.token().await;
    let opened = house
        .get(
            &format!("/api/live?after={start}&stream={stream}&rooms=cms"),
            Some(&token),
        )
        .await;
    assert_eq!(
        opened.body["events"][0]["data"]["errorCode"],
        "GroundFailure"
    );
}

#[tokio::test]
async fn a_number_the_log_does_not_know_is_a_gap() {
    let house = House::new().await;
    report(&house, ConnectorStatus::Charging, None).await;
    logged(&house, 1).await;
    let stream = house.gateway.hub.head().stream;
    let check = async |query: &str| {
        let answer = house
            .get(&format!("/api/live?rooms=public&{query}"), None)
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (410, "live.gap"),
            "{query}"
        );
    };
    check(&format!("after=999&stream={stream}")).await;
    check("after=0&stream=019a0000-0000-7000-8000-000000000000").await;
}
