//! What payment providers tell by themselves: webhooks, and the driver's browser that comes back.

use axum::http::HeaderMap;
use domain::TopupId;
use domain::topup::{News, Provider, Topup};
use payments::{EventKind, Notice, PaymentEvent, WebhookRefusal};
use store::repo::topups;

use super::Cashier;
use crate::core::OpError;
use crate::ops::refund_topup::{RefundNews, hear_of_refund};
use crate::ops::settle_topup::{ask_later, settle_topup};

/// Why a provider's message changed nothing.
#[derive(Debug)]
pub enum NotHeard {
    /// This gateway takes no money through that provider.
    NoSuchProvider,
    /// It is not the provider's, or cannot be read.
    Refused(WebhookRefusal),
    /// It is true and could not be taken in: the provider tells it again.
    Failed(OpError),
}

impl Cashier {
    /// Takes in what a provider posted.
    pub async fn hear(
        &self,
        provider: Provider,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), NotHeard> {
        let known = self.find(provider).ok_or(NotHeard::NoSuchProvider)?;
        let now = self.core.clock.now();
        let notice = known.read_webhook(headers, body, now);
        match notice.map_err(NotHeard::Refused)? {
            Notice::Payment(event) => self
                .take_in(provider, event)
                .await
                .map_err(NotHeard::Failed),
            Notice::Unrelated { kind } => {
                let provider = provider.as_str();
                tracing::debug!(
                    provider,
                    kind,
                    "a payment provider's news that changes nothing"
                );
                Ok(())
            }
        }
    }

    async fn take_in(&self, provider: Provider, event: PaymentEvent) -> Result<(), OpError> {
        let topup = self.topup_of(provider, &event).await?;
        let Some(topup) = topup else {
            let provider = provider.as_str();
            tracing::warn!(
                provider,
                event = event.event_id,
                "a payment provider tells of an order that is not ours"
            );
            return Ok(());
        };
        let refund = |refund_ref: String, done| RefundNews {
            topup: topup.id,
            refund_ref,
            amount: event.amount,
            done,
        };
        let news = match event.kind {
            EventKind::Paid => News::Paid {
                amount: event.amount,
                payment_ref: event
                    .payment_ref
                    .or(event.provider_ref)
                    .unwrap_or(event.event_id),
            },
            EventKind::Failed => News::Failed,
            EventKind::Expired => News::Expired,
            EventKind::Refunded { refund_ref } => {
                return hear_of_refund(&self.core, refund(refund_ref, true)).await;
            }
            EventKind::RefundFailed { refund_ref } => {
                return hear_of_refund(&self.core, refund(refund_ref, false)).await;
            }
        };
        settle_topup(&self.core, topup.id, news).await.map(drop)
    }

    async fn topup_of(
        &self,
        provider: Provider,
        event: &PaymentEvent,
    ) -> Result<Option<Topup>, OpError> {
        let mut conn = self.core.store.read().await?;
        let id: Option<TopupId> = event.reference.as_ref().and_then(|text| text.parse().ok());
        let named = match id {
            Some(id) => topups::find(&mut conn, id).await?,
            None => None,
        };
        if let Some(topup) = named.filter(|topup| topup.provider == provider) {
            return Ok(Some(topup));
        }
        let (page, payment) = (event.provider_ref.as_deref(), event.payment_ref.as_deref());
        Ok(topups::find_by_provider(&mut conn, provider, page, payment).await?)
    }

    /// A driver's browser came back: the order is asked after right away. What the browser says is no proof.
    pub async fn came_back(&self, provider: Provider, query: &str) -> Result<(), NotHeard> {
        let known = self.find(provider).ok_or(NotHeard::NoSuchProvider)?;
        let page = known.read_return(query).map_err(NotHeard::Refused)?;
        let found = async {
            let mut conn = self.core.store.read().await?;
            let found = topups::find_by_provider(&mut conn, provider, Some(&page), None).await?;
            drop(conn);
            if let Some(topup) = found.filter(|topup| topup.look_at.is_some()) {
                ask_later(&self.core, topup.id, self.core.clock.now()).await?;
                self.wake.notify_one();
            }
            Ok(())
        };
        found.await.map_err(NotHeard::Failed)
    }
}
