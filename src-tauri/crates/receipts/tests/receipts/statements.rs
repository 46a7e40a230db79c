//! A statement says every receipt and adds them up, in every language.

use domain::WattHours;
use receipts::{Entry, Language, ReceiptFault, Statement, statement_to_pdf};
use testkit::pdf;

use super::sample::{fonts, money, receipt, statement};
use super::says::{has, printed};

fn words(statement: &Statement) -> String {
    printed(&statement_to_pdf(statement, fonts()).expect("a statement"))
}

#[test]
fn a_statement_says_every_receipt_and_its_sums() {
    let text = words(&statement(Language::En));
    has(
        &text,
        &[
            "Stadtwerke Nordhafen GmbH",
            "Statement A list of receipts that were issued. It is no invoice of its own.",
            "From – to 1 Nov 2026 – 30 Nov 2026 Customer Ada Lovelace ada@example.org",
            "Receipts 4 Issued Number Station Energy Tax Total (EUR)",
            "30 Nov 2026 FC-2026-000101 Forecourt North 42.180 kWh 3.30 21.37",
            "−42.180 kWh −3.30 −21.37 Reverses receipt FC-2026-000101",
            "30 Nov 2026 FC-2026-000123 Forecourt North 40.000 kWh 3.30 21.37",
            "30 Nov 2026 FC-2026-000140 Rasthof Süd 42.180 kWh 3.30 21.37",
            "Energy delivered 82.180 kWh Net 36.14 EUR",
            "Tax 19% on 34.00 EUR 6.46 EUR Tax 7% on 2.14 EUR 0.14 EUR Total 42.74 EUR",
            "Page 1 / 1",
        ],
    );
}

#[test]
fn every_language_has_its_words() {
    for (language, expect) in [
        (Language::De, "Rechnungsübersicht"),
        (Language::Fr, "Relevé"),
        (Language::Es, "Extracto"),
        (Language::Hi, "रसीदें 4"),
        (Language::Ar, "العميل"),
    ] {
        has(&words(&statement(language)), &[expect]);
    }
}

#[test]
fn a_time_without_receipts_says_so_and_a_long_one_goes_on() {
    let mut none = statement(Language::En);
    none.entries.clear();
    has(
        &words(&none),
        &["No receipt was issued in this time.", "Total 0.00 EUR"],
    );
    let mut long = statement(Language::En);
    let one = long.entries[0].clone();
    long.entries = vec![one; Statement::MOST];
    let pdf = statement_to_pdf(&long, fonts()).expect("it adds up");
    let text = pdf::text(&pdf);
    assert!(text.len() > 10, "{} pages", text.len());
    for page in &text[..text.len() - 1] {
        assert!(page.contains("Number"), "{page}");
    }
    assert_eq!(
        long.sums().expect("it adds up").energy,
        WattHours(42_180_000)
    );
    long.entries.push(long.entries[0].clone());
    assert!(matches!(long.sums(), Err(ReceiptFault::Lines(1_001))));
}

#[test]
fn what_does_not_add_up_is_not_drawn() {
    let mut other = statement(Language::En);
    other.currency = money(0, "USD").currency;
    assert_eq!(other.sums(), Err(ReceiptFault::Currencies));
    let mut large = statement(Language::En);
    let entry = &mut large.entries[0];
    entry.totals.total.minor = i64::MAX;
    assert_eq!(large.sums(), Err(ReceiptFault::Sum(3)));
    let taken = receipt(Language::En).reversed("FC-1", large.made_at, String::new());
    let entry = Entry::of(&taken).expect("it adds up");
    assert_eq!(entry.reverses.as_deref(), Some("FC-2026-000123"));
    assert_eq!(entry.energy, WattHours(-42_180));
}
