//! OCPI 2.2.1's tariff elements as they are sent: camelCase, every decimal a string, prices without tax. Not for how they
//! are read from a body: that names every fault at its place and is the gateway's.

use jiff::civil::Weekday;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::objects;
use crate::money::{Amount, Currency, Money, Percent};
use crate::pricing::{Component, Dimension, Element, Limit, Rates, Restrictions, TaxBasis};
use crate::words::words;

words! {
    /// Source: OCPI 2.2.1 `DayOfWeek`.
    DayOfWeek {
        /// Monday.
        Monday = "MONDAY",
        /// Tuesday.
        Tuesday = "TUESDAY",
        /// Wednesday.
        Wednesday = "WEDNESDAY",
        /// Thursday.
        Thursday = "THURSDAY",
        /// Friday.
        Friday = "FRIDAY",
        /// Saturday.
        Saturday = "SATURDAY",
        /// Sunday.
        Sunday = "SUNDAY",
    }
}

objects! {
    /// OCPI 2.2.1 `TariffElement`.
    TariffElement as "TariffElement" {
        /// What is charged.
        price_components: Vec<PriceComponent>,
        /// When; null: always.
        restrictions: Option<TariffRestrictions>,
    }

    /// OCPI 2.2.1 `PriceComponent`. OCPI's prices are without tax.
    PriceComponent as "PriceComponent" {
        /// What is charged.
        #[serde(rename = "type")]
        kind: Dimension,
        /// Per kWh, per hour or once, without tax, a decimal string.
        price: String,
        /// The tax on top, a decimal string; null: none applies.
        vat: Option<String>,
        /// What is begun is paid: Wh for energy, seconds for time.
        step_size: i64,
    }

    /// OCPI 2.2.1 `TariffRestrictions`: all that is given must be so, every beginning is inclusive, every end exclusive.
    TariffRestrictions as "TariffRestrictions" {
        /// From this time of day by the station's clock, `HH:MM`.
        start_time: Option<String>,
        /// To this time of day; before `startTime`: over midnight.
        end_time: Option<String>,
        /// From this day by the station's calendar, `YYYY-MM-DD`.
        start_date: Option<String>,
        /// Before this day.
        end_date: Option<String>,
        /// From this energy of the charge, kWh.
        min_kwh: Option<String>,
        /// Before this energy.
        max_kwh: Option<String>,
        /// From this current over all phases, A.
        min_current: Option<String>,
        /// Below this current.
        max_current: Option<String>,
        /// From this power, kW.
        min_power: Option<String>,
        /// Below this power.
        max_power: Option<String>,
        /// Once the charge has lasted so long, seconds.
        min_duration: Option<i64>,
        /// While it has not lasted so long, seconds.
        max_duration: Option<i64>,
        /// On these days of the week; empty: on all.
        day_of_week: Vec<DayOfWeek>,
    }

    /// OCPI 2.2.1 `Price`: a least or a highest price of a charge, each of the two for itself.
    PriceLimit as "PriceLimit" {
        /// Without tax; null: no limit.
        excl_vat: Option<Amount>,
        /// With tax; null: no limit.
        incl_vat: Option<Amount>,
    }
}

impl TariffElement {
    /// Everything a tariff charges.
    pub fn all(rates: &Rates) -> Vec<Self> {
        let of = |element: &Element| Self {
            price_components: element
                .components
                .iter()
                .map(|component| PriceComponent::of(component, rates.basis))
                .collect(),
            restrictions: TariffRestrictions::of(&element.restrictions),
        };
        rates.elements.iter().map(of).collect()
    }
}

impl PriceComponent {
    fn of(component: &Component, basis: TaxBasis) -> Self {
        let price = match basis {
            TaxBasis::Included => component
                .tax
                .unwrap_or(Percent { milli: 0 })
                .net_price(component.price),
            TaxBasis::Excluded => Decimal::from_i128_with_scale(component.price.micro.into(), 6)
                .normalize()
                .to_string(),
        };
        Self {
            kind: component.dimension,
            price,
            vat: component.tax.map(Percent::print),
            step_size: component.step_size,
        }
    }
}

impl TariffRestrictions {
    fn of(own: &Restrictions) -> Option<Self> {
        let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
        (*own != Restrictions::default()).then(|| Self {
            start_time: own.start_time.map(time),
            end_time: own.end_time.map(time),
            start_date: own.start_date.map(|date| date.to_string()),
            end_date: own.end_date.map(|date| date.to_string()),
            min_kwh: own.min_wh.map(thousandths),
            max_kwh: own.max_wh.map(thousandths),
            min_current: own.min_current_ma.map(thousandths),
            max_current: own.max_current_ma.map(thousandths),
            min_power: own.min_power_w.map(thousandths),
            max_power: own.max_power_w.map(thousandths),
            min_duration: own.min_duration_s,
            max_duration: own.max_duration_s,
            day_of_week: own.days.iter().copied().map(DayOfWeek::of).collect(),
        })
    }
}

impl PriceLimit {
    pub(super) fn of(limit: Limit, currency: Currency) -> Self {
        let print = |minor| Money { minor, currency }.print();
        Self {
            excl_vat: limit.net_minor.map(print),
            incl_vat: limit.total_minor.map(print),
        }
    }
}

impl DayOfWeek {
    /// OCPI's word for a day.
    pub const fn of(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }

    /// The day that OCPI's word names.
    pub const fn day(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

/// A decimal string as thousandths: kWh as Wh, A as mA, kW as W. Not negative, three decimals at most.
pub fn read_thousandths(text: &str) -> Option<i64> {
    let value = text.parse::<Decimal>().ok()?;
    let milli = value.checked_mul(Decimal::ONE_THOUSAND)?;
    let whole = milli.fract().is_zero() && !milli.is_sign_negative();
    milli.to_i64().filter(|_| whole)
}

/// Thousandths as a decimal string: Wh as kWh, mA as A, W as kW.
pub(super) fn thousandths(value: i64) -> String {
    Decimal::new(value, 3).normalize().to_string()
}
