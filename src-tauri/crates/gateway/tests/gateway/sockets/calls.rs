//! CALLs to chargers (FLT-10, FLT-16): one at a time, never late, and always an end. And the CALLs that cross them. A
//! thousand of them at a slow station are `slow_station`'s.

use std::time::{Duration, Instant};

use domain::ChargePointId;
use gateway::central_system::{CallFailure, Outbound};
use jiff::SignedDuration;
use ocpp::action::{Action, Sender};
use ocpp::{RawValue, Version};
use serde_json::{Value, json};
use testkit::{Charger, wait_until};
use tokio::sync::oneshot;

use super::site::Site;

const MINUTE: Duration = Duration::from_mins(1);

fn raw(json: &Value) -> Box<RawValue> {
    RawValue::from_string(json.to_string()).expect("a value is JSON")
}

/// Asks for a CALL in the background; what it came to, and when it was sent.
struct Asked {
    outcome: tokio::task::JoinHandle<Result<String, CallFailure>>,
    sent: oneshot::Receiver<domain::Timestamp>,
}

impl Asked {
    async fn outcome(self) -> Result<String, CallFailure> {
        self.outcome.await.expect("asking does not panic")
    }
}

fn ask(site: &Site, action: &str, payload: Value, ttl: Duration) -> Asked {
    ask_at(site, site.point, action, payload, ttl)
}

fn ask_at(site: &Site, point: ChargePointId, action: &str, payload: Value, ttl: Duration) -> Asked {
    let outbound: Outbound = site.gateway.outbound.clone();
    let action = action.to_owned();
    let (tell, sent) = oneshot::channel();
    let outcome = tokio::spawn(async move {
        let told = move |at| assert!(tell.send(at).is_ok(), "the test waits");
        let reply = outbound
            .call(point, &action, raw(&payload), ttl, told)
            .await;
        reply.outcome.map(|reply| reply.0.get().to_owned())
    });
    Asked { outcome, sent }
}

fn reset(site: &Site) -> Asked {
    ask(site, "Reset", json!({ "type": "Soft" }), MINUTE)
}

fn unlock(site: &Site, number: usize) -> Asked {
    ask(
        site,
        "UnlockConnector",
        json!({ "connectorId": number }),
        MINUTE,
    )
}

fn accepted() -> Value {
    json!({ "status": "Accepted" })
}

#[tokio::test]
async fn a_call_reaches_the_charger_and_its_answer_the_asker() {
    let site = Site::new().await;
    assert_eq!(
        reset(&site).outcome().await,
        Err(CallFailure::Offline),
        "nobody is there"
    );
    let mut charger = site.charger().await;
    assert_eq!(
        site.gateway.outbound.version(site.point),
        Some(Version::V1_6)
    );
    let mut asked = reset(&site);
    let (id, action, payload) = charger.next_call().await;
    assert_eq!(
        (&*action, payload),
        ("Reset", json!({ "type": "Soft" })),
        "as it was asked"
    );
    assert!(id.len() <= 36, "OCPP-J 1.6 §4.1.4: {id}");
    asked
        .sent
        .try_recv()
        .expect("it was told as soon as it was written");
    charger.answer(&id, json!({ "status": "Rejected" })).await;
    assert_eq!(
        asked.outcome().await,
        Ok(r#"{"status":"Rejected"}"#.to_owned())
    );
}

#[tokio::test]
async fn one_call_is_out_at_a_time_in_the_order_they_were_asked_and_the_queue_has_an_end() {
    let site = Site::with(|settings| settings.ocpp.queue = 20).await;
    let mut charger = site.charger().await;
    let mut asked = vec![unlock(&site, 0)];
    let (mut id, _, payload) = charger.next_call().await;
    assert_eq!(payload["connectorId"], 0, "the first is out");
    for number in 1..=20 {
        asked.push(unlock(&site, number));
        let waits = wait_until(Duration::from_secs(5), async || {
            (site.gateway.outbound.waiting(site.point) == number).then_some(())
        });
        assert!(waits.await.is_some(), "number {number} waits");
    }
    for _ in 0..10 {
        let refused = unlock(&site, 99).outcome().await;
        assert_eq!(
            refused,
            Err(CallFailure::QueueFull),
            "twenty may wait and no more"
        );
    }
    for number in 1..=20 {
        assert!(
            charger.nothing_came().await,
            "no second one while one is out"
        );
        charger.answer(&id, json!({ "status": "Unlocked" })).await;
        let (next, _, payload) = charger.next_call().await;
        assert_eq!(
            payload["connectorId"], number,
            "in the order they were asked"
        );
        id = next;
    }
    charger.answer(&id, json!({ "status": "Unlocked" })).await;
    for asked in asked {
        assert!(asked.outcome().await.is_ok(), "each is answered");
    }
}

#[tokio::test]
async fn a_command_whose_time_ran_out_while_it_waited_is_never_sent() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let first = reset(&site);
    let (id, ..) = charger.next_call().await;
    let start = json!({ "idTag": "A1" });
    let late = ask(
        &site,
        "RemoteStartTransaction",
        start,
        Duration::from_millis(200),
    );
    assert_eq!(
        late.outcome().await,
        Err(CallFailure::Expired),
        "its turn never came"
    );
    charger.answer(&id, accepted()).await;
    assert!(first.outcome().await.is_ok());
    assert!(
        charger.nothing_came().await,
        "a late remote start charges nobody's car"
    );
}

