//! The house's short form of a tariff: what is paid per kWh, per minute, per session and per idle minute, at any time, with
//! one tax inside. What most sites have.

use super::rates::{Component, Dimension, Element, Rates, TaxBasis};
use super::restrictions::Restrictions;
use crate::money::{Percent, UnitPrice};

/// An hour's minutes.
const MINUTES: i64 = 60;

/// A tariff in its short form, tax included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Per kWh.
    pub per_kwh: UnitPrice,
    /// Per minute of charging.
    pub per_minute: Option<UnitPrice>,
    /// Per session.
    pub session_fee: Option<UnitPrice>,
    /// Per minute of not charging.
    pub idle_per_minute: Option<UnitPrice>,
    /// The tax inside.
    pub tax: Percent,
}

impl Short {
    /// The short form of rates, where they have one. Their limits and their grace stand beside it.
    pub fn of(rates: &Rates) -> Option<Self> {
        let [element] = &rates.elements[..] else {
            return None;
        };
        let price = |dimension| element.component(dimension).map(|one| one.price);
        let short = Self {
            per_kwh: price(Dimension::Energy)?,
            per_minute: price(Dimension::Time).map(|hour| hour.part(MINUTES)),
            session_fee: price(Dimension::Flat),
            idle_per_minute: price(Dimension::ParkingTime).map(|hour| hour.part(MINUTES)),
            tax: element.components.first()?.tax?,
        };
        let same = rates.basis == TaxBasis::Included && short.elements() == rates.elements;
        same.then_some(short)
    }

    /// The element that charges this.
    pub fn elements(&self) -> Vec<Element> {
        let hour = |minute: UnitPrice| UnitPrice {
            micro: minute.micro.saturating_mul(MINUTES),
            ..minute
        };
        let parts = [
            (Dimension::Energy, Some(self.per_kwh)),
            (Dimension::Time, self.per_minute.map(hour)),
            (Dimension::ParkingTime, self.idle_per_minute.map(hour)),
            (Dimension::Flat, self.session_fee),
        ];
        let component = |(dimension, price): (Dimension, Option<UnitPrice>)| {
            Some(Component {
                dimension,
                price: price?,
                tax: Some(self.tax),
                step_size: 1,
            })
        };
        vec![Element {
            components: parts.into_iter().filter_map(component).collect(),
            restrictions: Restrictions::default(),
        }]
    }
}
