//! Alerts: what an operator should look at, raised once and cleared when it is over.

use jiff::Timestamp;

use crate::ids::{AlertId, ChargePointId, SessionId, StationId};
use crate::words::words;

words! {
    /// How urgent an alert is.
    Severity {
        /// Good to know.
        Info = "info",
        /// Look at it today.
        Warning = "warning",
        /// Look at it now.
        Critical = "critical",
    }
}

words! {
    /// What an alert is about.
    AlertKind {
        /// A connector reports a fault.
        ConnectorFault = "connector_fault",
        /// A message about a transaction does not fit and was set aside.
        Suspense = "suspense",
        /// A charger's clock says what cannot be true.
        ClockUnsynced = "clock_unsynced",
        /// A charge has been open for a day, and nothing said that it is over.
        ChargeOpen = "charge_open",
        /// A gateway's events for the broker fill the space they may take: the least of them are given up.
        OutboxFull = "outbox_full",
        /// The books do not add up: no money moves until they do.
        BooksWrong = "books_wrong",
        /// An operator wants to give or take more than one may alone.
        AdjustmentPending = "adjustment_pending",
        /// A payment provider took another amount than was ordered, or gave money back that a customer no longer has.
        PaymentOdd = "payment_odd",
        /// Messages that no gateway could handle wait on the broker for somebody to look at them.
        DeadLetters = "dead_letters",
        /// A stored setting does not go with a gateway's own file, and does not hold there.
        SettingMisfit = "setting_misfit",
        /// A machine's update has waited a week for a good hour: somebody should decide.
        UpdateWaiting = "update_waiting",
        /// A machine's update was refused, or did not come to run.
        UpdateFailed = "update_failed",
    }
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it is about.
    pub kind: AlertKind,
    /// What makes two alerts of a kind the same: raised again while it stands, nothing happens.
    pub subject: String,
    /// How urgent.
    pub severity: Severity,
    /// In a few words.
    pub title: String,
    /// In a sentence. May quote a charger: hostile.
    pub detail: String,
    /// Where.
    pub station_id: Option<StationId>,
    /// At which box.
    pub charge_point_id: Option<ChargePointId>,
    /// In which session.
    pub session_id: Option<SessionId>,
    /// Since when.
    pub raised_at: Timestamp,
    /// When somebody took it on.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was over.
    pub cleared_at: Option<Timestamp>,
}
