//! Rates as bodies have them: the short form, or OCPI 2.2.1's elements. Shared by the routes that take any. Not for the rules
//! over the whole of them: those are the domain's (`Rates::check`).

use domain::Currency;
use domain::money::{Amount, Percent, UnitPrice};
use domain::object::{DayOfWeek, read_thousandths};
use domain::pricing::{Component, Dimension, Element, Limit, Restrictions};
use jiff::civil::{Date, Time, Weekday};

use crate::api::fields::Fields;
use crate::ops::change::Change;
use crate::ops::new_rates::{NewRates, NewShort};

/// The fields of the short form.
const SHORT: [&str; 5] = [
    "perKwh",
    "perMinute",
    "sessionFee",
    "idlePerMinute",
    "taxPercent",
];

/// More elements, components or days than one has: the rules say how many it may.
const MOST: usize = 100;

/// The largest number of seconds, Wh and the like that is read: the rules say how large it may be.
const LARGEST: i64 = 1_000_000_000_000;

/// The longest grace, minutes: a year.
const LONGEST_GRACE: i64 = 525_600;

/// Reads what is to become of rates.
pub(super) fn read(fields: &mut Fields) -> NewRates {
    let both = fields.has("elements") && SHORT.iter().any(|name| fields.has(name));
    let currency = fields.currency("currency");
    let prices = ["elements", "minPrice", "maxPrice"];
    let bare = currency.is_none() && prices.iter().any(|name| fields.has(name));
    if bare && !fields.is_faulty("currency") {
        fields.need(&["currency"]);
    }
    if both {
        let detail = "Elements, or the short form: not both.".to_owned();
        fields.fault("elements", ("conflict", detail));
    }
    let short = NewShort {
        per_kwh: fields.price("perKwh"),
        per_minute: fields.price_or_none("perMinute"),
        session_fee: fields.price_or_none("sessionFee"),
        idle_per_minute: fields.price_or_none("idlePerMinute"),
        tax: fields.percent("taxPercent"),
    };
    let elements = fields.objects("elements", MOST, |inner| element(inner, currency));
    NewRates {
        short: if both { NewShort::default() } else { short },
        elements,
        min_price: limit(fields, "minPrice", currency),
        max_price: limit(fields, "maxPrice", currency),
        idle_grace_minutes: fields.integer("idleGraceMinutes", (0, LONGEST_GRACE)),
        currency,
    }
}

fn element(fields: &mut Fields, currency: Option<Currency>) -> Element {
    fields.need(&["priceComponents"]);
    let components = fields.objects("priceComponents", MOST, |inner| component(inner, currency));
    let restrictions = fields.object_or_none("restrictions", |inner| Some(restrictions(inner)));
    Element {
        components: components
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect(),
        restrictions: restrictions.set().cloned().unwrap_or_default(),
    }
}

fn component(fields: &mut Fields, currency: Option<Currency>) -> Option<Component> {
    fields.need(&["type", "price", "stepSize"]);
    let dimension = fields.parsed(
        "type",
        "It is ENERGY, TIME, PARKING_TIME or FLAT.",
        Dimension::from_word,
    );
    let price = fields.parsed(
        "price",
        "It is a decimal text without tax, six decimals at most, such as \"0.25\".",
        |text| price(text, currency),
    );
    let vat = fields.parsed_or_none(
        "vat",
        "It is a decimal text from 0 to 100 with three decimals at most, such as \"19.0\".",
        Percent::read,
    );
    let step_size = fields.integer("stepSize", (0, LARGEST));
    Some(Component {
        dimension: dimension?,
        price: price?,
        tax: vat.set().copied(),
        step_size: step_size?,
    })
}

/// A price in the tariff's currency. Without one, which is a fault of its own, in any: so that this is read all the same.
fn price(text: &str, currency: Option<Currency>) -> Option<UnitPrice> {
    let currency = currency.map_or("EUR", Currency::code).to_owned();
    let amount = text.to_owned();
    UnitPrice::read(&Amount { amount, currency }).ok()
}

fn restrictions(fields: &mut Fields) -> Restrictions {
    Restrictions {
        start_time: time(fields, "startTime"),
        end_time: time(fields, "endTime"),
        start_date: date(fields, "startDate"),
        end_date: date(fields, "endDate"),
        min_wh: thousandths(fields, "minKwh"),
        max_wh: thousandths(fields, "maxKwh"),
        min_current_ma: thousandths(fields, "minCurrent"),
        max_current_ma: thousandths(fields, "maxCurrent"),
        min_power_w: thousandths(fields, "minPower"),
        max_power_w: thousandths(fields, "maxPower"),
        min_duration_s: seconds(fields, "minDuration"),
        max_duration_s: seconds(fields, "maxDuration"),
        days: days(fields),
    }
}

fn seconds(fields: &mut Fields, name: &str) -> Option<i64> {
    fields.integer_or_none(name, (0, LARGEST)).set().copied()
}

fn time(fields: &mut Fields, name: &str) -> Option<Time> {
    let detail = "It is a time of day, such as \"22:00\".";
    let read = |text: &str| {
        let parsed = Time::strptime("%H:%M", text).ok();
        parsed.filter(|_| text.len() == "22:00".len())
    };
    fields.parsed_or_none(name, detail, read).set().copied()
}

fn date(fields: &mut Fields, name: &str) -> Option<Date> {
    let detail = "It is a day, such as \"2026-12-31\".";
    let read = |text: &str| Date::strptime("%Y-%m-%d", text).ok();
    fields.parsed_or_none(name, detail, read).set().copied()
}

fn thousandths(fields: &mut Fields, name: &str) -> Option<i64> {
    let detail = "It is a decimal text, not negative, three decimals at most, such as \"7.5\".";
    fields
        .parsed_or_none(name, detail, read_thousandths)
        .set()
        .copied()
}

fn days(fields: &mut Fields) -> Vec<Weekday> {
    let detail = "It is a day of OCPI, such as MONDAY.";
    let read = |text: &str| DayOfWeek::from_word(text).map(DayOfWeek::day);
    fields.texts("dayOfWeek", detail, read).unwrap_or_default()
}

fn limit(fields: &mut Fields, name: &str, currency: Option<Currency>) -> Change<Limit> {
    fields.object_or_none(name, |inner| {
        let mut minor = |part: &str| {
            let money = inner.money_or_none(part).set().copied();
            let other = money.filter(|money| Some(money.currency) != currency);
            if other.is_some() && currency.is_some() {
                let detail = "It is in another currency than the tariff.".to_owned();
                inner.fault(&format!("{part}/currency"), ("mismatch", detail));
            }
            money.map(|money| money.minor)
        };
        Some(Limit {
            net_minor: minor("exclVat"),
            total_minor: minor("inclVat"),
        })
    })
}
