//! What happens to a customer's money.

use uuid::Uuid;

use super::data;
use crate::object::{WalletObject, WalletTransactionObject};
use crate::words::words;

words! {
    /// Why a balance changed.
    BalanceReason {
        /// The operator gave or took money by hand.
        Adjustment = "adjustment",
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
