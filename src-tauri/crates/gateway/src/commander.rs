//! Sends commands that stand in the database to their chargers, through the socket here or through the gateway
//! that has it, and settles them. Not for what a command means: that is the ops'.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bus::{Bus, CommandEnvelope, Commands, Delivery};
use domain::command::{CommandError, CommandFault, Outcome, action};
use domain::{ChargePointId, Code, CommandId, Timestamp};
use ocpp::RawValue;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::repo::{commands, inbox};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::audit;
use crate::central_system::redaction::redacted;
use crate::central_system::{CallFailure, Outbound, Reply};
use crate::core::{Core, OpError};
use crate::ops::request_command::Requested;
use crate::ops::rotate_key::{Offered, Told, offer_key, settle_key};
use crate::ops::settle_command::{Settlement, settle_command};
use crate::tasks::Tasks;

/// Error codes that say that the charger did nothing of what it was asked. Source: OCPP-J 1.6 §4.2.3.
const REFUSALS: &[&str] = &["NotImplemented", "NotSupported"];

/// How long whoever asked for a new key waits for the charger: less than a request may take.
const KEY_PATIENCE: Duration = Duration::from_secs(20);

/// Responses whose `status` is a yes. Source: OCPP 1.6 §7, the `…Status` of each response.
const YES: &[&str] = &["Accepted", "Scheduled", "Unlocked", "RebootRequired"];

/// How long a command may wait to be sent. Each is a setting of `ocpp.*`.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A remote start: later than this nobody stands there any more (FLT-10).
    pub start: Duration,
    /// Any other.
    pub other: Duration,
}

/// The way from a stored command to its charger. Cheap to clone.
#[derive(Clone)]
pub struct Commander {
    /// The store.
    pub core: Core,
    /// The sockets of this gateway.
    pub outbound: Outbound,
    /// The way to other gateways.
    pub bus: Arc<dyn Bus>,
    /// Owns what is on its way.
    pub tasks: Tasks,
    /// How long a command may wait.
    pub patience: Patience,
}

/// What one gateway tells another: the row says the rest.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    command_id: CommandId,
}

impl Commander {
    /// Sends a command on its way and returns; its end is told by an event.
    pub fn send(&self, requested: Requested) {
        let this = self.clone();
        self.tasks.spawn("command", async move {
            if *requested.node == *this.core.node {
                this.execute(requested.command.id).await;
            } else {
                this.pass_on(&requested).await;
            }
        });
    }

    /// Executes what other gateways ask for, until the gateway stops.
    pub async fn serve(self, mut orders: Commands, stopping: CancellationToken) {
        loop {
            let delivery = tokio::select! {
                delivery = orders.recv() => delivery,
                () = stopping.cancelled() => return,
            };
            let Some(delivery) = delivery else { return };
            self.take(delivery).await;
        }
    }

    /// Takes an order once, however often it comes: a charger must not be reset twice.
    async fn take(&self, delivery: Delivery) {
        let order = match serde_json::from_str::<Order>(&delivery.body) {
            Ok(order) => order,
            Err(error) => return delivery.set_aside(format!("not a command: {error}")),
        };
        let id = order.command_id;
        let first: Result<bool, OpError> = self
            .core
            .write(move |unit| {
                Box::pin(async move {
                    let now = unit.now();
                    Ok(inbox::take(unit.conn, &id.to_string(), now).await?)
                })
            })
            .await;
        match first {
            Ok(first) => {
                delivery.ack();
                if first {
                    let this = self.clone();
                    self.tasks
                        .spawn("command", async move { this.execute(id).await });
                }
            }
            // Dropped unanswered: it comes again.
            Err(error) => tracing::error!(command = %id, %error, "a command could not be taken"),
        }
    }

