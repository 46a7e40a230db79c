//! What a charge costs: today one price per kWh, tax included. Pure: the running cost and the final one
//! come from the same function, the one of `pricing`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::energy::WattHours;
use crate::ids::TariffId;
use crate::money::{Money, Percent, UnitPrice};
use crate::pricing::{Activity, Period, Rates, price};

/// What the operator charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Its id.
    pub id: TariffId,
    /// The name operators read.
    pub name: String,
    /// Tax included.
    pub per_kwh: UnitPrice,
    /// The tax inside.
    pub tax: Percent,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A tariff as a session keeps it: the price the driver was shown holds to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of which tariff.
    pub tariff_id: TariffId,
    /// Of which version of it.
    pub tariff_version: i64,
    /// Tax included.
    pub per_kwh: UnitPrice,
    /// The tax inside.
    pub tax: Percent,
}

/// What a charge costs: total = net + tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// What is paid.
    pub total: Money,
}

impl Tariff {
    /// What a session that begins now keeps of it.
    pub const fn terms(&self) -> Terms {
        Terms {
            tariff_id: self.id,
            tariff_version: self.version,
            per_kwh: self.per_kwh,
            tax: self.tax,
        }
    }
}

impl Terms {
    /// What so much energy costs. The price holds at any time, so that it does not matter when it flowed.
    pub fn cost(&self, energy: WattHours) -> Cost {
        let rates = Rates::per_kwh(self.per_kwh, self.tax);
        let period = Period {
            until: Timestamp::UNIX_EPOCH,
            energy,
            activity: Activity::Charging,
            power_w: None,
            current_ma: None,
        };
        let bill = price(&rates, &TimeZone::UTC, Timestamp::UNIX_EPOCH, &[period]);
        Cost {
            net: bill.net,
            tax: bill.tax,
            total: bill.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    fn terms(micro: i64, milli: i64) -> Terms {
        Terms {
            tariff_id: TariffId(uuid::Uuid::nil()),
            tariff_version: 1,
            per_kwh: UnitPrice {
                micro,
                currency: Currency::from_code("EUR").expect("a known currency"),
            },
            tax: Percent { milli },
        }
    }

    #[test]
    fn a_charge_costs_its_energy_with_the_tax_inside() {
        let cost = terms(450_000, 19_000).cost(WattHours(20_000));
        assert_eq!(
            (cost.net.minor, cost.tax.minor, cost.total.minor),
            (756, 144, 900),
            "20 kWh at 0.45 are 9.00, of which 1.44 are tax"
        );
    }

    proptest! {
        #[test]
        fn net_and_tax_are_always_the_total(micro in 0..10_000_000_i64, milli in 0..100_000_i64, wh in 0..1_000_000_i64) {
            let cost = terms(micro, milli).cost(WattHours(wh));
            prop_assert_eq!(cost.net.minor + cost.tax.minor, cost.total.minor);
            prop_assert!(cost.tax.minor >= 0 && cost.net.minor >= 0);
            let terms = terms(micro, milli);
            prop_assert_eq!(cost.total, terms.per_kwh.times(wh, 1000), "rates of one price are that price");
            prop_assert_eq!(cost.tax, terms.tax.within(cost.total));
        }
    }
}
