//! The only one who talks to payment providers: pages to pay on, their news, orders that nobody spoke of for a while,
//! refunds. No unit of work is open while it waits for one of them.

mod news;
mod rounds;

use std::sync::Arc;

use domain::topup::{Checkout, News, Provider, Topup};
use domain::{Code, CustomerId, Money, TopupId};
use jiff::SignedDuration;
use payments::{Order, PaymentError, PaymentProvider, Reference};
use tokio::sync::Notify;

pub use news::NotHeard;

use crate::core::{Core, OpError};
use crate::keep::Keep;
use crate::ops::request_topup::{Wish, no_page, open_page, request_topup};
use crate::ops::settle_topup::settle_topup;

/// How much longer a page lasts than the provider wants at least.
const SPARE: SignedDuration = SignedDuration::from_mins(5);

/// What the cashier works with.
pub struct Cashier {
    core: Core,
    providers: Vec<Arc<dyn PaymentProvider>>,
    /// Where drivers' browsers find this gateway, without a slash at its end.
    public_url: String,
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
    /// What a guest's phone comes back with; none: it comes back to the wallet.
    pub link: Option<String>,
}

impl Cashier {
    /// With the providers of the settings; none: nobody is asked, ever.
    pub fn new(core: Core, providers: Vec<Arc<dyn PaymentProvider>>, public_url: &str) -> Self {
        Self {
            core,
            providers,
            public_url: public_url.trim_end_matches('/').to_owned(),
            wake: Notify::new(),
        }
    }

    /// Through whom money can be paid in.
    pub fn offers(&self) -> Vec<Provider> {
        let offered = |provider: &Provider| self.find(*provider).is_some();
        Provider::ALL.iter().copied().filter(offered).collect()
    }

    /// The least and the most that can be paid in at once.
    pub fn bounds(&self) -> (Money, Money) {
        self.core.rules().topups
    }

    fn find(&self, provider: Provider) -> Option<&Arc<dyn PaymentProvider>> {
        self.providers.iter().find(|one| one.provider() == provider)
    }

    /// The provider through whom so much can be paid in.
    pub fn may_take(
        &self,
        provider: Provider,
        amount: Money,
    ) -> Result<&Arc<dyn PaymentProvider>, OpError> {
        let invalid = |pointer: &'static str, detail: String| OpError::Invalid {
            pointer: pointer.into(),
            fault: "out_of_bounds",
            detail: detail.into(),
        };
        let found = self.find(provider).ok_or_else(|| {
            let detail = "No money can be paid in that way here.".to_owned();
            invalid("/provider", detail)
        })?;
        let (least, most) = self.bounds();
        if !(least.minor..=most.minor).contains(&amount.minor) {
            let (least, most) = (least.print(), most.print());
            let detail = format!(
                "Between {} and {} {} can be paid in at once.",
                least.amount, most.amount, least.currency
            );
            return Err(invalid("/amount", detail));
        }
        Ok(found)
    }

    /// Makes a page on which the amount is paid. A repeat of the request gives the same page.
    pub async fn top_up(&self, ask: Ask, keep: Keep<Topup>) -> Result<Topup, OpError> {
        let provider = self.may_take(ask.provider, ask.amount)?;
        let lasts = SignedDuration::try_from(provider.shortest_checkout())
            .unwrap_or(SignedDuration::from_hours(1));
        let wish = Wish {
            customer: ask.customer,
            provider: ask.provider,
            amount: ask.amount,
            request: ask.request,
            return_url: self.return_url(ask.provider, ask.link.as_deref()),
            expires_at: self.core.clock.now() + lasts + SPARE,
        };
        let topup = request_topup(&self.core, wish).await?;
        let page = match &topup.checkout {
            Some(page) => page.clone(),
            None => self.ask_for_page(provider, &topup).await?,
        };
        open_page(&self.core, topup.id, page, keep).await
    }

    /// Where the payer's browser goes afterwards.
    fn return_url(&self, provider: Provider, link: Option<&str>) -> String {
        let back = link.map(|link| format!("?guest={link}"));
        let back = back.unwrap_or_default();
        format!("{}/api/payments/{provider}/return{back}", self.public_url)
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

    /// Something was asked for that is to be done at once.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

fn reference(id: TopupId) -> Result<Reference, OpError> {
    Reference::parse(&id.to_string())
        .ok_or_else(|| OpError::refused(Code::ServerInternal, "An id is no reference."))
}
