//! The cashier's rounds: orders whose provider said nothing for a while are asked after, refunds are asked for until they are
//! answered.

use std::sync::Arc;
use std::time::Duration;

use domain::topup::{News, Topup, TopupRefund};
use jiff::SignedDuration;
use payments::{OrderState, Refund, RefundState};
use store::repo::topups;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{Cashier, reference};
use crate::core::OpError;
use crate::ops::refund_topup::{Answer, settle_refund};
use crate::ops::settle_topup::{ask_later, settle_topup};

/// How often orders are looked at whose time has come.
const LOOK: Duration = Duration::from_secs(5);
/// How many at once.
const AT_ONCE: i64 = 20;
/// After what could not be asked, and what the provider has not settled yet.
const SOON: SignedDuration = SignedDuration::from_mins(1);
const LATER: SignedDuration = SignedDuration::from_hours(1);
/// How long a refund is asked after: its key is known to the provider for a day.
const REFUND_LOOKS: SignedDuration = SignedDuration::from_hours(20);

impl Cashier {
    /// Asks after orders and refunds whose time has come, until the gateway stops.
    pub async fn run(self: Arc<Self>, stopping: CancellationToken) {
        if self.providers.is_empty() {
            return;
        }
        let mut beat = tokio::time::interval(LOOK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = beat.tick() => {}
                () = self.wake.notified() => {}
                () = stopping.cancelled() => return,
            }
            if let Err(error) = self.look().await {
                tracing::error!(%error, "payments could not be looked at; it is tried again");
            }
        }
    }

    async fn look(&self) -> Result<(), OpError> {
        let now = self.core.clock.now();
        let mut conn = self.core.store.read().await?;
        let due = topups::list_due(&mut conn, now, AT_ONCE).await?;
        let refunds = topups::list_refunds_due(&mut conn, now, AT_ONCE).await?;
        drop(conn);
        for topup in due {
            self.ask_after(topup).await?;
        }
        for refund in refunds {
            self.give_back(refund).await?;
        }
        Ok(())
    }

    async fn ask_after(&self, topup: Topup) -> Result<(), OpError> {
        let Some(page) = &topup.checkout else {
            // Nobody saw a page, and its time is over.
            return settle_topup(&self.core, topup.id, News::Expired)
                .await
                .map(drop);
        };
        let now = self.core.clock.now();
        let Some(provider) = self.find(topup.provider) else {
            return ask_later(&self.core, topup.id, now + LATER).await;
        };
        match provider.find_order(&page.provider_ref).await {
            Ok(report) => {
                let news = match report.state {
                    OrderState::Open => News::Open,
                    OrderState::Paid { payment_ref } => News::Paid {
                        amount: report.amount,
                        payment_ref,
                    },
                    OrderState::Failed => News::Failed,
                    OrderState::Expired => News::Expired,
                };
                settle_topup(&self.core, topup.id, news).await.map(drop)
            }
            Err(error) => {
                tracing::warn!(topup = %topup.id, %error, "how an order stands is not known");
                ask_later(&self.core, topup.id, now + SOON).await
            }
        }
    }

    async fn give_back(&self, refund: TopupRefund) -> Result<(), OpError> {
        let mut conn = self.core.store.read().await?;
        let topup = topups::find(&mut conn, refund.topup_id).await?;
        drop(conn);
        let now = self.core.clock.now();
        let asked = topup.and_then(|topup| Some((self.find(topup.provider)?, topup.payment_ref?)));
        let Some((provider, payment_ref)) = asked else {
            let again = now + LATER;
            return settle_refund(&self.core, refund.id, Answer::Silent { again }).await;
        };
        let order = Refund {
            reference: reference(refund.topup_id)?,
            payment_ref,
            amount: refund.amount,
            key: refund.id.to_string(),
        };
        let answer = match provider.refund(&order).await {
            Ok(report) => match report.state {
                RefundState::Done => Answer::Done {
                    refund_ref: report.refund_ref,
                },
                RefundState::Pending => Answer::Taken {
                    refund_ref: report.refund_ref,
                    again: (now < refund.created_at + REFUND_LOOKS).then(|| now + LATER),
                },
                RefundState::Failed => Answer::Refused {
                    why: "it failed there".to_owned(),
                },
            },
            Err(error) if error.is_worth_repeating() => {
                tracing::warn!(refund = %refund.id, %error, "a refund is not confirmed yet");
                Answer::Silent { again: now + SOON }
            }
            Err(error) => Answer::Refused {
                why: error.to_string(),
            },
        };
        settle_refund(&self.core, refund.id, answer).await
    }
}
