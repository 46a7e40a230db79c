//! A tariff in a sentence, for operators. Not for drivers: their page has its own words, in their language.

use jiff::civil::Weekday;

use super::rates::thousandths;
use crate::money::{Money, Percent, UnitPrice};
use crate::pricing::{Component, Dimension, Element, Limit, Rates, Restrictions, TaxBasis};

/// A tariff in a sentence.
pub fn of(rates: &Rates) -> String {
    let elements: Vec<String> = rates.elements.iter().map(element).collect();
    let mut parts = vec![elements.join("; ")];
    if rates.idle_grace_s > 0 && rates.has(Dimension::ParkingTime) {
        parts.push(format!(
            "the first {} of not charging free",
            minutes(rates.idle_grace_s)
        ));
    }
    for (word, limit) in [("at least", rates.min_price), ("at most", rates.max_price)] {
        parts.extend(limit.map(|limit| format!("{word} {}", bound(limit, rates))));
    }
    parts.push(taxes(rates));
    parts.join(", ")
}

fn element(element: &Element) -> String {
    let prices: Vec<String> = element.components.iter().map(component).collect();
    let when = restrictions(&element.restrictions);
    if when.is_empty() {
        prices.join(", ")
    } else {
        format!("{} {}", prices.join(", "), when.join(", "))
    }
}

fn component(component: &Component) -> String {
    let step = component.step_size;
    let (price, per, begun) = match component.dimension {
        Dimension::Energy => (
            component.price,
            "per kWh",
            (step > 1).then(|| format!("{} kWh", thousandths(step))),
        ),
        Dimension::Time => (
            component.price.part(60),
            "per minute",
            (step > 1).then(|| minutes(step)),
        ),
        Dimension::ParkingTime => (
            component.price.part(60),
            "per minute of not charging",
            (step > 1).then(|| minutes(step)),
        ),
        Dimension::Flat => (component.price, "per session", None),
    };
    let begun = begun.map_or_else(String::new, |step| format!(" (each {step} begun)"));
    format!("{} {per}{begun}", amount(price))
}

fn amount(price: UnitPrice) -> String {
    let printed = price.print();
    format!("{} {}", printed.amount, printed.currency)
}

fn minutes(seconds: i64) -> String {
    if seconds % 60 == 0 {
        format!("{} min", seconds / 60)
    } else {
        format!("{seconds} s")
    }
}

fn bound(limit: Limit, rates: &Rates) -> String {
    let print = |minor, tax: &str| {
        let printed = Money {
            minor,
            currency: rates.currency,
        }
        .print();
        format!("{} {} {tax} tax", printed.amount, printed.currency)
    };
    let net = limit.net_minor.map(|minor| print(minor, "without"));
    let total = limit.total_minor.map(|minor| print(minor, "with"));
    let both: Vec<String> = net.into_iter().chain(total).collect();
    both.join(" and ")
}

fn taxes(rates: &Rates) -> String {
    let mut percents: Vec<String> = Vec::new();
    for component in rates.elements.iter().flat_map(|one| &one.components) {
        let percent = component.tax.unwrap_or(Percent { milli: 0 }).print();
        if !percents.contains(&percent) {
            percents.push(percent);
        }
    }
    let percents = percents.join(" % or ");
    match rates.basis {
        TaxBasis::Included => format!("{percents} % tax included"),
        TaxBasis::Excluded => format!("plus {percents} % tax"),
    }
}

fn restrictions(own: &Restrictions) -> Vec<String> {
    let time = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    let day = |day: &Weekday| {
        let name = format!("{day:?}");
        name.chars().take(3).collect::<String>()
    };
    let milli = |unit: &'static str| move |value: i64| format!("{} {unit}", thousandths(value));
    let mut words = Vec::new();
    if !own.days.is_empty() {
        let days: Vec<String> = own.days.iter().map(day).collect();
        words.push(format!("on {}", days.join(", ")));
    }
    words.extend(span(
        own.start_time.map(time),
        own.end_time.map(time),
        ("from", "to"),
    ));
    let date = |date: jiff::civil::Date| date.to_string();
    words.extend(span(
        own.start_date.map(date),
        own.end_date.map(date),
        ("from", "before"),
    ));
    for (least, most, unit) in [
        (own.min_wh, own.max_wh, "kWh"),
        (own.min_power_w, own.max_power_w, "kW"),
        (own.min_current_ma, own.max_current_ma, "A"),
    ] {
        words.extend(span(
            least.map(milli(unit)),
            most.map(milli(unit)),
            ("from", "below"),
        ));
    }
    let lasted = (
        own.min_duration_s.map(minutes),
        own.max_duration_s.map(minutes),
    );
    words.extend(span(lasted.0, lasted.1, ("after", "before")));
    words
}

fn span(start: Option<String>, end: Option<String>, (from, to): (&str, &str)) -> Option<String> {
    match (start, end) {
        (None, None) => None,
        (Some(start), None) => Some(format!("{from} {start}")),
        (None, Some(end)) => Some(format!("{to} {end}")),
        (Some(start), Some(end)) => Some(format!("{from} {start} {to} {end}")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;
    use crate::money::Currency;

    #[test]
    fn a_tariff_reads_as_a_sentence() {
        let currency = Currency::from_code("EUR").expect("a known currency");
        let price = |micro| UnitPrice { micro, currency };
        let vat = Percent { milli: 19_000 };
        let simple = Rates::per_kwh(price(450_000), vat);
        assert_eq!(of(&simple), "0.45 EUR per kWh, 19.0 % tax included");

        let one = |dimension, micro, step_size| Component {
            dimension,
            price: price(micro),
            tax: Some(vat),
            step_size,
        };
        let night = Element {
            components: vec![one(Dimension::Energy, 250_000, 1)],
            restrictions: Restrictions {
                start_time: Some(time(22, 0, 0, 0)),
                end_time: Some(time(6, 0, 0, 0)),
                days: vec![Weekday::Monday, Weekday::Tuesday],
                ..Restrictions::default()
            },
        };
        let other = Element {
            components: vec![
                one(Dimension::Energy, 450_000, 500),
                one(Dimension::ParkingTime, 6_000_000, 60),
                one(Dimension::Flat, 1_000_000, 1),
            ],
            restrictions: Restrictions::default(),
        };
        let rates = Rates {
            basis: TaxBasis::Excluded,
            elements: vec![night, other],
            max_price: Some(Limit {
                net_minor: None,
                total_minor: Some(5_000),
            }),
            idle_grace_s: 900,
            ..simple
        };
        assert_eq!(
            of(&rates),
            "0.25 EUR per kWh on Mon, Tue, from 22:00 to 06:00; 0.45 EUR per kWh (each 0.5 kWh begun), \
             0.10 EUR per minute of not charging (each 1 min begun), 1.00 EUR per session, the first 15 min of not \
             charging free, at most 50.00 EUR with tax, plus 19.0 % tax"
        );
    }
}
