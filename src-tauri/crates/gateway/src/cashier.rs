//! The only one who talks to payment providers: pages to pay on, their news, orders that nobody spoke of for a while,
//! refunds. No unit of work is open while it waits for one of them.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use domain::topup::{Checkout, News, Provider, Topup, TopupRefund};
use domain::{Code, CustomerId, Money, TopupId};
use jiff::SignedDuration;
use payments::{
    EventKind, Notice, Order, OrderState, PaymentError, PaymentEvent, PaymentProvider, Reference,
    Refund, RefundState, WebhookRefusal,
};
use store::repo::topups;
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};
use crate::keep::Keep;
use crate::ops::refund_topup::{Answer, RefundNews, hear_of_refund, settle_refund};
use crate::ops::request_topup::{Wish, no_page, open_page, request_topup};
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
/// How much longer a page lasts than the provider wants at least.
const SPARE: SignedDuration = SignedDuration::from_mins(5);

/// What the cashier works with.
pub struct Cashier {
    core: Core,
    providers: Vec<Arc<dyn PaymentProvider>>,
    /// Where drivers' browsers find this gateway, without a slash at its end.
    public_url: String,
    /// The least and the most that can be paid in at once.
    bounds: (Money, Money),
    wake: Notify,
}

/// What a driver wants to pay in.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who.
    pub customer: CustomerId,
    /// Through whom.
    pub provider: Provider,
    /// How much.
    pub amount: Money,
    /// What a repeat of the request is known by.
    pub request: String,
}

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
    /// With the providers of the settings; none: nobody is asked, ever.
    pub fn new(
        core: Core,
        providers: Vec<Arc<dyn PaymentProvider>>,
        public_url: &str,
        bounds: (Money, Money),
    ) -> Self {
        Self {
            core,
            providers,
            public_url: public_url.trim_end_matches('/').to_owned(),
            bounds,
            wake: Notify::new(),
        }
    }

    /// Through whom money can be paid in.
    pub fn offers(&self) -> Vec<Provider> {
        let offered = |provider: &Provider| self.find(*provider).is_some();
        Provider::ALL.iter().copied().filter(offered).collect()
    }

    /// The least and the most that can be paid in at once.
    pub const fn bounds(&self) -> (Money, Money) {
        self.bounds
    }

    fn find(&self, provider: Provider) -> Option<&Arc<dyn PaymentProvider>> {
        self.providers.iter().find(|one| one.provider() == provider)
    }

    /// Makes a page on which the amount is paid. A repeat of the request gives the same page.
    pub async fn top_up(&self, ask: Ask, keep: Keep<Topup>) -> Result<Topup, OpError> {
        let invalid = |pointer: &'static str, detail: String| OpError::Invalid {
            pointer: pointer.into(),
            fault: "out_of_bounds",
            detail: detail.into(),
        };
        let provider = self.find(ask.provider).ok_or_else(|| {
            let detail = "No money can be paid in that way here.".to_owned();
            invalid("/provider", detail)
        })?;
        let (least, most) = self.bounds;
        if !(least.minor..=most.minor).contains(&ask.amount.minor) {
            let (least, most) = (least.print(), most.print());
            let detail = format!(
                "Between {} and {} {} can be paid in at once.",
                least.amount, most.amount, least.currency
            );
            return Err(invalid("/amount", detail));
        }
        let lasts = SignedDuration::try_from(provider.shortest_checkout()).unwrap_or(LATER);
        let wish = Wish {
            customer: ask.customer,
            provider: ask.provider,
            amount: ask.amount,
            request: ask.request,
            return_url: format!("{}/api/payments/{}/return", self.public_url, ask.provider),
            expires_at: self.core.clock.now() + lasts + SPARE,
        };
        let topup = request_topup(&self.core, wish).await?;
        let page = match &topup.checkout {
            Some(page) => page.clone(),
            None => self.ask_for_page(provider, &topup).await?,
        };
        open_page(&self.core, topup.id, page, keep).await
    }

    async fn ask_for_page(
        &self,
        provider: &Arc<dyn PaymentProvider>,
        topup: &Topup,
    ) -> Result<Checkout, OpError> {
        let order = Order {
            reference: reference(topup.id)?,
            amount: topup.amount,
            description: "Charging credit".to_owned(),
            return_url: topup.return_url.clone(),
            cancel_url: format!("{}/user-panel.html", self.public_url),
            expires_at: topup.expires_at,
        };
        let error = match provider.create_checkout(&order).await {
            Ok(page) => return Ok(page),
            Err(error) => error,
        };
        tracing::warn!(topup = %topup.id, %error, "no page to pay on");
        if !error.is_worth_repeating() {
            settle_topup(&self.core, topup.id, News::Failed).await?;
        }
        Err(match error {
            PaymentError::NotPayable(why) => OpError::Invalid {
                pointer: "/amount".into(),
                fault: "not_payable",
                detail: format!("{why}.").into(),
            },
            _ => no_page(),
        })
    }

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

    /// Something was asked for that is to be done at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

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

fn reference(id: TopupId) -> Result<Reference, OpError> {
    Reference::parse(&id.to_string())
        .ok_or_else(|| OpError::refused(Code::ServerInternal, "An id is no reference."))
}
