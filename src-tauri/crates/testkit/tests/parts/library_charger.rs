//! Both libraries' charge points against a central system said by hand, frame by frame, as OCPP-J's
//! own document has them: the same commands and the same behaviour, whichever library it is.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use testkit::{Library, LibraryCharger};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

const LIBRARIES: [Library; 2] = [Library::PythonOcpp, Library::NodeOcppRpc];
/// `CP 1:secret`, as RFC 7617 writes it.
const KEY: &str = "Basic Q1AtMTpzZWNyZXQ=";

/// A central system that says what the test tells it to.
struct Central(WebSocketStream<TcpStream>);

impl Central {
    /// Lets in who comes with the key, the path and the subprotocol of CP-1.
    async fn accept(listener: &TcpListener) -> Self {
        Self::admit(listener).await.expect("it has the key")
    }

    async fn admit(listener: &TcpListener) -> Result<Self, tungstenite::Error> {
        let (stream, _) = listener.accept().await.expect("the charger connects");
        #[expect(clippy::result_large_err, reason = "tungstenite's own signature")]
        let shake = |request: &Request, mut response: Response| {
            assert_eq!(
                request.uri().path(),
                "/ocpp/CP-1",
                "the identity ends the URL"
            );
            let said = |name| request.headers().get(name).map(HeaderValue::as_bytes);
            assert_eq!(said(header::SEC_WEBSOCKET_PROTOCOL), Some(&b"ocpp1.6"[..]));
            if said(header::AUTHORIZATION) != Some(KEY.as_bytes()) {
                *response.status_mut() = StatusCode::UNAUTHORIZED;
                return Err(response.map(|()| None));
            }
            let chosen = HeaderValue::from_static("ocpp1.6");
            response
                .headers_mut()
                .insert(header::SEC_WEBSOCKET_PROTOCOL, chosen);
            Ok(response)
        };
        accept_hdr_async(stream, shake).await.map(Self)
    }

    /// The next CALL: its id, action and payload.
    async fn asked(&mut self) -> (Value, String, Value) {
        let message = self.0.next().await.expect("the charger stays");
        let text = message.expect("the charger sends whole messages");
        let text = text.into_text().expect("OCPP-J is text");
        let frame: Value = serde_json::from_str(&text).expect("and JSON");
        assert_eq!(frame[0], 2, "a CALL: {frame}");
        let action = frame[2].as_str().expect("an action is a string");
        (frame[1].clone(), action.to_owned(), frame[3].clone())
    }

    /// Expects a CALL of `action`, answers it, and returns its payload.
    async fn answer(&mut self, action: &str, answer: Value) -> Value {
        let (id, asked, payload) = self.asked().await;
        assert_eq!(asked, action, "{payload}");
        self.say(json!([3, id, answer])).await;
        payload
    }

    /// Sends a CALL and returns what it is answered with.
    async fn ask(&mut self, action: &str, payload: Value) -> Value {
        self.say(json!([2, "c-1", action, payload])).await;
        let message = self.0.next().await.expect("the charger stays");
        let text = message.expect("the charger answers").into_text();
        let frame: Value = serde_json::from_str(&text.expect("in text")).expect("and in JSON");
        assert_eq!(
            (&frame[0], &frame[1]),
            (&json!(3), &json!("c-1")),
            "{frame}"
        );
        frame[2].clone()
    }

    async fn say(&mut self, frame: Value) {
        let said = self.0.send(Message::text(frame.to_string())).await;
        said.expect("the charger reads");
    }
}

/// Both ends, connected.
async fn connected(library: Library) -> (LibraryCharger, Central) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("ws://{}/ocpp", listener.local_addr().expect("it is bound"));
    let mut charger = LibraryCharger::start(library, &url, "CP-1", Some("secret")).await;
    let (connected, central) = tokio::join!(charger.connect(), Central::accept(&listener));
    assert_eq!(
        connected,
        Ok(json!({ "subprotocol": "ocpp1.6" })),
        "{library:?}"
    );
    (charger, central)
}

fn accepted() -> Value {
    json!({ "idTagInfo": { "status": "Accepted" } })
}

