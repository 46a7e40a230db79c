//! What a tariff charges: OCPI 2.2.1's `TariffElement`s in whole numbers. Not for its name, nor for where it holds.

use super::restrictions::Restrictions;
use super::short::Short;
use crate::money::{Currency, Percent, UnitPrice};
use crate::words::words;

words! {
    /// What a price component charges. Source: OCPI 2.2.1 `TariffDimensionType`.
    Dimension {
        /// Per kWh; steps in Wh.
        Energy = "ENERGY",
        /// Per hour of charging; steps in seconds.
        Time = "TIME",
        /// Per hour of not charging; steps in seconds.
        ParkingTime = "PARKING_TIME",
        /// Once per charge; no steps.
        Flat = "FLAT",
    }
}

words! {
    /// Whether prices hold the tax already.
    TaxBasis {
        /// Prices are what is paid: the house's own way.
        Included = "included",
        /// Tax comes on top: OCPI 2.2.1's way.
        Excluded = "excluded",
    }
}

/// A price for an amount of one dimension. Source: OCPI 2.2.1 `PriceComponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Component {
    /// What is charged.
    pub dimension: Dimension,
    /// Per kWh, per hour or once, on the tariff's tax basis.
    pub price: UnitPrice,
    /// The tax; none where none applies, which costs as 0 % does.
    pub tax: Option<Percent>,
    /// What is begun is paid: Wh for energy, seconds for time. 0 and 1 are the finest.
    pub step_size: i64,
}

/// Components that hold under the same restrictions. Source: OCPI 2.2.1 `TariffElement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// One per dimension at most.
    pub components: Vec<Component>,
    /// When it holds.
    pub restrictions: Restrictions,
}

impl Element {
    /// Its component of a dimension.
    pub fn component(&self, dimension: Dimension) -> Option<&Component> {
        self.components
            .iter()
            .find(|component| component.dimension == dimension)
    }
}

/// A least or a highest price of a charge, in minor units: each of the two holds for itself. Source: OCPI 2.2.1
/// `Tariff.min_price`, `max_price`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Without tax.
    pub net_minor: Option<i64>,
    /// With tax.
    pub total_minor: Option<i64>,
}

/// What a tariff charges. For each dimension the first element counts that has it and whose restrictions hold; without
/// one it costs nothing. Source: OCPI 2.2.1 `Tariff`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Of every price in it.
    pub currency: Currency,
    /// Whether prices hold the tax already.
    pub basis: TaxBasis,
    /// In the order in which they are looked through.
    pub elements: Vec<Element>,
    /// A charge costs no less.
    pub min_price: Option<Limit>,
    /// A charge costs no more.
    pub max_price: Option<Limit>,
    /// How long each stretch of not charging costs nothing, seconds: the house's own, OCPI 2.2.1 has no word for it.
    pub idle_grace_s: i64,
}

impl Rates {
    /// One price per kWh, tax included.
    pub fn per_kwh(price: UnitPrice, tax: Percent) -> Self {
        let short = Short {
            per_kwh: price,
            per_minute: None,
            session_fee: None,
            idle_per_minute: None,
            tax,
        };
        Self {
            currency: price.currency,
            basis: TaxBasis::Included,
            elements: short.elements(),
            min_price: None,
            max_price: None,
            idle_grace_s: 0,
        }
    }

    /// Whether any charge can cost anything.
    pub fn charge_anything(&self) -> bool {
        let least = self.min_price.as_ref();
        let least = least.is_some_and(|limit| {
            limit.net_minor.unwrap_or(0) > 0 || limit.total_minor.unwrap_or(0) > 0
        });
        let components = self.elements.iter().flat_map(|element| &element.components);
        least || components.into_iter().any(|one| one.price.micro > 0)
    }

    /// Whether it has a price for a dimension at all.
    pub fn has(&self, dimension: Dimension) -> bool {
        self.elements
            .iter()
            .any(|element| element.component(dimension).is_some())
    }

    /// The component of an element, where there is one.
    pub(super) fn component(&self, element: usize, dimension: Dimension) -> Option<&Component> {
        self.elements.get(element)?.component(dimension)
    }

    /// Whether the time of day or the day makes a difference.
    pub(super) fn read_the_clock(&self) -> bool {
        self.elements
            .iter()
            .any(|element| element.restrictions.read_the_clock())
    }

    /// Whether power or current makes a difference.
    pub fn measure_flow(&self) -> bool {
        self.elements
            .iter()
            .any(|element| element.restrictions.measure_flow())
    }

    /// Whether the same components hold all the time: nothing divides a period.
    pub(super) fn are_steady(&self) -> bool {
        self.idle_grace_s == 0
            && self
                .elements
                .iter()
                .all(|element| element.restrictions == Restrictions::default())
    }
}