#[tokio::test]
async fn a_charger_that_does_not_answer_is_waited_for_and_its_late_answer_is_nobodys() {
    let site = Site::with(|settings| {
        settings.ocpp.call_timeout = SignedDuration::from_millis(300);
    })
    .await;
    let mut charger = site.charger().await;
    let began = Instant::now();
    let first = reset(&site);
    let (late, ..) = charger.next_call().await;
    assert_eq!(first.outcome().await, Err(CallFailure::TimedOut));
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "in its time: {:?}",
        began.elapsed()
    );
    let second = reset(&site);
    let (id, ..) = charger.next_call().await;
    charger.answer(&late, json!({ "status": "Rejected" })).await;
    charger
        .answer("never-asked", json!({ "status": "Rejected" }))
        .await;
    charger.answer(&id, accepted()).await;
    assert_eq!(
        second.outcome().await,
        Ok(accepted().to_string()),
        "its own answer, not the late one"
    );
}

#[tokio::test]
async fn calls_that_cross_are_both_answered() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let asked = reset(&site);
    let (id, ..) = charger.next_call().await;
    // The charger has not answered, and asks three things itself.
    for number in 0..3 {
        charger
            .send(&format!(r#"[2,"own-{number}","Heartbeat",{{}}]"#))
            .await;
    }
    for number in 0..3 {
        let answer = charger.next().await;
        assert_eq!(
            (&answer[0], &answer[1]),
            (&json!(3), &json!(format!("own-{number}"))),
            "in order"
        );
    }
    charger.answer(&id, accepted()).await;
    assert!(
        asked.outcome().await.is_ok(),
        "the open question is answered too"
    );
}

#[tokio::test]
async fn only_the_socket_that_was_asked_can_answer() {
    let site = Site::new().await;
    let mut old = site.charger().await;
    let asked = reset(&site);
    let (id, ..) = old.next_call().await;
    let mut new = site.charger().await;
    assert_eq!(
        asked.outcome().await,
        Err(CallFailure::Disconnected),
        "its socket is gone"
    );
    let again = reset(&site);
    let (own, ..) = new.next_call().await;
    assert_ne!(own, id, "a new question has a new id");
    new.answer(&id, json!({ "status": "Rejected" })).await;
    new.answer(&own, accepted()).await;
    assert_eq!(
        again.outcome().await,
        Ok(accepted().to_string()),
        "the newest socket is asked"
    );
}

/// A request that keeps to the schema, whatever the action.
fn request(action: &str) -> Value {
    let all = testkit::frame_mutator::messages::FROM_CENTRAL;
    let found = all.iter().find(|(name, _)| *name == action);
    let (_, payload) = found.unwrap_or_else(|| panic!("{action} has no request here"));
    serde_json::from_str(payload).expect("a payload is JSON")
}

/// Our actions: what may be sent to a charger.
fn ours() -> impl Iterator<Item = &'static str> {
    let all = Action::all(Version::V1_6);
    all.filter(|action| action.sender() != Sender::Charger)
        .map(Action::name)
}

