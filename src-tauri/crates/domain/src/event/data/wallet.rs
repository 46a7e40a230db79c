//! What happens to a customer's money.

use uuid::Uuid;

use super::data;
use crate::ledger::TransferKind;
use crate::object::{WalletObject, WalletTransactionObject};
use crate::words::words;

words! {
    /// Why a balance changed.
    BalanceReason {
        /// Money was paid in.
        Topup = "topup",
        /// Money is kept back for a charge.
        Hold = "hold",
        /// More of it.
        Extend = "extend",
        /// A charge was paid.
        Capture = "capture",
        /// What a charge did not need was given back.
        Release = "release",
        /// Money was paid back.
        Refund = "refund",
        /// The operator gave or took money by hand.
        Adjustment = "adjustment",
    }
}

impl BalanceReason {
    /// What the customer is told of a transfer.
    pub const fn of(kind: TransferKind) -> Self {
        match kind {
            TransferKind::Hold => Self::Hold,
            TransferKind::Extend => Self::Extend,
            TransferKind::Release => Self::Release,
            TransferKind::Charge
            | TransferKind::Owed
            | TransferKind::Settlement
            | TransferKind::Tax => Self::Capture,
            TransferKind::Reversal | TransferKind::Refund => Self::Refund,
            TransferKind::Topup => Self::Topup,
            TransferKind::Adjustment => Self::Adjustment,
        }
    }
}

data! {
    /// `wallet.balance.changed`.
    WalletBalanceChanged {
        /// The whole wallet.
        #[serde(flatten)]
        wallet: WalletObject,
        /// Why.
        reason: BalanceReason,
    }

    /// `wallet.transaction.created`.
    WalletTransactionCreated {
        /// Whose wallet.
        customer_id: Uuid,
        /// The whole transaction.
        transaction: WalletTransactionObject,
    }
}
