//! `wallet.*`: what the site decides about customers' money, and how it reads.

use domain::Money;
use domain::money::{Amount, UnitPrice};
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError, text};
use crate::core::MoneyRules;

/// `wallet.*`: amounts in the site's currency, decimal strings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// What is held for a charge without a limit in money, and each time it is extended.
    #[serde(deserialize_with = "text")]
    pub hold: String,
    /// With less than this no charge begins.
    #[serde(deserialize_with = "text")]
    pub minimum: String,
    /// What an operator gives or takes beyond this needs a second one's yes.
    #[serde(deserialize_with = "text")]
    pub approval_above: String,
}

impl Default for Wallet {
    fn default() -> Self {
        Self {
            hold: "20".to_owned(),
            minimum: "1".to_owned(),
            approval_above: "100".to_owned(),
        }
    }
}

impl Settings {
    /// The site's rules about customers' money.
    pub fn money(&self) -> Result<MoneyRules, SettingsError> {
        let currency = self.currency()?;
        let read = |name: &str, text: &String, sign: fn(i64) -> bool| {
            let amount = Amount {
                amount: text.trim().to_owned(),
                currency: currency.code().to_owned(),
            };
            let amount = Money::read(&amount).ok().filter(|money| sign(money.minor));
            amount.map(UnitPrice::of).ok_or_else(|| {
                SettingsError(format!(
                    "the setting wallet.{name} must be an amount in {}, such as \"20\"",
                    currency.code()
                ))
            })
        };
        let wallet = &self.wallet;
        Ok(MoneyRules {
            currency,
            hold: read("hold", &wallet.hold, |minor| minor > 0)?,
            minimum: read("minimum", &wallet.minimum, |minor| minor > 0)?,
            approval_above: read("approval_above", &wallet.approval_above, |minor| minor >= 0)?,
        })
    }
}
