//! A charge point on a third party's OCPP library, in a process of its own: it frames, validates and
//! answers as that library does, and charges by itself when it is asked to. Not for saying anything
//! wrong: no library lets it (`Charger` does).

use std::time::Duration;

use serde_json::{Value, json};

use crate::dialogue::Dialogue;
use crate::{node, python};

/// How long it may take to be asked something or to do it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whose library it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// `ocpp` from PyPI, over `websockets`.
    PythonOcpp,
    /// `ocpp-rpc` from npm, in its strict mode.
    NodeOcppRpc,
}

/// A charge point with one connector. It answers every request of OCPP 1.6; a remote start it takes
/// up by itself (Preparing, `StartTransaction`, Charging), a remote stop and a reset likewise.
#[derive(Debug)]
pub struct LibraryCharger {
    dialogue: Dialogue,
}

impl LibraryCharger {
    /// Starts the process; it does not connect yet.
    pub async fn start(
        library: Library,
        ocpp: &str,
        identity: &str,
        password: Option<&str>,
    ) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-charger-")
            .tempdir()
            .expect("the folder for temporary files is writable");
        let (name, mut command) = match library {
            Library::PythonOcpp => (
                "the charger on ocpp",
                python::command("ocpp_charge_point.py"),
            ),
            Library::NodeOcppRpc => (
                "the charger on ocpp-rpc",
                node::command("ocpp_charge_point.mjs", folder.path()),
            ),
        };
        command.args([ocpp, identity]).args(password);
        Self {
            dialogue: Dialogue::open(name, &mut command, folder).await,
        }
    }

    /// Connects. The error is `{status}`, the HTTP status it was refused with.
    pub async fn connect(&mut self) -> Result<Value, Value> {
        self.dialogue.ask("connect", json!({})).await
    }

    /// Closes its connection in order.
    pub async fn leave(&mut self) {
        let left = self.dialogue.ask("leave", json!({})).await;
        left.expect("a connection that stands can be closed");
    }

    /// Says anything that the library lets through, and gives the answer. The error is
    /// `{code, description}` for a CALLERROR, also for an answer that the library finds against the schema.
    pub async fn call(&mut self, action: &str, payload: Value) -> Result<Value, Value> {
        let with = json!({ "action": action, "payload": payload });
        self.dialogue.ask("call", with).await
    }

    /// Says `BootNotification`.
    pub async fn boot(&mut self) -> Value {
        self.obey("boot", json!({})).await
    }

    /// Says `Heartbeat`.
    pub async fn heartbeat(&mut self) -> Value {
        self.taken("Heartbeat", json!({})).await
    }

    /// Reports its connector's status.
    pub async fn report(&mut self, status: &str) {
        self.obey("status", json!({ "status": status })).await;
    }

    /// Asks whether a card may charge, and returns the status of its `idTagInfo`.
    pub async fn authorize(&mut self, id_tag: &str) -> Value {
        let mut answer = self.taken("Authorize", json!({ "idTag": id_tag })).await;
        answer["idTagInfo"]["status"].take()
    }

    /// Says `StartTransaction` with the register as it stands; it goes on with the transaction it is given.
    pub async fn begin(&mut self, id_tag: &str) -> Value {
        self.obey("start", json!({ "idTag": id_tag })).await
    }

    /// Says `MeterValues` with this register and power, in the running transaction where there is one.
    pub async fn measure(&mut self, meter_wh: i64, power_w: i64) {
        let with = json!({ "meterWh": meter_wh, "powerW": power_w });
        self.obey("measure", with).await;
    }

    /// Says `StopTransaction` with the register as it stands.
    pub async fn stop(&mut self, reason: &str) -> Value {
        self.obey("stop", json!({ "reason": reason })).await
    }

    /// From here on it answers `action` with `payload`, whatever it would have answered by itself.
    pub async fn will_answer(&mut self, action: &str, payload: Value) {
        let with = json!({ "action": action, "payload": payload });
        self.obey("answer", with).await;
    }

    /// The next thing that was not the test's doing: `{event: "asked", action, payload, answer}`,
    /// `{event: "said", action, payload, answer}`, `{event: "closed", code}`.
    pub async fn event(&mut self) -> Value {
        self.dialogue.event(PATIENCE).await
    }

    /// Waits until it is asked for `action`, which must be the next thing to happen, and returns the request.
    pub async fn asked(&mut self, action: &str) -> Value {
        self.happens("asked", action).await
    }

    /// Waits until it says `action` by itself, which must be the next thing to happen, and returns the payload.
    pub async fn said(&mut self, action: &str) -> Value {
        self.happens("said", action).await
    }

    /// Pulls its plug: no goodbye on the socket.
    pub fn kill(&mut self) {
        self.dialogue.kill();
    }

    async fn happens(&mut self, event: &str, action: &str) -> Value {
        let mut happened = self.event().await;
        assert_eq!(
            (&happened["event"], &happened["action"]),
            (&event.into(), &action.into()),
            "{event} {action} comes next, not {happened}"
        );
        happened["payload"].take()
    }

    async fn taken(&mut self, action: &str, payload: Value) -> Value {
        let answer = self.call(action, payload).await;
        answer.unwrap_or_else(|error| panic!("{action} was answered {error}"))
    }

    async fn obey(&mut self, what: &str, with: Value) -> Value {
        let answer = self.dialogue.ask(what, with).await;
        answer.unwrap_or_else(|error| panic!("{what} was answered {error}"))
    }
}
