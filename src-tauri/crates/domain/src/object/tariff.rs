//! Prices, costs and tariffs as they are sent.

use jiff::Timestamp;
use uuid::Uuid;

use super::objects;
use crate::energy::WattHours;
use crate::money::Amount;
use crate::tariff::{Cost, Tariff, Terms};
use crate::words::words;

/// What the example on a price card charges.
const EXAMPLE: WattHours = WattHours(20_000);

words! {
    /// What a line of a bill is for.
    MoneyLineKind {
        /// Energy.
        Energy = "energy",
    }
}

objects! {
    /// What a driver pays here, tax included.
    Price as "Price" {
        /// Of which tariff.
        tariff_id: Uuid,
        /// Of which version of it: sent back with a start, so that nobody pays a price never shown.
        tariff_version: i64,
        /// ISO 4217.
        currency: String,
        /// Per kWh.
        per_kwh: Amount,
        /// Per minute; null where none is taken.
        per_minute: Option<Amount>,
        /// Per session; null where none is taken.
        session_fee: Option<Amount>,
        /// Per minute once the charge is over; null where none is taken.
        idle_per_minute: Option<Amount>,
        /// Minutes before that begins.
        idle_grace_minutes: i64,
        /// The tax inside, a decimal string.
        tax_percent: String,
        /// Always true: prices are what is paid.
        tax_included: bool,
        /// What 20 kWh cost.
        example_for20_kwh: Amount,
        /// The next change; null where none is known.
        next: Option<NextPrice>,
    }

    /// A price to come.
    NextPrice as "NextPrice" {
        /// From when on.
        from: Timestamp,
        /// Per kWh.
        per_kwh: Amount,
    }

    /// What something costs: total = net + tax.
    CostObject as "Cost" {
        /// Without tax.
        net: Amount,
        /// The tax.
        tax: Amount,
        /// What is paid.
        total: Amount,
    }

    /// A line of a bill.
    MoneyLine as "MoneyLine" {
        /// What it is for.
        kind: MoneyLineKind,
        /// In words.
        label: String,
        /// How much, a decimal string.
        quantity: String,
        /// Of what: `kWh`, `min`, `session`.
        unit: String,
        /// What one costs.
        unit_price: Amount,
        /// What the line costs.
        amount: Amount,
        /// The tax inside, a decimal string.
        tax_percent: String,
    }

    /// What the operator charges, and where.
    TariffObject as "Tariff" {
        /// Its id.
        id: Uuid,
        /// The name operators read.
        name: String,
        /// Rises with each change.
        version: i64,
        /// ISO 4217.
        currency: String,
        /// `active`.
        status: String,
        /// From when it holds; null: from the start.
        valid_from: Option<Timestamp>,
        /// Until when; null: without end.
        valid_to: Option<Timestamp>,
        /// In a sentence.
        summary: String,
        /// What a driver pays.
        price: Price,
        /// The stations it holds at.
        station_ids: Vec<Uuid>,
        /// The charge points that have it instead of their station's.
        charge_point_ids: Vec<Uuid>,
        /// OCPI 2.2.1 `TariffElement`s.
        elements: Vec<TariffElement>,
        /// When it last changed.
        updated_at: Timestamp,
    }

    /// OCPI 2.2.1 `TariffElement`.
    TariffElement as "TariffElement" {
        /// What is charged.
        price_components: Vec<PriceComponent>,
    }

    /// OCPI 2.2.1 `PriceComponent`. OCPI's prices are without tax.
    PriceComponent as "PriceComponent" {
        /// `ENERGY`.
        #[serde(rename = "type")]
        kind: String,
        /// Per kWh without tax, a decimal string.
        price: String,
        /// The tax on top, a decimal string.
        vat: String,
        /// In Wh.
        step_size: i64,
    }
}

impl Price {
    /// The price a session would keep now.
    pub fn of(terms: &Terms) -> Self {
        Self {
            tariff_id: terms.tariff_id.0,
            tariff_version: terms.tariff_version,
            currency: terms.per_kwh.currency.code().to_owned(),
            per_kwh: terms.per_kwh.print(),
            per_minute: None,
            session_fee: None,
            idle_per_minute: None,
            idle_grace_minutes: 0,
            tax_percent: terms.tax.print(),
            tax_included: true,
            example_for20_kwh: terms.cost(EXAMPLE).total.print(),
            next: None,
        }
    }
}

impl From<Cost> for CostObject {
    fn from(cost: Cost) -> Self {
        Self {
            net: cost.net.print(),
            tax: cost.tax.print(),
            total: cost.total.print(),
        }
    }
}

impl MoneyLine {
    /// The lines of a charge: their sum is its total.
    pub fn of(terms: &Terms, energy: WattHours) -> Vec<Self> {
        vec![Self {
            kind: MoneyLineKind::Energy,
            label: "Energy".to_owned(),
            quantity: energy.as_kwh_text(),
            unit: "kWh".to_owned(),
            unit_price: terms.per_kwh.print(),
            amount: terms.cost(energy).total.print(),
            tax_percent: terms.tax.print(),
        }]
    }
}

impl TariffObject {
    /// A tariff and where it holds.
    pub fn of(tariff: &Tariff, station_ids: Vec<Uuid>, charge_point_ids: Vec<Uuid>) -> Self {
        let price = Price::of(&tariff.terms());
        let component = PriceComponent {
            kind: "ENERGY".to_owned(),
            price: tariff.tax.net_price(tariff.per_kwh),
            vat: tariff.tax.print(),
            step_size: 1,
        };
        Self {
            id: tariff.id.0,
            name: tariff.name.clone(),
            version: tariff.version,
            currency: price.currency.clone(),
            status: "active".to_owned(),
            valid_from: None,
            valid_to: None,
            summary: format!(
                "{} {} per kWh, {} % tax included",
                price.per_kwh.amount, price.currency, price.tax_percent
            ),
            price,
            station_ids,
            charge_point_ids,
            elements: vec![TariffElement {
                price_components: vec![component],
            }],
            updated_at: tariff.updated_at,
        }
    }
}