#[tokio::test]
async fn a_charge_by_card_is_said_frame_by_frame_in_either_library() {
    for library in LIBRARIES {
        let (mut charger, mut central) = connected(library).await;
        let booted =
            json!({ "status": "Accepted", "currentTime": "2026-11-22T09:30:00Z", "interval": 300 });
        let (answer, _) = tokio::join!(
            charger.boot(),
            central.answer("BootNotification", booted.clone())
        );
        assert_eq!(
            answer, booted,
            "{library:?}: the answer comes back as it was given"
        );

        let (allowed, asked) = tokio::join!(
            charger.authorize("CARD"),
            central.answer("Authorize", accepted())
        );
        assert_eq!(
            (allowed, asked),
            (json!("Accepted"), json!({ "idTag": "CARD" }))
        );

        let started = json!({ "transactionId": 7, "idTagInfo": { "status": "Accepted" } });
        let (_, asked) = tokio::join!(
            charger.begin("CARD"),
            central.answer("StartTransaction", started)
        );
        assert_eq!(
            (&asked["idTag"], &asked["meterStart"]),
            (&json!("CARD"), &json!(0)),
            "{asked}"
        );

        let ((), asked) = tokio::join!(
            charger.measure(1520, 11_000),
            central.answer("MeterValues", json!({}))
        );
        assert_eq!(
            asked["transactionId"], 7,
            "in the transaction it was given: {asked}"
        );
        let samples = &asked["meterValue"][0]["sampledValue"];
        assert_eq!(
            (&samples[0]["value"], &samples[1]["value"]),
            (&json!("1520"), &json!("11000"))
        );

        let (_, asked) = tokio::join!(
            charger.stop("Local"),
            central.answer("StopTransaction", json!({}))
        );
        assert_eq!(
            (
                &asked["transactionId"],
                &asked["meterStop"],
                &asked["reason"]
            ),
            (&json!(7), &json!(1520), &json!("Local")),
            "{library:?}: {asked}"
        );
    }
}

#[tokio::test]
async fn a_remote_start_and_stop_are_taken_up_by_the_charger_itself() {
    for library in LIBRARIES {
        let (mut charger, mut central) = connected(library).await;
        let answer = central
            .ask(
                "RemoteStartTransaction",
                json!({ "connectorId": 1, "idTag": "CARD" }),
            )
            .await;
        assert_eq!(answer, json!({ "status": "Accepted" }), "{library:?}");
        let asked = charger.asked("RemoteStartTransaction").await;
        assert_eq!(
            asked["idTag"], "CARD",
            "the test sees what it was asked: {asked}"
        );

        let preparing = central.answer("StatusNotification", json!({})).await;
        let started = json!({ "transactionId": 8, "idTagInfo": { "status": "Accepted" } });
        central.answer("StartTransaction", started).await;
        let charging = central.answer("StatusNotification", json!({})).await;
        assert_eq!(
            (&preparing["status"], &charging["status"]),
            (&json!("Preparing"), &json!("Charging"))
        );
        for action in [
            "StatusNotification",
            "StartTransaction",
            "StatusNotification",
        ] {
            charger.said(action).await;
        }

        let other = central
            .ask("RemoteStopTransaction", json!({ "transactionId": 9 }))
            .await;
        assert_eq!(
            other,
            json!({ "status": "Rejected" }),
            "{library:?}: that one is not its own"
        );
        let own = central
            .ask("RemoteStopTransaction", json!({ "transactionId": 8 }))
            .await;
        assert_eq!(own, json!({ "status": "Accepted" }), "{library:?}");
        let stopped = central.answer("StopTransaction", json!({})).await;
        assert_eq!(
            (&stopped["transactionId"], &stopped["reason"]),
            (&json!(8), &json!("Remote"))
        );
        for status in ["Finishing", "Available"] {
            let report = central.answer("StatusNotification", json!({})).await;
            assert_eq!(report["status"], status, "{library:?}");
        }
    }
}

