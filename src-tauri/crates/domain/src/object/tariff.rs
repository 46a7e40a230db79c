//! Prices, costs and tariffs as they are sent.

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{PriceLimit, TariffElement, objects, summary};
use crate::energy::WattHours;
use crate::money::{Amount, Percent, UnitPrice, half_even};
use crate::pricing::{Bill, Component, Line, LineKind, TaxBasis};
use crate::session::Session;
use crate::tariff::{Places, Tariff, TariffStatus, Terms};
use crate::words::words;

/// An hour's minutes: times are priced by the hour and shown by the minute.
const MINUTES: i64 = 60;

words! {
    /// What a line of a bill is for.
    MoneyLineKind {
        /// Energy.
        Energy = "energy",
        /// Time charged.
        Time = "time",
        /// The charge itself.
        Flat = "flat",
        /// Time idled.
        Idle = "idle",
        /// What was missing to the least price.
        MinPrice = "min_price",
        /// What went beyond the highest price, below zero.
        MaxPrice = "max_price",
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
        /// What 20 kWh cost, charged at 11 kW from now on.
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
        /// Line by line: their amounts are the total.
        lines: Vec<MoneyLine>,
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
        /// What one costs, tax included, to the millionth.
        unit_price: Amount,
        /// What the line costs, tax included.
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
        /// Where it stands between its dates.
        status: TariffStatus,
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
        /// The connectors that have it instead of their charge point's.
        connectors: Vec<ConnectorPlace>,
        /// The groups of customers it is for alone; empty: for everybody.
        customer_groups: Vec<String>,
        /// Whether its prices were given with the tax inside: then it has a price per kWh, per minute, per session and
        /// per idle minute at most, those of `price`.
        tax_included: bool,
        /// OCPI 2.2.1 `TariffElement`s: without tax.
        elements: Vec<TariffElement>,
        /// A charge costs no less; null: no least price.
        min_price: Option<PriceLimit>,
        /// A charge costs no more; null: no highest price.
        max_price: Option<PriceLimit>,
        /// How long each stretch of not charging costs nothing, minutes.
        idle_grace_minutes: i64,
        /// When it last changed.
        updated_at: Timestamp,
    }

    /// A connector of a charge point.
    ConnectorPlace as "ConnectorPlace" {
        /// The charge point.
        charge_point_id: Uuid,
        /// Its number there.
        connector_id: i64,
    }
}

impl Price {
    /// The price a session would keep that begins at a moment.
    pub fn of(terms: &Terms, at: Timestamp) -> Self {
        let basis = terms.rates.basis;
        let now = terms.rates.now(&terms.zone, at);
        let each = |component: Option<Component>| component.map(|one| one.gross(basis));
        let minute = |component| each(component).map(|hour| hour.part(MINUTES).print());
        let nothing = UnitPrice {
            micro: 0,
            currency: terms.currency(),
        };
        let per_kwh = |component| each(component).unwrap_or(nothing).print();
        let taxed = [now.energy, now.time, now.flat, now.idle];
        let tax = taxed.into_iter().flatten().find_map(|one| one.tax);
        let next = terms
            .rates
            .next_turn(&terms.zone, at)
            .map(|from| NextPrice {
                from,
                per_kwh: per_kwh(terms.rates.now(&terms.zone, from).energy),
            });
        Self {
            tariff_id: terms.tariff_id.0,
            tariff_version: terms.tariff_version,
            currency: terms.currency().code().to_owned(),
            per_kwh: per_kwh(now.energy),
            per_minute: minute(now.time),
            session_fee: each(now.flat).map(UnitPrice::print),
            idle_per_minute: minute(now.idle),
            idle_grace_minutes: terms.rates.idle_grace_s / MINUTES,
            tax_percent: tax.unwrap_or(Percent { milli: 0 }).print(),
            tax_included: true,
            example_for20_kwh: terms.example(at).print(),
            next,
        }
    }
}