    async fn pass_on(&self, requested: &Requested) {
        let command = &requested.command;
        let order = Order {
            command_id: command.id,
        };
        let envelope = CommandEnvelope {
            id: command.id.0,
            body: serde_json::to_string(&order).expect("an id is JSON"),
            lives: self.patience(&command.action),
        };
        if let Err(error) = self.bus.send_command(&requested.node, &envelope).await {
            tracing::warn!(command = %command.id, %error, "a command cannot be passed on");
            let detail = "The gateway that holds the charger cannot be reached.";
            self.settle(command.id, None, failed(CommandFault::Offline, detail))
                .await;
        }
    }

    /// Sends the CALL over the socket here, waits for its end and settles the command.
    async fn execute(&self, id: CommandId) {
        let command = match self.find(id).await {
            Ok(Some(command)) => command,
            Ok(None) => return tracing::error!(command = %id, "a command that nobody asked for"),
            Err(error) => return tracing::error!(command = %id, %error, "a command is lost"),
        };
        let Ok(payload) = RawValue::from_string(command.payload.clone()) else {
            let outcome = failed(CommandFault::BadAnswer, "Its payload is no JSON.");
            return self.settle(id, None, outcome).await;
        };
        let sent_at = Arc::new(OnceLock::<Timestamp>::new());
        let sent = Arc::clone(&sent_at);
        let answered = self
            .outbound
            .call(
                command.charge_point_id,
                &command.action,
                payload,
                self.patience(&command.action),
                move |at| {
                    // Set once: a CALL is written once.
                    let _ = sent.set(at);
                },
            )
            .await;
        let outcome = match answered.outcome {
            Ok(reply) => Outcome::Answered {
                accepted: is_yes(&reply.0),
                response: without_secrets(&reply.0),
            },
            Err(failure) => outcome(failure),
        };
        self.settle(id, sent_at.get().copied(), outcome).await;
        // Only now goes on what the charger said after its answer.
        drop(answered.hold);
    }

    /// Gives a charge point a new key, tells its charger where that is connected here, and settles which one it has; all
    /// of it, also where nobody waits for it any more. The key goes to the socket and nowhere else: a command is a row,
    /// and a key is not written down.
    pub async fn rotate_key(&self, point: ChargePointId) -> Result<(Offered, Told), OpError> {
        let this = self.clone();
        let (offer, offered) = oneshot::channel();
        let (settle, told) = oneshot::channel();
        let work = async move {
            let made = offer_key(&this.core, point).await;
            let to_send = made.as_ref().ok().filter(|made| made.reachable).cloned();
            // Whoever asked may have gone.
            let _ = offer.send(made);
            if let Some(made) = to_send {
                let _ = settle.send(this.send_key(&made).await);
            }
        };
        self.tasks.spawn("key", audit::carried(work));
        let stops = |_| OpError::refused(Code::ServerUnavailable, "The gateway stops.");
        let offered = offered.await.map_err(stops)??;
        if !offered.reachable {
            return Ok((offered, Told::NotSent));
        }
        let told = match tokio::time::timeout(KEY_PATIENCE, told).await {
            Ok(Ok(told)) => told?,
            Ok(Err(_)) | Err(_) => Told::Unknown,
        };
        Ok((offered, told))
    }

    async fn send_key(&self, offered: &Offered) -> Result<Told, OpError> {
        let payload = json!({ "key": "AuthorizationKey", "value": offered.key });
        let payload = RawValue::from_string(payload.to_string()).expect("it is JSON");
        let wait = self.patience.other;
        let answered = self
            .outbound
            .call(offered.point, "ChangeConfiguration", payload, wait, |_| {})
            .await;
        let told = key_told(answered.outcome);
        settle_key(&self.core, offered, told).await?;
        tracing::info!(identity = %offered.identity, ?told, "a charger was told its new key");
        drop(answered.hold);
        Ok(told)
    }

    async fn find(&self, id: CommandId) -> Result<Option<domain::command::Command>, OpError> {
        let mut conn = self.core.store.read().await?;
        Ok(commands::find(&mut conn, id).await?)
    }