#[tokio::test]
async fn every_request_of_the_protocol_is_answered_and_the_test_may_choose_the_answer() {
    let cases = [
        (
            "ChangeConfiguration",
            json!({ "key": "HeartbeatInterval", "value": "60" }),
            json!({ "status": "Accepted" }),
        ),
        (
            "ChangeConfiguration",
            json!({ "key": "NumberOfConnectors", "value": "2" }),
            json!({ "status": "Rejected" }),
        ),
        (
            "ChangeConfiguration",
            json!({ "key": "Nothing", "value": "2" }),
            json!({ "status": "NotSupported" }),
        ),
        (
            "GetConfiguration",
            json!({ "key": ["HeartbeatInterval", "Nothing"] }),
            json!({ "configurationKey": [{ "key": "HeartbeatInterval", "value": "60", "readonly": false }], "unknownKey": ["Nothing"] }),
        ),
        (
            "TriggerMessage",
            json!({ "requestedMessage": "FirmwareStatusNotification" }),
            json!({ "status": "NotImplemented" }),
        ),
        (
            "UnlockConnector",
            json!({ "connectorId": 1 }),
            json!({ "status": "Unlocked" }),
        ),
        ("ClearCache", json!({}), json!({ "status": "Accepted" })),
        (
            "DataTransfer",
            json!({ "vendorId": "x" }),
            json!({ "status": "UnknownVendorId" }),
        ),
        (
            "GetLocalListVersion",
            json!({}),
            json!({ "listVersion": 0 }),
        ),
        (
            "GetDiagnostics",
            json!({ "location": "ftp://127.0.0.1/" }),
            json!({ "fileName": "diagnostics.log" }),
        ),
        (
            "CancelReservation",
            json!({ "reservationId": 1 }),
            json!({ "status": "Accepted" }),
        ),
    ];
    for library in LIBRARIES {
        let (mut charger, mut central) = connected(library).await;
        for (action, request, answer) in &cases {
            assert_eq!(
                &central.ask(action, request.clone()).await,
                answer,
                "{library:?}: {action} {request}"
            );
            assert_eq!(
                &charger.asked(action).await,
                request,
                "{library:?}: {action}"
            );
        }
        charger
            .will_answer("RemoteStartTransaction", json!({ "status": "Rejected" }))
            .await;
        let refused = central
            .ask("RemoteStartTransaction", json!({ "idTag": "CARD" }))
            .await;
        assert_eq!(
            refused,
            json!({ "status": "Rejected" }),
            "{library:?}: as it was told"
        );
        charger.asked("RemoteStartTransaction").await;
        // A charger that refused goes on with nothing: the next CALL is the test's own.
        let (_, ()) = tokio::join!(
            central.answer(
                "Heartbeat",
                json!({ "currentTime": "2026-11-22T09:30:00Z" })
            ),
            async {
                charger.heartbeat().await;
            }
        );
    }
}

#[tokio::test]
async fn a_reset_ends_the_charge_and_the_connection_and_the_charger_comes_back() {
    for library in LIBRARIES {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("ws://{}/ocpp", listener.local_addr().expect("it is bound"));
        let mut charger = LibraryCharger::start(library, &url, "CP-1", Some("secret")).await;
        let (_, mut central) = tokio::join!(charger.connect(), Central::accept(&listener));
        let started = json!({ "transactionId": 3, "idTagInfo": { "status": "Accepted" } });
        tokio::join!(
            charger.begin("CARD"),
            central.answer("StartTransaction", started)
        );
        assert_eq!(
            central.ask("Reset", json!({ "type": "Soft" })).await,
            json!({ "status": "Accepted" })
        );
        let stopped = central.answer("StopTransaction", json!({})).await;
        assert_eq!(stopped["reason"], "SoftReset", "{library:?}: {stopped}");
        while let Some(Ok(_)) = central.0.next().await {}
        // A server ends the TCP connection once both have said goodbye.
        drop(central);
        let mut again = Central::accept(&listener).await;
        let booted =
            json!({ "status": "Accepted", "currentTime": "2026-11-22T09:30:00Z", "interval": 300 });
        again.answer("BootNotification", booted).await;
    }
}

#[tokio::test]
async fn an_answer_against_the_schema_is_found_by_the_library_itself() {
    for library in LIBRARIES {
        let (mut charger, mut central) = connected(library).await;
        let boot = charger.call(
            "BootNotification",
            json!({ "chargePointVendor": "V", "chargePointModel": "M" }),
        );
        // No `currentTime`, and a status that is none.
        let wrong = json!({ "status": "Maybe", "interval": 300 });
        let (answer, _) = tokio::join!(boot, central.answer("BootNotification", wrong));
        let error = answer.expect_err("a third party says that we are wrong");
        assert!(error["code"].is_string(), "{library:?}: {error}");

        // A CALLERROR comes back by its code.
        let (answer, ()) = tokio::join!(charger.call("Heartbeat", json!({})), async {
            let (id, _, _) = central.asked().await;
            central.say(json!([4, id, "InternalError", "no", {}])).await;
        });
        assert_eq!(
            answer.expect_err("it is one")["code"],
            "InternalError",
            "{library:?}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_with_its_status() {
    for library in LIBRARIES {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("ws://{}/ocpp", listener.local_addr().expect("it is bound"));
        let mut charger = LibraryCharger::start(library, &url, "CP-1", Some("wrong")).await;
        let (refused, admitted) = tokio::join!(charger.connect(), Central::admit(&listener));
        assert_eq!(refused, Err(json!({ "status": 401 })), "{library:?}");
        assert!(admitted.is_err(), "it came with another key");
    }
}
