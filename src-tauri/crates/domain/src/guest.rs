//! A charge that somebody without an account pays for on a payment provider's page: it begins once it is paid, and what it
//! does not cost goes back the way it came. Decides what comes next; does none of it.

use jiff::{SignedDuration, Timestamp};

use crate::code::Code;
use crate::ids::{ChargePointId, CustomerId, SessionId};
use crate::topup::{Topup, TopupStatus};
use crate::words::words;

#[cfg(test)]
mod tests;

/// How long after it was paid a charge may begin: later than this nobody stands there any more. As long may it wait for a
/// charger that is away.
const PATIENCE: SignedDuration = SignedDuration::from_mins(2);
/// How long after its page's end a payment still begins a charge: its news may be on its way.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// How long an order may be without a top-up: whoever made it died in between.
pub const ALONE: SignedDuration = SignedDuration::from_mins(10);
/// How long the payer's phone may come back to it.
pub const LINK: SignedDuration = SignedDuration::from_hours(24);

words! {
    /// Where a guest's order stands.
    GuestOrderStatus {
        /// Nobody paid yet, or the charge has not begun.
        Waiting = "waiting",
        /// It was paid, and the charger is asked or charges.
        Charging = "charging",
        /// Over: charged and settled, or never begun.
        Ended = "ended",
    }
}

/// Why a charge that was paid for never began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: String,
    /// For people.
    pub detail: String,
}

impl Refusal {
    /// The money came when nobody waited for it any more.
    pub fn paid_too_late() -> Self {
        Self {
            code: Code::PaidTooLate.as_str().to_owned(),
            detail: "The payment came too late to begin a charge.".to_owned(),
        }
    }
}

/// What somebody without an account wants to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestOrder {
    /// What a repeat of the request is known by; its top-up has the same.
    pub request: String,
    /// The guest's own account, without a name.
    pub customer_id: CustomerId,
    /// At which box.
    pub charge_point_id: ChargePointId,
    /// At which plug.
    pub connector_id: i64,
    /// The version of the tariff that was shown.
    pub tariff_version: Option<i64>,
    /// What the payer's phone comes back with.
    pub link: String,
    /// Where it stands.
    pub status: GuestOrderStatus,
    /// The charge, once there is one.
    pub session_id: Option<SessionId>,
    /// Why there never was one. On an order that waits: it was over once, and begins nothing any more.
    pub refusal: Option<Refusal>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What comes next for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing yet.
    Wait,
    /// The charge is asked for.
    Begin,
    /// It is over, and what is left of the money goes back; why, where there was no charge.
    End(Option<Refusal>),
}

impl GuestOrder {
    /// What comes next. `topup` is what pays for it; `settled` says that its charge is over and its money counted.
    pub fn next(&self, topup: Option<&Topup>, settled: bool, now: Timestamp) -> Step {
        match self.status {
            GuestOrderStatus::Charging if settled => Step::End(None),
            GuestOrderStatus::Charging | GuestOrderStatus::Ended => Step::Wait,
            GuestOrderStatus::Waiting => self.waiting(topup, now),
        }
    }

    fn waiting(&self, topup: Option<&Topup>, now: Timestamp) -> Step {
        let Some(topup) = topup else {
            return if now > self.created_at + ALONE {
                Step::End(None)
            } else {
                Step::Wait
            };
        };
        match topup.status {
            TopupStatus::Pending => Step::Wait,
            // Paid all the same, it is taken up again: see `settle_topup`.
            TopupStatus::Failed | TopupStatus::Abandoned => Step::End(None),
            // It was over already.
            TopupStatus::Completed if self.refusal.is_some() => Step::End(self.refusal.clone()),
            TopupStatus::Completed
                if now > topup.updated_at + PATIENCE || now > topup.expires_at + LATE =>
            {
                Step::End(Some(Refusal::paid_too_late()))
            }
            TopupStatus::Completed => Step::Begin,
        }
    }

    /// What becomes of an order that was paid for and refused: a charger that is away may be back in a moment.
    pub fn refused(code: Code, detail: &str) -> Step {
        let passes = matches!(
            code,
            Code::ChargerOffline | Code::ServerUnavailable | Code::WalletFrozen
        );
        if passes {
            return Step::Wait;
        }
        Step::End(Some(Refusal {
            code: code.as_str().to_owned(),
            detail: detail.to_owned(),
        }))
    }
}
