//! `payments.*`: the providers through which drivers pay money in. Without any there is no such road, and nobody is asked.

use std::fmt;
use std::sync::Arc;

use domain::Money;
use domain::money::Amount;
use payments::{PATIENCE, PaymentProvider, ProviderSettings, Razorpay, Secret, Stripe};
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError, text};

/// `payments.*`; amounts in the site's currency, decimal strings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// Stripe Checkout.
    pub stripe: Option<Keys>,
    /// Razorpay Payment Links.
    pub razorpay: Option<Keys>,
    /// The least that can be paid in at once.
    #[serde(deserialize_with = "text")]
    pub smallest: String,
    /// The most.
    #[serde(deserialize_with = "text")]
    pub largest: String,
}

/// How one provider is spoken to. Never printed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The API key; Razorpay's is `key_id:key_secret`.
    pub secret: String,
    /// What its webhooks are signed with.
    pub webhook_secret: String,
    /// Another address than the provider's own: https, or loopback.
    pub base_url: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl Default for Payments {
    fn default() -> Self {
        Self {
            stripe: None,
            razorpay: None,
            smallest: "5".to_owned(),
            largest: "500".to_owned(),
        }
    }
}

impl Keys {
    fn read(&self) -> ProviderSettings {
        ProviderSettings {
            secret: Secret::new(&self.secret),
            webhook_secret: Secret::new(&self.webhook_secret),
            base_url: self.base_url.clone(),
            patience: PATIENCE,
        }
    }
}

impl Settings {
    /// The providers that are set, each looked at: nothing is sent.
    pub fn providers(&self) -> Result<Vec<Arc<dyn PaymentProvider>>, SettingsError> {
        let mut providers: Vec<Arc<dyn PaymentProvider>> = Vec::new();
        let refused =
            |fault: payments::SettingsFault| SettingsError(format!("the setting {fault}"));
        if let Some(keys) = &self.payments.stripe {
            providers.push(Arc::new(Stripe::new(&keys.read()).map_err(refused)?));
        }
        if let Some(keys) = &self.payments.razorpay {
            providers.push(Arc::new(Razorpay::new(&keys.read()).map_err(refused)?));
        }
        if !providers.is_empty() && self.public_url.is_none() {
            return Err(SettingsError(
                "the setting public_url is missing: payment providers send drivers back to it; write it like https://kiosk.example"
                    .to_owned(),
            ));
        }
        Ok(providers)
    }

    /// The least and the most that can be paid in at once.
    pub fn topup_bounds(&self) -> Result<(Money, Money), SettingsError> {
        let currency = self.currency()?;
        let read = |name: &str, text: &String| {
            let amount = Amount {
                amount: text.trim().to_owned(),
                currency: currency.code().to_owned(),
            };
            let amount = Money::read(&amount).ok().filter(|money| money.minor > 0);
            amount.ok_or_else(|| {
                SettingsError(format!(
                    "the setting payments.{name} must be an amount in {}, such as \"20\"",
                    currency.code()
                ))
            })
        };
        let smallest = read("smallest", &self.payments.smallest)?;
        let largest = read("largest", &self.payments.largest)?;
        if smallest.minor > largest.minor {
            return Err(SettingsError(
                "the setting payments.largest must be payments.smallest or more".to_owned(),
            ));
        }
        Ok((smallest, largest))
    }
}
