//! What the parts of one charge point share: its connectors' faces, its queue, its settings, and the
//! connection of the moment. Not what they do with it: see `connector`, `connection`, `delivery`.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ocpp::RawValue;
use ocpp::v16::{
    AuthorizationStatus, ChargePointErrorCode, ChargePointStatus, IdTagInfo, Reason,
    StatusNotificationRequest,
};
use serde::Serialize;
use tokio::sync::{Notify, watch};
use tracing::warn;

use crate::bay::Bay;
use crate::clock;
use crate::config::FleetConfig;
use crate::keys::Keys;
use crate::link::{CallFailure, Caller};
use crate::queue::Queue;
use crate::stats::Stats;
use crate::truth::Truth;

/// More messages than this a central system cannot have triggered and not got.
const TRIGGERS: usize = 64;

/// One charge point.
#[derive(Debug)]
pub(crate) struct Point {
    pub(crate) identity: String,
    pub(crate) config: Arc<FleetConfig>,
    pub(crate) stats: Arc<Stats>,
    pub(crate) queue: Queue,
    pub(crate) truth: Option<Truth>,
    pub(crate) bays: Vec<Bay>,
    pub(crate) keys: watch::Sender<Keys>,
    /// What CALLs are sent over; `None` while there is no connection, or no accepted boot.
    pub(crate) line: watch::Sender<Option<Caller>>,
    /// A boot was accepted since the power came.
    ready: watch::Sender<bool>,
    /// Why the power cycle comes to its end, once it does.
    ending: watch::Sender<Option<Ending>>,
    /// `false`: the central system has taken the charge point as a whole out of service.
    operative: AtomicBool,
    /// It was connected at least once.
    connected: AtomicBool,
    /// The cards that were accepted (the authorization cache, OCPP 1.6 §3.5.1).
    cards: Mutex<HashSet<String>>,
    /// Held while an answer is written down.
    writing: tokio::sync::Mutex<()>,
    triggers: Mutex<VecDeque<Trigger>>,
    triggered: Notify,
}

/// Why a power cycle ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The fleet stops.
    Fleet,
    /// Reset, type Soft: everything ends in order.
    Soft,
    /// Reset, type Hard: charges end, and nothing is said any more.
    Hard,
}

/// A message that the central system has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Boot,
    Heartbeat,
    /// Of a connector; 0 is the charge point itself.
    Status(i32),
    /// Of a connector that does not charge.
    MeterValues(i32),
}

impl Ending {
    /// What the stops of the charges say.
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::Fleet => Reason::Local,
            Self::Soft => Reason::SoftReset,
            Self::Hard => Reason::HardReset,
        }
    }
}

impl Point {
    pub(crate) fn new(
        identity: String,
        config: Arc<FleetConfig>,
        stats: Arc<Stats>,
        queue: Queue,
        truth: Option<Truth>,
    ) -> Self {
        Self {
            identity,
            bays: (1..=config.connectors).map(Bay::new).collect(),
            keys: watch::Sender::new(Keys::new(&config)),
            config,
            stats,
            queue,
            truth,
            line: watch::Sender::new(None),
            ready: watch::Sender::new(false),
            ending: watch::Sender::new(None),
            operative: AtomicBool::new(true),
            connected: AtomicBool::new(false),
            cards: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            triggers: Mutex::default(),
            triggered: Notify::new(),
        }
    }

    /// Keeps what ends a connection waiting until it is dropped: an answer is being written down.
    pub(crate) async fn write_down(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.writing.lock().await
    }

    /// What ends a connection, once no answer is half written down: its message would come again.
    pub(crate) async fn after_writing<T>(&self, end: impl Future<Output = T>) -> T {
        let end = end.await;
        drop(self.writing.lock().await);
        end
    }

    /// The power comes: what was not in the queue is forgotten, and charges that nobody ended end
    /// where they were last known.
    pub(crate) async fn power_up(&self) {
        self.line.send_replace(None);
        self.ready.send_replace(false);
        self.ending.send_replace(None);
        self.triggers().clear();
        self.queue.recover().await;
        for bay in &self.bays {
            bay.power_up(self.queue.register_wh(bay.connector).await);
        }
    }

    /// Counts the charge point when it is connected for the first time.
    pub(crate) fn note_connection(&self) {
        if !self.connected.swap(true, Ordering::Relaxed) {
            self.stats.count(|counts| counts.connected += 1);
        }
    }

    /// Sends a CALL over the connection of the moment. `Closed` = there is none, or it went.
    pub(crate) async fn call<T: Serialize + ocpp::Validate>(
        &self,
        action: &'static str,
        payload: &T,
    ) -> Result<Option<Box<RawValue>>, CallFailure> {
        let caller = self.line.borrow().clone();
        let caller = caller.ok_or(CallFailure::Closed)?;
        caller.call_or_carry_on(action, payload).await
    }

