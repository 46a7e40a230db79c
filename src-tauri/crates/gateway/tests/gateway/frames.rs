//! Wrong frames and odd messages from a charger, met by the real program: each has its answer or the silence its
//! version asks for, is logged once, and nothing behind it is lost.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Charger, Program, wait_until};

use crate::site::{self, CARD, IDENTITY};

/// Far above what a log line takes.
const SEEN: Duration = Duration::from_secs(10);

/// What a charger says, and the error it is answered with; none: silence.
#[rustfmt::skip]
const WRONG: &[(&str, Option<&str>)] = &[
    ("this is no frame", None),
    ("{}", None),
    ("[]", None),
    ("[2]", None),
    (r#"[2,7,"Heartbeat",{}]"#, None),
    (r#"[9,"x","Heartbeat",{}]"#, None),
    (r#"[3,"nothing-asked",{}]"#, None),
    (r#"[4,"nothing-asked","GenericError","",{}]"#, None),
    (r#"[2,"a",5,{}]"#, Some("GenericError")),
    (r#"[2,"b","FormatHardDisk",{}]"#, Some("NotImplemented")),
    (r#"[2,"c","heartbeat",{}]"#, Some("NotImplemented")),
    (r#"[2,"d","RemoteStartTransaction",{"idTag":"x"}]"#, Some("NotSupported")),
    (r#"[2,"e","BootNotification",{}]"#, Some("OccurenceConstraintViolation")),
    (r#"[2,"f","BootNotification",[]]"#, Some("FormationViolation")),
    (r#"[2,"g","StatusNotification",{"connectorId":true,"errorCode":"NoError","status":"Available"}]"#, Some("TypeConstraintViolation")),
];

/// The lines that warn or worse, so far.
fn warnings(gateway: &Program) -> Vec<Value> {
    let logs = gateway.logs();
    let lines = logs
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    lines
        .filter(|line: &Value| line["level"] == "WARN" || line["level"] == "ERROR")
        .collect()
}

#[tokio::test]
async fn each_wrong_frame_has_its_answer_is_logged_once_and_holds_up_nothing() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let key = site::register(&data);
    let data = data.display().to_string();
    let mut words = site::serve(&data);
    words.extend(["--log-format", "json"]);
    let gateway = Program::start(Path::new(words[0]), &words[1..], &[]).await;
    let mut charger = Charger::connect(gateway.ocpp(), IDENTITY, Some(&key)).await;
    for (text, error) in WRONG {
        let before = warnings(&gateway).len();
        charger.send(text).await;
        if let Some(error) = error {
            let answer = charger.next().await;
            assert_eq!(
                (&answer[0], &answer[2]),
                (&json!(4), &json!(error)),
                "{text}"
            );
        }
        assert!(charger.nothing_came().await, "{text}: the next is served");
        let told = wait_until(SEEN, async || {
            let lines = warnings(&gateway);
            (lines.len() > before).then_some(lines)
        });
        let told = told.await.unwrap_or_else(|| panic!("{text} is not logged"));
        assert_eq!(told.len(), before + 1, "{text} is logged once: {told:?}");
    }
}

#[tokio::test]
async fn what_a_charger_says_of_a_transaction_is_answered_whatever_it_is() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let key = site::register(&data);
    let data = data.display().to_string();
    let words = site::serve(&data);
    let gateway = Program::start(Path::new(words[0]), &words[1..], &[]).await;
    let mut charger = Charger::connect(gateway.ocpp(), IDENTITY, Some(&key)).await;
    let time = "2026-11-24T09:00:00Z";
    let readings = json!([{ "timestamp": time, "sampledValue": [{ "value": "100" }] }]);
    let odd = json!([{ "timestamp": "2026-11-24T09:01:00Z", "sampledValue": [{ "value": "NaN" }, { "value": "1,5" }] }]);
    for (action, payload) in [
        (
            "StartTransaction",
            json!({ "connectorId": 99, "idTag": CARD, "meterStart": -5, "timestamp": time }),
        ),
        (
            "StartTransaction",
            json!({ "connectorId": 1, "idTag": "NOBODYS", "meterStart": 0, "timestamp": "1926-01-01T00:00:00Z" }),
        ),
        (
            "StartTransaction",
            json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": "2126-01-01T00:00:00Z", "more": { "than": "named" } }),
        ),
        (
            "MeterValues",
            json!({ "connectorId": 1, "transactionId": 4_711, "meterValue": readings }),
        ),
        (
            "MeterValues",
            json!({ "connectorId": 1, "meterValue": odd }),
        ),
        (
            "MeterValues",
            json!({ "connectorId": 0, "meterValue": readings }),
        ),
        (
            "StopTransaction",
            json!({ "transactionId": -1, "meterStop": -1, "timestamp": time }),
        ),
        (
            "StopTransaction",
            json!({ "transactionId": 0, "meterStop": 0, "timestamp": "1926-01-01T00:00:00Z", "reason": "Whim" }),
        ),
        (
            "StopTransaction",
            json!({ "transactionId": 4_711, "meterStop": 5, "timestamp": time, "idTag": "NOBODYS" }),
        ),
    ] {
        let answer = charger.call(action, payload.clone()).await;
        assert_eq!(answer[0], 3, "{action} {payload} is answered {answer}");
    }
    let alive = charger.call("Heartbeat", json!({})).await;
    assert_eq!(alive[0], 3, "and the connection goes on");
}
