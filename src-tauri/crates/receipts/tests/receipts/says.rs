//! What is on the page is what is in the receipt: every line, every sum, in every language and currency.

use domain::pricing::{LineKind, TaxBasis};
use domain::{Timestamp, WattHours};
use receipts::{Fonts, Kind, Language, Receipt, ReceiptFault, to_pdf};
use testkit::pdf;

use super::sample::{OCMF, fonts, line, money, receipt};

/// The words of a page, one space between two.
fn words(receipt: &Receipt, fonts: &Fonts) -> String {
    printed(&to_pdf(receipt, fonts).expect("a receipt"))
}

/// The words of a file, one space between two.
pub fn printed(pdf: &[u8]) -> String {
    let text = pdf::text(pdf).join(" ");
    // Poppler marks the direction of what it prints; the page holds no such marks.
    let plain = |c: &char| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let text: String = text.chars().filter(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub fn has(text: &str, expect: &[&str]) {
    for expect in expect {
        assert!(text.contains(expect), "{expect:?} is not in\n{text}");
    }
}

#[test]
fn an_english_receipt_says_all_that_it_holds() {
    let text = words(&receipt(Language::En), fonts());
    has(
        &text,
        &[
            "Stadtwerke Nordhafen GmbH Hafenstraße 12 20457 Hamburg Deutschland Tax ID: DE123456789",
            "Receipt Number FC-2026-000123 Issued 30 Nov 2026, 16:05:30 (UTC+1)",
            "Station Forecourt North Charging point Bay 2 Connector 1",
            "Start 30 Nov 2026, 14:05:09 (UTC+1) End 30 Nov 2026, 16:04:58 (UTC+1) Duration 1:59:49",
            "Meter at start 12,345.678 kWh Meter at end 12,387.858 kWh Energy delivered 42.180 kWh",
            "Item Quantity Unit price (EUR) Tax Amount (EUR)",
            "Fixed fee 1 0.35 19% 0.35",
            "Energy 42.180 kWh 0.45 / kWh 19% 18.98",
            "Charging time 1:30:00 0.60 / h 19% 0.90",
            "Idle time 0:19:00 6.00 / h 7% 1.14",
            "Unit prices and amounts include tax.",
            "Net 18.07 EUR Tax 19% on 17.00 EUR 3.23 EUR Tax 7% on 1.07 EUR 0.07 EUR Total 21.37 EUR",
            "Signed meter data",
            "signed-meter-data-1.txt: OCMF OCMF|{",
            "https://kiosk.example/r/Zm9yZWNvdXJ0LXJlY2VpcHQtdG9rZW4 Page 1 / 1",
        ],
    );
}

#[test]
fn every_language_has_its_words_and_its_figures() {
    let check = |language, expect: &[&str]| has(&words(&receipt(language), fonts()), expect);
    check(
        Language::De,
        &[
            "Rechnung Nummer FC-2026-000123 Ausgestellt 30.11.2026, 16:05:30 (UTC+1)",
            "Energie 42,180 kWh 0,45 / kWh 19 % 18,98",
            "Zählerstand Ende 12.387,858 kWh",
            "Steuer 19 % auf 17,00 EUR 3,23 EUR",
            "Gesamtbetrag 21,37 EUR",
        ],
    );
    check(
        Language::Fr,
        &[
            "Reçu Numéro",
            "12 387,858 kWh",
            "Énergie 42,180 kWh",
            "Total 21,37 EUR",
        ],
    );
    check(
        Language::Es,
        &[
            "Recibo Número",
            "12.387,858 kWh",
            "Impuesto 19 % sobre 17,00 EUR 3,23 EUR",
        ],
    );
    check(Language::Hi, &["रसीद", "ऊर्जा", "42.180 kWh", "21.37 EUR"]);
    check(
        Language::Ar,
        &["إيصال", "42.180 kWh", "0.45 / kWh", "21.37 EUR"],
    );
}

#[test]
fn figures_have_the_decimals_of_their_currency() {
    for (code, net, tax, expect) in [
        (
            "JPY",
            1_234,
            123,
            "Net 1,234 JPY Tax 10% on 1,234 JPY 123 JPY Total 1,357 JPY",
        ),
        (
            "EUR",
            1_234,
            123,
            "Net 12.34 EUR Tax 10% on 12.34 EUR 1.23 EUR Total 13.57 EUR",
        ),
        (
            "KWD",
            1_234,
            123,
            "Net 1.234 KWD Tax 10% on 1.234 KWD 0.123 KWD Total 1.357 KWD",
        ),
        (
            "INR",
            12_345_678_900,
            0,
            "Net 123,456,789.00 INR Tax 10% on 123,456,789.00 INR 0.00 INR Total 123,456,789.00 INR",
        ),
    ] {
        let mut receipt = receipt(Language::En);
        receipt.lines = vec![line(LineKind::Flat, 1, 1_000_000, "10", net, tax, code)];
        has(&words(&receipt, &Fonts::built_in()), &[expect]);
    }
    let mut receipt = receipt(Language::Hi);
    receipt.lines = vec![line(
        LineKind::Flat,
        1,
        1_000_000,
        "18",
        12_345_678_900,
        0,
        "INR",
    )];
    has(&words(&receipt, fonts()), &["12,34,56,789.00 INR"]);
}

#[test]
fn a_price_without_tax_shows_net_amounts_and_a_line_without_tax_no_rate() {
    let mut receipt = receipt(Language::En);
    receipt.tax_basis = TaxBasis::Excluded;
    receipt.lines[1].tax_percent = None;
    receipt.lines[1].tax = money(0, "EUR");
    receipt.lines[1].total = receipt.lines[1].net;
    receipt.lines[1].price.micro = 123_456;
    let text = words(&receipt, &Fonts::built_in());
    has(
        &text,
        &[
            "Energy 42.180 kWh 0.123456 / kWh 15.95",
            "Unit prices and amounts are without tax.",
            "Net 18.07 EUR Tax 19% on 1.05 EUR 0.20 EUR Tax 7% on 1.07 EUR 0.07 EUR Total 18.34 EUR",
        ],
    );
}

#[test]
fn a_reversal_is_the_invoice_with_the_other_sign() {
    let invoice = receipt(Language::En);
    let at: Timestamp = "2026-12-01T09:00:00Z".parse().expect("a moment");
    let reversal = invoice.reversed("FC-2026-000200", at, String::new());
    let (sums, back) = (invoice.totals(), reversal.totals());
    let (sums, back) = (sums.expect("it adds up"), back.expect("it adds up"));
    assert_eq!(sums.total + back.total, money(0, "EUR"), "together nothing");
    assert_eq!(sums.tax + back.tax, money(0, "EUR"), "together nothing");
    let of = invoice.number.clone();
    assert_eq!(reversal.kind, Kind::Reversal { of });
    has(
        &words(&reversal, &Fonts::built_in()),
        &[
            "Reversal Number FC-2026-000200 Reverses receipt FC-2026-000123 Issued 1 Dec 2026, 10:00:00",
            "Energy −42.180 kWh 0.45 / kWh 19% −18.98",
            "Idle time −0:19:00",
            "Total −21.37 EUR",
        ],
    );
}

#[test]
fn what_does_not_add_up_is_no_receipt() {
    let check = |change: fn(&mut Receipt), expect: ReceiptFault| {
        let mut receipt = receipt(Language::En);
        change(&mut receipt);
        assert_eq!(to_pdf(&receipt, &Fonts::built_in()), Err(expect));
    };
    check(|r| r.lines.clear(), ReceiptFault::Lines(0));
    check(
        |r| r.lines = vec![r.lines[0]; 201],
        ReceiptFault::Lines(201),
    );
    check(|r| r.lines[2].total.minor += 1, ReceiptFault::Sum(2));
    check(
        |r| r.lines[3] = line(LineKind::Flat, 1, 0, "19", 1, 0, "USD"),
        ReceiptFault::Currencies,
    );
    check(
        |r| {
            for line in &mut r.lines[..2] {
                line.net.minor = i64::MAX;
                line.tax.minor = 0;
                line.total.minor = i64::MAX;
            }
        },
        ReceiptFault::Sum(1),
    );
    check(
        |r| r.signed[0].data = "x".repeat(Receipt::LONGEST_SIGNED + 1),
        ReceiptFault::Signed,
    );
    check(
        |r| r.signed = vec![r.signed[0].clone(); 17],
        ReceiptFault::Signed,
    );
}

#[test]
fn signed_data_is_attached_byte_for_byte() {
    let mut receipt = receipt(Language::En);
    let odd = "  two  spaces\r\n\u{feff}<?xml ü?>\n\0\t ";
    receipt.signed.push(receipts::SignedData {
        format: "EDL".to_owned(),
        data: odd.to_owned(),
        public_key: String::new(),
    });
    let pdf = to_pdf(&receipt, &Fonts::built_in()).expect("a receipt");
    let expect = vec![
        (
            "signed-meter-data-1.txt".to_owned(),
            OCMF.as_bytes().to_vec(),
        ),
        (
            "signed-meter-data-2.txt".to_owned(),
            odd.as_bytes().to_vec(),
        ),
    ];
    assert_eq!(pdf::attachments(&pdf), expect);
}

#[test]
fn the_same_receipt_is_the_same_file() {
    for language in Language::ALL {
        let first = to_pdf(&receipt(language), fonts());
        let again = to_pdf(&receipt(language), fonts());
        assert_eq!(first, again, "{language:?}");
    }
    let mut other = receipt(Language::En);
    other.charge.energy = WattHours(42_181);
    assert_ne!(
        to_pdf(&other, fonts()),
        to_pdf(&receipt(Language::En), fonts()),
        "another receipt is another file"
    );
}

#[test]
fn a_language_is_known_by_its_code() {
    for (code, expect) in [
        ("de", Language::De),
        ("de-AT", Language::De),
        ("AR", Language::Ar),
        ("hi_IN", Language::Hi),
        ("it", Language::En),
        ("", Language::En),
    ] {
        assert_eq!(Language::of(code), expect, "{code:?}");
    }
}
