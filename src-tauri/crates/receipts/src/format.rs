//! Numbers, money, energy and moments as each language writes them, from exact decimals. Western digits throughout: they
//! are what displays and meters show.

use domain::money::{Percent, UnitPrice};
use domain::{Money, Timestamp, WattHours};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::language::Language;

/// A space that no line breaks at.
const NBSP: char = '\u{a0}';

/// `-1234567.50` as the language writes it.
pub(crate) fn decimal(language: Language, exact: &str) -> String {
    let (sign, digits) = exact
        .strip_prefix('-')
        .map_or(("", exact), |digits| ("\u{2212}", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (group, point) = match language {
        Language::En | Language::Hi | Language::Ar => (',', '.'),
        Language::De | Language::Es => ('.', ','),
        Language::Fr => (NBSP, ','),
    };
    let mut text = format!("{sign}{}", grouped(language, whole, group));
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// Threes from the right; in India three, then twos; in Spanish from five digits on.
fn grouped(language: Language, whole: &str, group: char) -> String {
    let length = whole.len();
    if language == Language::Es && length < 5 {
        return whole.to_owned();
    }
    let starts_group = |right: usize| match language {
        Language::Hi => right == 3 || right > 3 && (right - 3).is_multiple_of(2),
        _ => right.is_multiple_of(3),
    };
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && starts_group(length - at) {
            text.push(group);
        }
        text.push(digit);
    }
    text
}

/// The figure alone, with the currency's decimals: the column says which currency.
pub(crate) fn amount(language: Language, money: Money) -> String {
    decimal(language, &money.print().amount)
}

/// The figure with its currency's code, which says more than a sign that six countries share.
pub(crate) fn money(language: Language, money: Money) -> String {
    let code = money.currency.code();
    format!("{}{NBSP}{code}", amount(language, money))
}

/// A price: at least the currency's decimals, six at most.
pub(crate) fn price(language: Language, price: UnitPrice) -> String {
    decimal(language, &price.print().amount)
}

/// `19 %`, `7.7 %`: no decimal that says nothing.
pub(crate) fn percent(language: Language, percent: Percent) -> String {
    let exact = percent.print();
    let exact = exact.strip_suffix(".0").unwrap_or(&exact);
    let gap = match language {
        Language::En | Language::Hi | Language::Ar => "",
        Language::De | Language::Fr | Language::Es => "\u{a0}",
    };
    format!("{}{gap}%", decimal(language, exact))
}

/// Exact kWh.
pub(crate) fn kwh(language: Language, energy: WattHours) -> String {
    thousandths(language, energy.0, "kWh")
}

/// An exact number of thousandths with its unit.
pub(crate) fn thousandths(language: Language, milli: i64, unit: &str) -> String {
    let sign = if milli < 0 { "-" } else { "" };
    let size = milli.unsigned_abs();
    let exact = format!("{sign}{}.{:03}", size / 1_000, size % 1_000);
    format!("{}{NBSP}{unit}", decimal(language, &exact))
}

/// `1:05:09`, hours first. Below zero on a reversal.
pub(crate) fn duration(ms: i64) -> String {
    let sign = if ms < 0 { "\u{2212}" } else { "" };
    let seconds = ms.unsigned_abs() / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{sign}{hours}:{minutes:02}:{rest:02}")
}

/// A day.
pub(crate) fn day(language: Language, day: Date) -> String {
    let pattern = match language {
        Language::En => "%-d %b %Y",
        Language::De => "%d.%m.%Y",
        Language::Fr | Language::Es | Language::Hi | Language::Ar => "%d/%m/%Y",
    };
    day.strftime(pattern).to_string()
}

/// A moment by the station's clock, with its distance from UTC: an hour that comes twice is told apart.
pub(crate) fn moment(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    let zoned = at.to_zoned(zone.clone());
    let offset = zoned.offset().seconds();
    let (sign, size) = if offset < 0 {
        ('\u{2212}', -offset)
    } else {
        ('+', offset)
    };
    let minutes = if size / 60 % 60 == 0 {
        String::new()
    } else {
        format!(":{:02}", size / 60 % 60)
    };
    let utc = if offset == 0 {
        "UTC".to_owned()
    } else {
        format!("UTC{sign}{}{minutes}", size / 3_600)
    };
    let day = day(language, zoned.date());
    format!("{day}, {} ({utc})", zoned.strftime("%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use domain::Currency;

    use super::*;

    #[test]
    fn each_language_writes_a_number_its_own_way() {
        let check = |exact: &str, expect: [&str; 6]| {
            let shown = Language::ALL.map(|language| decimal(language, exact));
            assert_eq!(shown, expect.map(str::to_owned), "{exact}");
        };
        let million = [
            "1,234,567.50",
            "1.234.567,50",
            "1\u{a0}234\u{a0}567,50",
            "1.234.567,50",
            "12,34,567.50",
            "1,234,567.50",
        ];
        check("1234567.50", million);
        check(
            "1234",
            ["1,234", "1.234", "1\u{a0}234", "1234", "1,234", "1,234"],
        );
        check(
            "-0.05",
            ["−0.05", "−0,05", "−0,05", "−0,05", "−0.05", "−0.05"],
        );
    }

    #[test]
    fn money_has_its_currencys_decimals_and_a_moment_its_zone() {
        for (minor, code, expect) in [
            (-1_234, "EUR", "−12,34\u{a0}EUR"),
            (1_234, "JPY", "1.234\u{a0}JPY"),
            (1_234, "KWD", "1,234\u{a0}KWD"),
            (i64::MIN, "EUR", "−92.233.720.368.547.758,08\u{a0}EUR"),
        ] {
            let currency = Currency::from_code(code).expect("a currency");
            let shown = money(Language::De, Money { minor, currency });
            assert_eq!(shown, expect, "{minor} {code}");
        }
        let at: Timestamp = "2026-10-25T00:30:00Z".parse().expect("a moment");
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let shown = |at| moment(Language::En, at, &zone);
        assert_eq!(shown(at), "25 Oct 2026, 02:30:00 (UTC+2)", "before");
        let hour = jiff::SignedDuration::from_hours(1);
        assert_eq!(shown(at + hour), "25 Oct 2026, 02:30:00 (UTC+1)", "after");
        let india = TimeZone::get("Asia/Kolkata").expect("a zone");
        let shown = moment(Language::Hi, at, &india);
        assert_eq!(shown, "25/10/2026, 06:00:00 (UTC+5:30)");
        assert_eq!(
            moment(Language::De, at, &TimeZone::UTC),
            "25.10.2026, 00:30:00 (UTC)"
        );
        assert_eq!(duration(3_909_999), "1:05:09");
        assert_eq!(duration(-60_000), "−0:01:00");
    }
}