    async fn settle(&self, id: CommandId, sent_at: Option<Timestamp>, outcome: Outcome) {
        let settlement = Settlement { sent_at, outcome };
        if let Err(error) = settle_command(&self.core, id, settlement).await {
            tracing::error!(command = %id, %error, "the end of a command could not be stored");
        }
    }

    fn patience(&self, name: &str) -> Duration {
        if name == action::REMOTE_START {
            self.patience.start
        } else {
            self.patience.other
        }
    }
}

fn failed(fault: CommandFault, detail: &str) -> Outcome {
    Outcome::Failed(CommandError {
        code: fault.as_str().to_owned(),
        detail: detail.to_owned(),
    })
}

fn outcome(failure: CallFailure) -> Outcome {
    let detail = failure.to_string();
    match failure {
        CallFailure::Offline => failed(CommandFault::Offline, &detail),
        CallFailure::QueueFull => failed(CommandFault::QueueFull, &detail),
        CallFailure::Expired => failed(CommandFault::Expired, &detail),
        CallFailure::TimedOut => Outcome::TimedOut,
        CallFailure::Disconnected => failed(CommandFault::Disconnected, &detail),
        CallFailure::Error { code, description } => Outcome::Failed(CommandError {
            code: format!("{}.{code}", CommandFault::CallError.as_str()),
            detail: description,
        }),
    }
}

/// Which key a charger has, by how it took the new one (OCPP 1.6 security whitepaper, A01.FR.03 and .04).
fn key_told(outcome: Result<Reply, CallFailure>) -> Told {
    match outcome {
        Ok(reply) => match status(&reply.0).as_deref() {
            Some("Accepted") => Told::Stored,
            Some("RebootRequired") => Told::AfterReboot,
            Some("Rejected" | "NotSupported") => Told::Refused,
            _ => Told::Unknown,
        },
        Err(CallFailure::Offline | CallFailure::QueueFull | CallFailure::Expired) => Told::NotSent,
        Err(CallFailure::Error { code, .. }) if REFUSALS.contains(&&*code) => Told::Refused,
        Err(CallFailure::Error { .. } | CallFailure::TimedOut | CallFailure::Disconnected) => {
            Told::Unknown
        }
    }
}

/// A response as it is kept: some chargers tell their keys when they are asked for their configuration.
fn without_secrets(response: &RawValue) -> String {
    let Ok(said) = serde_json::from_str::<Value>(response.get()) else {
        return response.get().to_owned();
    };
    let kept = redacted(said.clone());
    if kept == said {
        response.get().to_owned()
    } else {
        kept.to_string()
    }
}

fn status(response: &RawValue) -> Option<String> {
    let response: Value = serde_json::from_str(response.get()).ok()?;
    Some(response.get("status")?.as_str()?.to_owned())
}

/// Whether a response is a yes: by its status, or because it has none to say no with.
fn is_yes(response: &RawValue) -> bool {
    let response: Value = serde_json::from_str(response.get()).unwrap_or_default();
    match response.get("status") {
        None => true,
        Some(status) => status.as_str().is_some_and(|status| YES.contains(&status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_word_that_means_yes_is_a_yes() {
        for (response, expect) in [
            (r#"{"status":"Accepted"}"#, true),
            (r#"{"status":"RebootRequired"}"#, true),
            (r#"{"status":"Unlocked"}"#, true),
            (r#"{"status":"Scheduled"}"#, true),
            (r#"{"configurationKey":[]}"#, true),
            ("{}", true),
            (r#"{"status":"Rejected"}"#, false),
            (r#"{"status":"UnlockFailed"}"#, false),
            (r#"{"status":"NotSupported"}"#, false),
            (r#"{"status":"accepted"}"#, false),
            (r#"{"status":"\u0052ejected"}"#, false),
            (r#"{"status":7}"#, false),
        ] {
            let response =
                RawValue::from_string(response.to_owned()).expect("test vectors are JSON");
            assert_eq!(is_yes(&response), expect, "{response}");
        }
    }
}
