//! What an operator gives to a customer by hand, or takes: with a reason, and above a limit with a second operator's yes
//! (MON-11).

use jiff::Timestamp;

use crate::ids::{AdjustmentId, CustomerId, OperatorId};
use crate::money::Money;
use crate::words::words;

words! {
    /// Where it stands.
    AdjustmentStatus {
        /// A second operator must say yes.
        Pending = "pending",
        /// It is in the books.
        Completed = "completed",
        /// A second operator said no.
        Rejected = "rejected",
    }
}

words! {
    /// How it is paid.
    Method {
        /// In cash, at the desk.
        Cash = "cash",
        /// By nobody: it is a credit, or a correction.
        Credit = "credit",
    }
}

/// What an operator gives, or takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Its id.
    pub id: AdjustmentId,
    /// To whom, or from whom.
    pub customer_id: CustomerId,
    /// How much: above zero is to the customer, never zero.
    pub amount: Money,
    /// How it is paid.
    pub method: Method,
    /// Why.
    pub reason: String,
    /// Whether a second operator must say yes.
    pub needs_second: bool,
    /// Where it stands.
    pub status: AdjustmentStatus,
    /// Who asked for it.
    pub requested_by: OperatorId,
    /// When.
    pub requested_at: Timestamp,
    /// Who decided: whoever asked, where no second one is needed.
    pub decided_by: Option<OperatorId>,
    /// When.
    pub decided_at: Option<Timestamp>,
}

/// Why a decision does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDecided {
    /// It was decided before.
    Already,
    /// Whoever asks for money does not also grant it.
    SamePerson,
}

impl Adjustment {
    /// Whether an amount needs a second operator: either way, above the limit.
    pub const fn needs_second(amount: Money, limit: Money) -> bool {
        amount.minor.saturating_abs() > limit.minor
    }

    /// Says yes or no, once, and where a second one is needed not by whoever asked.
    pub fn decide(&mut self, by: OperatorId, yes: bool, now: Timestamp) -> Result<(), NotDecided> {
        if self.status != AdjustmentStatus::Pending {
            return Err(NotDecided::Already);
        }
        if self.needs_second && by == self.requested_by {
            return Err(NotDecided::SamePerson);
        }
        self.status = if yes {
            AdjustmentStatus::Completed
        } else {
            AdjustmentStatus::Rejected
        };
        self.decided_by = Some(by);
        self.decided_at = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::money::Currency;

    fn euros(minor: i64) -> Money {
        let currency = Currency::from_code("EUR").expect("a known currency");
        Money { minor, currency }
    }

    #[test]
    fn what_one_may_alone_is_bounded_either_way() {
        for (minor, needed) in [
            (10_000, false),
            (10_001, true),
            (-10_000, false),
            (-10_001, true),
        ] {
            let found = Adjustment::needs_second(euros(minor), euros(10_000));
            assert_eq!(found, needed, "{minor}");
        }
    }

    #[test]
    fn it_is_decided_once_and_where_two_are_needed_by_another() {
        let (asker, other) = (OperatorId(Uuid::nil()), OperatorId(Uuid::max()));
        let now = Timestamp::UNIX_EPOCH;
        let pending = |needs_second| Adjustment {
            id: Uuid::nil().into(),
            customer_id: Uuid::nil().into(),
            amount: euros(1),
            method: Method::Credit,
            reason: "A reason".to_owned(),
            needs_second,
            status: AdjustmentStatus::Pending,
            requested_by: asker,
            requested_at: now,
            decided_by: None,
            decided_at: None,
        };
        let mut alone = pending(false);
        assert_eq!(alone.decide(asker, true, now), Ok(()));
        let mut two = pending(true);
        assert_eq!(
            two.decide(asker, true, now),
            Err(NotDecided::SamePerson),
            "nor may it say no for itself"
        );
        assert_eq!(two.status, AdjustmentStatus::Pending);
        assert_eq!(two.decide(other, false, now), Ok(()));
        assert_eq!(two.status, AdjustmentStatus::Rejected);
        assert_eq!(two.decide(other, true, now), Err(NotDecided::Already));
        assert_eq!(two.decided_by, Some(other));
    }
}
