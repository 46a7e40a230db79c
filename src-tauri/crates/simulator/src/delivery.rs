//! Sends what is in the queue, oldest first and one at a time: each message up to as many attempts as
//! the settings say, each attempt under a new message id, a lost connection being none. What the
//! central system acknowledges goes to the truth file. Not for keeping the queue: see `queue`.

use ocpp::v16::{StartTransactionResponse, StopTransactionRequest, StopTransactionResponse};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::backlog::{Charge, Message, NEVER_ANSWERED, Queued};
use crate::clock;
use crate::link::{Answer, CallFailure, Caller};
use crate::point::Point;
use crate::queue::Head;
use crate::truth::{Acknowledged, Action, Ended, Entry};

/// Sends until the connectors have `ended` and nothing is left, or the connection is gone.
pub(crate) async fn deliver(
    point: &Point,
    caller: &Caller,
    ended: &CancellationToken,
) -> Result<(), CallFailure> {
    loop {
        // Asked before the queue is looked at: nothing joins it after the end.
        let last = ended.is_cancelled();
        match point.queue.head().await {
            Some(head) => attempt(point, caller, ended, head).await?,
            None if last => return Ok(()),
            None => tokio::select! {
                () = point.queue.changed() => {}
                () = ended.cancelled() => {}
            },
        }
    }
}

async fn attempt(
    point: &Point,
    caller: &Caller,
    ended: &CancellationToken,
    head: Head,
) -> Result<(), CallFailure> {
    let Head { queued, charge } = head;
    let transaction_id = charge.as_ref().and_then(|charge| charge.transaction_id);
    let sent = send(caller, &queued, transaction_id.unwrap_or(NEVER_ANSWERED)).await;
    match sent.and_then(|answer| understood(answer, &queued.message)) {
        Ok(understood) => acknowledge(point, &queued, charge, understood).await,
        Err(CallFailure::Closed) => return Err(CallFailure::Closed),
        Err(failure) => {
            let attempts = point.queue.failed(queued.place).await;
            let keys = point.keys.borrow().clone();
            if attempts >= keys.attempts {
                warn!(identity = point.identity, %failure, attempts, "a message is given up");
                give_up(point, &queued, charge).await;
            } else {
                show_attempt(point, &queued);
                tokio::select! {
                    () = sleep(keys.retry_interval.saturating_mul(attempts)) => {}
                    // Who is switched off does not wait.
                    () = ended.cancelled() => {}
                }
            }
        }
    }
    Ok(())
}

async fn send(
    caller: &Caller,
    queued: &Queued,
    transaction_id: i32,
) -> Result<Answer, CallFailure> {
    match queued.message.clone() {
        Message::StartTransaction(request) => caller.call("StartTransaction", &request).await,
        Message::MeterValues(mut request) => {
            request.transaction_id = Some(transaction_id);
            caller.call("MeterValues", &request).await
        }
        Message::StopTransaction(request) => {
            let request = StopTransactionRequest {
                transaction_id,
                ..request
            };
            caller.call("StopTransaction", &request).await
        }
    }
}

/// An answer, as far as the charge point needs it.
struct Understood {
    message_id: String,
    /// A start's.
    started: Option<StartTransactionResponse>,
    /// A stop's, where the central system says something about the card.
    stopped: Option<StopTransactionResponse>,
}

/// An answer to a start that gives no transaction is as good as an error.
fn understood(answer: Answer, message: &Message) -> Result<Understood, CallFailure> {
    let mut understood = Understood {
        message_id: answer.message_id.to_string(),
        started: None,
        stopped: None,
    };
    match message {
        Message::StartTransaction(_) => understood.started = Some(ocpp::decode(&answer.payload)?),
        Message::MeterValues(_) => {}
        Message::StopTransaction(_) => understood.stopped = ocpp::decode(&answer.payload).ok(),
    }
    Ok(understood)
}