    /// Shows the status of a connector, and reports it where it is new and there is a connection;
    /// the next connection begins with a report of all.
    pub(crate) async fn show(&self, bay: &Bay, status: ChargePointStatus) {
        if bay.face().status == status {
            return;
        }
        bay.change(|face| face.status = status);
        self.report(bay.connector).await;
    }

    /// Reports the status of a connector; 0 is the charge point itself.
    pub(crate) async fn report(&self, connector: i32) {
        let status = match self.bay(connector) {
            Some(bay) => bay.face().status,
            None if self.operative.load(Ordering::Relaxed) => ChargePointStatus::Available,
            None => ChargePointStatus::Unavailable,
        };
        let mut request =
            StatusNotificationRequest::new(connector, ChargePointErrorCode::NoError, status);
        request.timestamp = Some(clock::now());
        // Without a connection nobody hears it.
        let _ = self.call("StatusNotification", &request).await;
    }

    /// The face of a connector, counted from 1.
    pub(crate) fn bay(&self, connector: i32) -> Option<&Bay> {
        self.bays.iter().find(|bay| bay.connector == connector)
    }

    /// Puts the charge point as a whole in or out of service; its connectors are told apart.
    pub(crate) fn serve(&self, operative: bool) {
        self.operative.store(operative, Ordering::Relaxed);
    }

    /// A boot was accepted: connectors begin to live.
    pub(crate) fn set_ready(&self) {
        self.ready
            .send_if_modified(|ready| !std::mem::replace(ready, true));
    }

    pub(crate) fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Waits for an accepted boot; `false` = the end comes first.
    pub(crate) async fn until_ready(&self) -> bool {
        let mut ready = self.ready.subscribe();
        tokio::select! {
            biased;
            _ = self.until_ending() => false,
            _ = ready.wait_for(|ready| *ready) => true,
        }
    }

    /// Brings the power cycle to its end; `false` = it comes already, for another reason.
    pub(crate) fn end(&self, why: Ending) -> bool {
        let first = self.ending.send_if_modified(|ending| {
            let first = ending.is_none();
            if first {
                *ending = Some(why);
            }
            first
        });
        if first && why == Ending::Hard {
            self.line.send_replace(None);
        }
        first
    }

    pub(crate) fn ending(&self) -> Option<Ending> {
        *self.ending.borrow()
    }

    /// Waits for the power cycle to come to its end.
    pub(crate) async fn until_ending(&self) -> Ending {
        let mut ending = self.ending.subscribe();
        loop {
            if let Some(why) = *ending.borrow_and_update() {
                return why;
            }
            // The sender is `self`: a change is all that can come.
            let _ = ending.changed().await;
        }
    }

    /// Waits until there is no connection.
    pub(crate) async fn until_offline(&self) {
        // The sender is `self`, so the wait ends only when it holds.
        let _ = self.line.subscribe().wait_for(Option::is_none).await;
    }

    /// Whether a card was accepted when there was last an answer about it.
    pub(crate) fn knows_card(&self, id_tag: &str) -> bool {
        self.cards().contains(id_tag)
    }

    /// Remembers what the central system said of a card; whether it may charge.
    pub(crate) fn learn_card(&self, id_tag: &str, info: &IdTagInfo) -> bool {
        let accepted = info.status == AuthorizationStatus::Accepted;
        if accepted {
            self.cards().insert(id_tag.to_owned());
        } else {
            self.cards().remove(id_tag);
        }
        accepted
    }

    /// Forgets every card.
    pub(crate) fn clear_cards(&self) {
        self.cards().clear();
    }

    /// Has a message sent; `false` = too many wait.
    pub(crate) fn trigger(&self, trigger: Trigger) -> bool {
        let mut triggers = self.triggers();
        let room = triggers.len() < TRIGGERS;
        if room {
            triggers.push_back(trigger);
            self.triggered.notify_one();
        }
        room
    }

    /// The next message that the central system has asked for.
    pub(crate) async fn next_trigger(&self) -> Trigger {
        loop {
            let next = self.triggers().pop_front();
            match next {
                Some(trigger) => return trigger,
                None => self.triggered.notified().await,
            }
        }
    }

    /// Sets stay true when a task that held them panicked: each change is one step.
    fn cards(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.cards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn triggers(&self) -> std::sync::MutexGuard<'_, VecDeque<Trigger>> {
        self.triggers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caller {
    /// Sends a CALL. `None` = it failed, and the charger goes on without the answer; only a lost
    /// connection is an error, for it ends everything that is said over it.
    pub(crate) async fn call_or_carry_on<T: Serialize + ocpp::Validate>(
        &self,
        action: &'static str,
        payload: &T,
    ) -> Result<Option<Box<RawValue>>, CallFailure> {
        match self.call(action, payload).await {
            Ok(answer) => Ok(Some(answer.payload)),
            Err(CallFailure::Closed) => Err(CallFailure::Closed),
            Err(failure) => {
                warn!(%failure, "a call failed");
                Ok(None)
            }
        }
    }
}
