//! Where a charge is to end, as a request says it. What comes of it is the ops'.

use domain::object::Amount;
use domain::session::Limit;
use domain::{Money, WattHours};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::core::OpError;

/// Where a charge is to end: at the first of these. At least one is set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct LimitBody {
    /// When it costs so much: more than nothing, in the currency of the price.
    amount: Option<Amount>,
    /// When it has taken so much energy, Wh: 100 to 1,000,000.
    energy_wh: Option<i64>,
    /// After so many minutes: 1 to 10,080.
    minutes: Option<i64>,
    /// When the battery is so full, percent: 1 to 100.
    soc_percent: Option<i64>,
}

impl LimitBody {
    /// Reads it; each fault is named by its place.
    pub(super) fn read(self) -> Result<Limit, OpError> {
        let amount = self.amount.map(|amount| {
            let read = Money::read(&amount).ok().filter(|money| money.minor > 0);
            let detail = "An amount is a decimal string above zero, with its currency.";
            read.ok_or_else(|| invalid("/limit/amount", detail))
        });
        let within = |pointer, number: Option<i64>, least: i64, most: i64| match number {
            Some(number) if !(least..=most).contains(&number) => {
                let detail = format!("It is between {least} and {most}.");
                Err(invalid(pointer, detail))
            }
            number => Ok(number),
        };
        let limit = Limit {
            amount: amount.transpose()?,
            energy: within("/limit/energyWh", self.energy_wh, 100, 1_000_000)?.map(WattHours),
            minutes: within("/limit/minutes", self.minutes, 1, 10_080)?,
            soc_percent: within("/limit/socPercent", self.soc_percent, 1, 100)?,
        };
        let says_something = limit.amount.is_some()
            || limit.energy.is_some()
            || limit.minutes.is_some()
            || limit.soc_percent.is_some();
        if says_something {
            Ok(limit)
        } else {
            Err(invalid("/limit", "A limit names at least one figure."))
        }
    }
}

fn invalid(pointer: &'static str, detail: impl Into<std::borrow::Cow<'static, str>>) -> OpError {
    OpError::Invalid {
        pointer: pointer.into(),
        fault: "out_of_bounds",
        detail: detail.into(),
    }
}