impl CostObject {
    /// A bill under terms.
    pub fn of(bill: &Bill, terms: &Terms) -> Self {
        let lines = bill.lines.iter();
        Self {
            net: bill.net.print(),
            tax: bill.tax.print(),
            total: bill.total.print(),
            lines: lines
                .map(|line| MoneyLine::of(line, terms.rates.basis))
                .collect(),
        }
    }

    /// What a session costs so far, or in all; `None` where nothing is charged.
    pub fn of_session(session: &Session) -> Option<Self> {
        let (bill, terms) = session.bill().zip(session.terms.as_ref())?;
        Some(Self::of(&bill, terms))
    }
}

impl MoneyLine {
    /// A line as it is sent, tax included.
    pub fn of(line: &Line, basis: TaxBasis) -> Self {
        let percent = line.tax_percent.unwrap_or(Percent { milli: 0 });
        let price = match basis {
            TaxBasis::Included => line.price,
            TaxBasis::Excluded => percent.upon(line.price),
        };
        let minutes = || Decimal::from_i128_with_scale(half_even(line.quantity.into(), 60), 3);
        let (kind, label, quantity, unit, unit_price) = match line.kind {
            LineKind::Energy => {
                let quantity = WattHours(line.quantity).as_kwh_text();
                (MoneyLineKind::Energy, "Energy", quantity, "kWh", price)
            }
            LineKind::Time => {
                let (quantity, price) = (minutes().to_string(), price.part(MINUTES));
                (MoneyLineKind::Time, "Charging time", quantity, "min", price)
            }
            LineKind::Idle => {
                let (quantity, price) = (minutes().to_string(), price.part(MINUTES));
                (MoneyLineKind::Idle, "Idle time", quantity, "min", price)
            }
            LineKind::Flat => {
                let quantity = line.quantity.to_string();
                (
                    MoneyLineKind::Flat,
                    "Session fee",
                    quantity,
                    "session",
                    price,
                )
            }
            LineKind::MinPrice | LineKind::MaxPrice => {
                let (kind, label) = if line.kind == LineKind::MinPrice {
                    (MoneyLineKind::MinPrice, "Up to the least price")
                } else {
                    (MoneyLineKind::MaxPrice, "Down to the highest price")
                };
                (
                    kind,
                    label,
                    "1".to_owned(),
                    "session",
                    UnitPrice::of(line.total),
                )
            }
        };
        Self {
            kind,
            label: label.to_owned(),
            quantity,
            unit: unit.to_owned(),
            unit_price: unit_price.print(),
            amount: line.total.print(),
            tax_percent: percent.print(),
        }
    }
}

impl TariffObject {
    /// A tariff and where it holds, at a moment.
    pub fn of(tariff: &Tariff, places: Places, terms: &Terms, at: Timestamp) -> Self {
        let rates = &tariff.rates;
        let limit = |limit| PriceLimit::of(limit, rates.currency);
        Self {
            id: tariff.id.0,
            name: tariff.name.clone(),
            version: tariff.version,
            currency: rates.currency.code().to_owned(),
            status: tariff.status(at),
            valid_from: tariff.valid_from,
            valid_to: tariff.valid_to,
            summary: summary::of(rates),
            price: Price::of(terms, at),
            station_ids: places.stations.into_iter().map(|id| id.0).collect(),
            charge_point_ids: places.points.into_iter().map(|id| id.0).collect(),
            connectors: places
                .connectors
                .into_iter()
                .map(|(point, connector_id)| ConnectorPlace {
                    charge_point_id: point.0,
                    connector_id,
                })
                .collect(),
            customer_groups: places.groups,
            tax_included: rates.basis == TaxBasis::Included,
            elements: TariffElement::all(rates),
            min_price: rates.min_price.map(limit),
            max_price: rates.max_price.map(limit),
            idle_grace_minutes: rates.idle_grace_s / MINUTES,
            updated_at: tariff.updated_at,
        }
    }
}
