//! Energy in whole watt-hours. Never a float: a float only ever leaves as a shown figure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Watt-hours.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    ToSchema,
)]
#[serde(transparent)]
pub struct WattHours(pub i64);

impl WattHours {
    /// The same in kWh, for `energyConsumed` and the screens.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a charge stays far below 2^53 Wh; this value is shown, never billed"
    )]
    pub fn as_kwh(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The same as an exact decimal, `1.520`, for bills.
    pub fn as_kwh_text(self) -> String {
        format!("{}.{:03}", self.0 / 1000, self.0.rem_euclid(1000))
    }

    /// What was taken between two register readings; a register that fell gives zero, never a negative charge.
    pub fn since(self, start: Self) -> Self {
        Self(self.0.saturating_sub(start.0).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energy_is_never_negative_and_prints_as_kwh() {
        assert_eq!(
            WattHours(1520).since(WattHours(0)).as_kwh().to_string(),
            "1.52"
        );
        assert_eq!(WattHours(1520).as_kwh_text(), "1.520");
        assert_eq!(WattHours(7).as_kwh_text(), "0.007");
        assert_eq!(
            WattHours(5).since(WattHours(900)),
            WattHours(0),
            "a register reset takes nothing back"
        );
        assert_eq!(
            WattHours(i64::MAX).since(WattHours(i64::MIN)),
            WattHours(i64::MAX),
            "no overflow"
        );
    }
}