#[tokio::test]
async fn whatever_a_charger_answers_to_any_action_there_is_an_end_and_no_second_try() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let mut actions = 0;
    for action in ours() {
        actions += 1;
        let payload = ocpp::payload::check_request(Version::V1_6, action, &raw(&request(action)));
        payload.unwrap_or_else(|fault| panic!("{action}: {fault}"));
        let rejected = exchange(
            &site,
            &mut charger,
            action,
            |id| json!([3, id, { "status": "Rejected" }]),
        );
        match rejected.await {
            Ok(said) => assert!(said.contains("Rejected"), "{action}: {said}"),
            // Some answers have no status, or not this one: then it does not read, and says so.
            Err(CallFailure::Error { .. }) => {}
            Err(error) => panic!("{action}: {error}"),
        }
        for code in [
            "NotSupported",
            "NotImplemented",
            "SecurityError",
            "Own\u{7}Word",
        ] {
            let outcome = exchange(&site, &mut charger, action, |id| {
                json!([4, id, code, "x".repeat(1_000), {}])
            });
            let expect = CallFailure::Error {
                code: code.to_owned(),
                description: "x".repeat(255),
            };
            assert_eq!(outcome.await, Err(expect), "{action}");
        }
        let unreadable = exchange(&site, &mut charger, action, |id| json!([3, id, []])).await;
        assert!(
            matches!(&unreadable, Err(CallFailure::Error { code, .. }) if code == "FormationViolation"),
            "{action}: {unreadable:?}"
        );
        assert!(charger.nothing_came().await, "{action} is not tried again");
    }
    assert_eq!(actions, 26, "19 of 1.6 and 7 of the security extension");
}

#[tokio::test]
async fn every_action_that_is_not_answered_ends_in_time() {
    // The product's own time in the long form, and 35 s for the row.
    let long = testkit::rounds(0, 1) == 1;
    let site = Site::with(|settings| {
        if !long {
            settings.ocpp.call_timeout = SignedDuration::from_millis(300);
        }
    })
    .await;
    let points = site.add_more(26).await;
    let silent = points
        .into_iter()
        .zip(ours())
        .map(async |((identity, point), action)| {
            let mut charger = site.connect(&identity, point).await;
            let began = Instant::now();
            let asked = ask_at(&site, point, action, request(action), MINUTE);
            charger.next_call().await;
            assert_eq!(
                asked.outcome().await,
                Err(CallFailure::TimedOut),
                "{action}"
            );
            let took = began.elapsed();
            assert!(charger.nothing_came().await, "{action} is not tried again");
            took
        });
    let took = futures_util::future::join_all(silent).await;
    let slowest = took.iter().max();
    println!(
        "{} actions without an answer ended, the last after {slowest:?}",
        took.len()
    );
    let mark = Duration::from_secs(if long { 35 } else { 5 });
    assert!(
        took.len() == 26 && slowest.is_some_and(|last| *last < mark),
        "{took:?}"
    );
}

async fn exchange(
    site: &Site,
    charger: &mut Charger,
    action: &str,
    answer: impl FnOnce(&str) -> Value,
) -> Result<String, CallFailure> {
    let asked = ask(site, action, request(action), MINUTE);
    let (id, ..) = charger.next_call().await;
    charger.send(&answer(&id).to_string()).await;
    asked.outcome().await
}