async fn acknowledge(
    point: &Point,
    queued: &Queued,
    charge: Option<Charge>,
    understood: Understood,
) {
    let _writing = point.write_down().await;
    let Understood {
        message_id,
        started,
        stopped,
    } = understood;
    let given = started.as_ref().map(|started| started.transaction_id);
    if let (Some(truth), Some(charge)) = (&point.truth, &charge) {
        let transaction_id = given.or(charge.transaction_id).unwrap_or(NEVER_ANSWERED);
        let mut entries = vec![Entry::Acknowledged(Acknowledged {
            identity: point.identity.clone(),
            connector: queued.connector,
            charge: queued.charge,
            action: queued.message.action(),
            message_id,
            transaction_id,
            timestamp: queued.reading.at.timestamp(),
            id_tag: charge.id_tag.clone(),
            register_wh: queued.reading.register_wh,
            acknowledged_at: clock::now().timestamp(),
        })];
        entries.extend(ended(point, queued, charge, true));
        truth.record(&entries).await;
    }
    point.queue.settle(queued.place, given).await;
    point.stats.count(|counts| match queued.message {
        Message::StartTransaction(_) => counts.transactions_started += 1,
        Message::MeterValues(_) => counts.meter_values += 1,
        Message::StopTransaction(_) => counts.transactions_stopped += 1,
    });
    let mut refused = false;
    if let (Some(started), Some(charge)) = (&started, &charge) {
        refused = !point.learn_card(&charge.id_tag, &started.id_tag_info);
    }
    if let (Some(info), Some(charge)) = (stopped.and_then(|stopped| stopped.id_tag_info), &charge) {
        point.learn_card(&charge.id_tag, &info);
    }
    if let Some(bay) = point.bay(queued.connector) {
        bay.change(|face| {
            if started.is_some() && face.charge == Some(queued.charge) {
                face.transaction_id = given;
                face.refused = refused;
            }
        });
    }
    show_attempt(point, queued);
}

async fn give_up(point: &Point, queued: &Queued, charge: Option<Charge>) {
    let _writing = point.write_down().await;
    if let (Some(truth), Some(charge)) = (&point.truth, &charge) {
        let ended: Vec<_> = ended(point, queued, charge, false).into_iter().collect();
        if !ended.is_empty() {
            truth.record(&ended).await;
        }
    }
    let never = matches!(queued.message, Message::StartTransaction(_)).then_some(NEVER_ANSWERED);
    point.queue.settle(queued.place, never).await;
    point.stats.count(|counts| counts.given_up += 1);
    show_attempt(point, queued);
}

/// The line about the charge that a stop ends.
fn ended(point: &Point, queued: &Queued, charge: &Charge, acknowledged: bool) -> Option<Entry> {
    let Message::StopTransaction(stop) = &queued.message else {
        return None;
    };
    let energy_wh = stop.meter_stop - charge.started.register_wh;
    info!(identity = point.identity, energy_wh, "a charge ended");
    Some(Entry::Ended(Ended {
        identity: point.identity.clone(),
        connector: charge.connector,
        charge: queued.charge,
        transaction_id: charge.transaction_id.unwrap_or(NEVER_ANSWERED),
        id_tag: charge.id_tag.clone(),
        started_at: charge.started.at.timestamp(),
        stopped_at: stop.timestamp.timestamp(),
        meter_start_wh: charge.started.register_wh,
        meter_stop_wh: stop.meter_stop,
        energy_wh,
        reason: stop
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| reason.as_str().to_owned()),
        stop_acknowledged: acknowledged,
    }))
}

/// Tells the connector that its message was sent at least once.
fn show_attempt(point: &Point, queued: &Queued) {
    if let Some(bay) = point.bay(queued.connector) {
        bay.change(|face| face.attempted = face.attempted.max(Some(queued.place)));
    }
}

impl Message {
    fn action(&self) -> Action {
        match self {
            Self::StartTransaction(_) => Action::StartTransaction,
            Self::MeterValues(_) => Action::MeterValues,
            Self::StopTransaction(_) => Action::StopTransaction,
        }
    }
}
