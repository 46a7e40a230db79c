//! What the operator charges: rates under a name, with their versions and the time they are valid; and what a session
//! keeps of them. Not for where a tariff holds, nor for how a charge is priced: that is `pricing`.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::energy::WattHours;
use crate::ids::{ChargePointId, StationId, TariffId};
use crate::money::{Currency, Money};
use crate::pricing::{Activity, Bill, Period, Rates, price};
use crate::words::words;

/// What the example on a price card charges.
const EXAMPLE: WattHours = WattHours(20_000);

/// At what power, W: three phases of 16 A.
const EXAMPLE_POWER_W: i64 = 11_000;

words! {
    /// Where a tariff stands between its dates.
    TariffStatus {
        /// It is valid.
        Active = "active",
        /// It becomes valid.
        Scheduled = "scheduled",
        /// It was valid.
        Expired = "expired",
    }
}

/// What the operator charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// Its id.
    pub id: TariffId,
    /// The name operators read.
    pub name: String,
    /// What it charges.
    pub rates: Arc<Rates>,
    /// From when it is valid; none: always was.
    pub valid_from: Option<Timestamp>,
    /// Before when; none: without end.
    pub valid_to: Option<Timestamp>,
    /// Rises with each change. Every version is kept for the sessions that were shown it.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A tariff as a session keeps it: the price the driver was shown holds to the end, by the clock it was shown for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of which tariff.
    pub tariff_id: TariffId,
    /// Of which version of it.
    pub tariff_version: i64,
    /// What it charges.
    pub rates: Arc<Rates>,
    /// The station's clock.
    pub zone: TimeZone,
}

/// Where a tariff holds, and for whom. What is most particular wins: see ADR 0016.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Stations.
    pub stations: Vec<StationId>,
    /// Charge points, instead of their station's.
    pub points: Vec<ChargePointId>,
    /// Connectors by their number, instead of their charge point's.
    pub connectors: Vec<(ChargePointId, i64)>,
    /// Groups of customers it is for alone; empty: everybody.
    pub groups: Vec<String>,
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
    /// Whether it has no dates: a place has one such tariff for everybody.
    pub const fn is_undated(&self) -> bool {
        self.valid_from.is_none() && self.valid_to.is_none()
    }

    /// Where it stands at a moment.
    pub fn status(&self, at: Timestamp) -> TariffStatus {
        if self.valid_to.is_some_and(|end| end <= at) {
            TariffStatus::Expired
        } else if self.valid_from.is_some_and(|start| start > at) {
            TariffStatus::Scheduled
        } else {
            TariffStatus::Active
        }
    }

    /// What a session at a station with this clock keeps of it.
    pub fn terms(&self, zone: TimeZone) -> Terms {
        Terms {
            tariff_id: self.id,
            tariff_version: self.version,
            rates: Arc::clone(&self.rates),
            zone,
        }
    }
}

impl Terms {
    /// The currency of every price in it.
    pub fn currency(&self) -> Currency {
        self.rates.currency
    }

    /// What a charge costs of which nothing but its energy is known, and when it was.
    pub fn bill_whole(&self, began: Timestamp, ended: Timestamp, energy: WattHours) -> Bill {
        let period = Period {
            until: ended,
            energy,
            activity: Activity::Charging,
            power_w: None,
            current_ma: None,
        };
        price(&self.rates, &self.zone, began, &[period])
    }

    /// What 20 kWh cost that are charged at 11 kW from a moment on.
    pub fn example(&self, at: Timestamp) -> Money {
        self.worth(EXAMPLE, at)
    }

    /// What so much energy costs that is charged at 11 kW from a moment on.
    pub fn worth(&self, energy: WattHours, at: Timestamp) -> Money {
        let ms = energy.0.saturating_mul(3_600_000) / EXAMPLE_POWER_W;
        let period = Period {
            until: Timestamp::from_millisecond(at.as_millisecond().saturating_add(ms))
                .unwrap_or(at),
            energy,
            activity: Activity::Charging,
            power_w: Some(EXAMPLE_POWER_W),
            current_ma: None,
        };
        price(&self.rates, &self.zone, at, &[period]).total
    }
}

impl From<&Bill> for Cost {
    fn from(bill: &Bill) -> Self {
        Self {
            net: bill.net,
            tax: bill.tax,
            total: bill.total,
        }
    }
}

/// The clock of a station. One that the machine does not know counts as UTC.
pub fn clock(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::{Percent, UnitPrice};

    fn tariff(micro: i64, milli: i64) -> Tariff {
        let price = UnitPrice {
            micro,
            currency: Currency::from_code("EUR").expect("a known currency"),
        };
        let at = Timestamp::UNIX_EPOCH;
        Tariff {
            id: TariffId(uuid::Uuid::nil()),
            name: "Day".to_owned(),
            rates: Arc::new(Rates::per_kwh(price, Percent { milli })),
            valid_from: None,
            valid_to: None,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn terms(micro: i64, milli: i64) -> Terms {
        tariff(micro, milli).terms(TimeZone::UTC)
    }

    fn bill(terms: &Terms, wh: i64) -> Bill {
        let at = Timestamp::UNIX_EPOCH;
        terms.bill_whole(at, at, WattHours(wh))
    }

    #[test]
    fn a_charge_costs_its_energy_with_the_tax_inside() {
        let terms = terms(450_000, 19_000);
        let cost = Cost::from(&bill(&terms, 20_000));
        assert_eq!(
            (cost.net.minor, cost.tax.minor, cost.total.minor),
            (756, 144, 900),
            "20 kWh at 0.45 are 9.00, of which 1.44 are tax"
        );
        assert_eq!(terms.example(Timestamp::UNIX_EPOCH).minor, 900);
    }

    #[test]
    fn a_tariff_is_valid_from_its_first_moment_to_before_its_last() {
        let at = |second| Timestamp::from_second(second).expect("a small number of seconds");
        let dated = Tariff {
            valid_from: Some(at(10)),
            valid_to: Some(at(20)),
            ..tariff(1, 1)
        };
        for (second, status) in [
            (9, TariffStatus::Scheduled),
            (10, TariffStatus::Active),
            (19, TariffStatus::Active),
            (20, TariffStatus::Expired),
        ] {
            assert_eq!(dated.status(at(second)), status, "at {second}");
        }
        assert_eq!(tariff(1, 1).status(at(9)), TariffStatus::Active, "undated");
    }

    proptest! {
        #[test]
        fn net_and_tax_are_always_the_total(micro in 0..10_000_000_i64, milli in 0..100_000_i64, wh in 0..1_000_000_i64) {
            let terms = terms(micro, milli);
            let cost = Cost::from(&bill(&terms, wh));
            prop_assert_eq!(cost.net.minor + cost.tax.minor, cost.total.minor);
            prop_assert!(cost.tax.minor >= 0 && cost.net.minor >= 0);
            let price = UnitPrice { micro, currency: terms.currency() };
            prop_assert_eq!(cost.total, price.times(wh, 1000), "rates of one price are that price");
            prop_assert_eq!(cost.tax, Percent { milli }.within(cost.total));
        }
    }
}
