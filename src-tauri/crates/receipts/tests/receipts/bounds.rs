//! Anybody's text: hostile, endless, from every script. The figures stay, the pages are few, nothing panics.

use domain::pricing::LineKind;
use proptest::prelude::*;
use receipts::{Fonts, Language, Receipt, to_pdf};
use testkit::pdf;

use super::sample::{busy, fonts, line, receipt};

/// Every text of the receipt is this.
fn with(text: &str, language: Language) -> Receipt {
    let mut receipt = receipt(language);
    let charge = &mut receipt.charge;
    let seller = &mut receipt.seller;
    let signed = &mut receipt.signed[0];
    for field in [
        &mut seller.name,
        &mut seller.address,
        &mut seller.tax_id,
        &mut charge.session,
        &mut charge.station,
        &mut charge.point,
        &mut receipt.number,
        &mut receipt.url,
        &mut signed.format,
        &mut signed.data,
        &mut signed.public_key,
    ] {
        text.clone_into(field);
    }
    receipt
}

/// The text of each page; how a space was written is no matter.
fn pages(pdf: &[u8]) -> Vec<String> {
    let plain = |page: &String| page.replace('\u{a0}', " ");
    pdf::text(pdf).iter().map(plain).collect()
}

pub fn hostile() -> Vec<String> {
    let seeds = [
        "<script>alert(1)</script>",
        "' OR 1=1; --",
        ") Tj ET (",
        "endstream endobj",
        "%PDF-1.7 %%EOF",
        "/JavaScript (app.alert(1))",
        "\\(\\)\\n\\r",
        "\u{202e}kcabdraw\u{202c}",
        "\u{2067}\u{2067}\u{2067}isolate",
        "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
        "\0\u{1}\u{1f}\u{7f}\u{85}",
        "\u{feff}\u{200b}\u{2060}",
        "\u{d7ff}\u{e000}\u{fffd}\u{ffff}",
        "\u{10ffff}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "क्\u{200d}\u{200c}्््",
        "لا إله ﷽ ـــــــ",
        "中文 日本語 한국어",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "../../../etc/passwd",
    ];
    let shapes: [fn(&str) -> String; 10] = [
        str::to_owned,
        |s| s.repeat(100),
        |s| format!("{s}\n").repeat(50),
        |s| format!(" {s} "),
        |s| s.chars().rev().collect(),
        |s| format!("٣{s}1"),
        |s| format!("{s}\u{202e}{s}"),
        |s| s.replace(' ', ""),
        |s| format!("م{s}م"),
        |s| s.chars().flat_map(|c| [c, '\u{336}']).collect(),
    ];
    let shaped = |seed: &&str| shapes.map(|shape| shape(seed));
    seeds.iter().flat_map(shaped).collect()
}

#[test]
fn two_hundred_hostile_texts_leave_the_figures_alone() {
    let texts = hostile();
    assert_eq!(texts.len(), 200);
    let fonts = fonts();
    for (at, text) in texts.iter().enumerate() {
        let language = Language::ALL[at % Language::ALL.len()];
        let pdf = to_pdf(&with(text, language), fonts);
        let pdf = pdf.unwrap_or_else(|fault| panic!("{text:?}: {fault}"));
        let pages = pages(&pdf);
        let page = pages.concat();
        let total = ["21,37 EUR", "21.37 EUR"]
            .iter()
            .any(|total| page.contains(total));
        assert!(total, "{text:?} hides the total:\n{page}");
        assert!(pages.len() <= 6, "{text:?} fills {} pages", pages.len());
        assert_eq!(pdf::actions(&pdf), "", "{text:?} does something");
    }
}

#[test]
fn the_longest_receipt_has_every_line_and_its_heads_on_every_page() {
    let mut receipt = receipt(Language::De);
    receipt.lines = (0..200)
        .map(|at| line(LineKind::Energy, 1_000 + at, 450_000, "19", 38, 7, "EUR"))
        .collect();
    receipt.signed.clear();
    let pdf = to_pdf(&receipt, &Fonts::built_in()).expect("a receipt");
    let pages = pages(&pdf);
    let all = pages.concat();
    for at in 0..200 {
        let quantity = format!("1,{at:03} kWh");
        assert!(all.contains(&quantity), "{quantity} is missing");
    }
    assert!(all.contains("90,00 EUR"), "200 times 0.45");
    assert!(pages.len() > 3, "{} pages", pages.len());
    for (at, page) in pages.iter().enumerate() {
        let foot = format!("Seite {} / {}", at + 1, pages.len());
        assert!(page.contains(&foot), "{foot} is missing:\n{page}");
        let lines = page.contains("0,45 / kWh");
        assert!(
            !lines || page.contains("Einzelpreis (EUR)"),
            "no heads:\n{page}"
        );
    }
}

#[test]
fn the_most_signed_data_ends_after_some_pages_and_is_attached_whole() {
    let mut receipt = receipt(Language::En);
    receipt.signed = vec![receipt.signed[0].clone(); Receipt::MOST_SIGNED];
    for item in &mut receipt.signed {
        item.data = "A".repeat(Receipt::LONGEST_SIGNED);
        item.public_key = "B".repeat(Receipt::LONGEST_SIGNED);
    }
    let pdf = to_pdf(&receipt, &Fonts::built_in()).expect("a receipt");
    assert!(pages(&pdf).len() <= 20, "pages have an end");
    let attached = pdf::attachments(&pdf);
    assert_eq!(attached.len(), Receipt::MOST_SIGNED);
    let whole = |(_, bytes): &(String, Vec<u8>)| bytes.len() == Receipt::LONGEST_SIGNED;
    assert!(attached.iter().all(whole), "each is whole");
}

#[test]
fn a_crowded_receipt_breaks_no_figure() {
    for language in Language::ALL {
        let receipt = busy(language);
        let text = pages(&to_pdf(&receipt, fonts()).expect("a receipt")).concat();
        let figures: String = text.chars().filter(char::is_ascii_digit).collect();
        for (figure, digits) in [("the total", "12043013987"), ("a line", "12193000000")] {
            assert!(
                figures.contains(digits),
                "{language:?}: {figure} in\n{text}"
            );
        }
    }
    let mut receipt = receipt(Language::De);
    let most = 9_999_999_999_999_999;
    receipt.lines = vec![line(LineKind::Energy, most, most, "19", most, 0, "EUR")];
    let text = pages(&to_pdf(&receipt, fonts()).expect("a receipt")).concat();
    for (figure, times) in [
        ("9.999.999.999.999,999 kWh", 1),
        ("9.999.999.999,999999 / kWh", 1),
        ("99.999.999.999.999,99", 4),
    ] {
        let found = text.matches(figure).count();
        assert_eq!(found, times, "{figure} on one line each:\n{text}");
    }
}

#[test]
fn an_address_too_long_for_a_code_makes_a_receipt_without_one() {
    let mut receipt = receipt(Language::En);
    receipt.url = format!("https://kiosk.example/r/{}", "x".repeat(5_000));
    let pdf = to_pdf(&receipt, &Fonts::built_in()).expect("a receipt");
    let text = pages(&pdf).concat();
    assert!(!text.contains("This receipt online"), "{text}");
    assert!(text.contains("21.37 EUR"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_makes_a_receipt(text in "\\PC{0,300}|(?s:.{0,300})", language in 0..6_usize) {
        let receipt = with(&text, Language::ALL[language]);
        prop_assert!(to_pdf(&receipt, &Fonts::built_in()).is_ok(), "{:?}", text);
    }

    #[test]
    fn the_sums_are_those_of_the_lines(
        all in prop::collection::vec((any::<i32>(), any::<i32>(), 0..4_usize), 1..200)
    ) {
        let rates = ["19", "7", "0", "5.5"];
        let mut receipt = receipt(Language::En);
        receipt.lines = all
            .iter()
            .map(|(net, tax, rate)| {
                line(LineKind::Flat, 1, 0, rates[*rate], i64::from(*net), i64::from(*tax), "EUR")
            })
            .collect();
        let totals = receipt.totals().expect("they add up");
        let net: i64 = all.iter().map(|(net, ..)| i64::from(*net)).sum();
        let tax: i64 = all.iter().map(|(_, tax, _)| i64::from(*tax)).sum();
        prop_assert_eq!((totals.net.minor, totals.tax.minor), (net, tax));
        prop_assert_eq!(totals.total.minor, net + tax);
        let by_rate: (i64, i64) = totals.taxes.iter().fold((0, 0), |sum, rate| {
            (sum.0 + rate.net.minor, sum.1 + rate.tax.minor)
        });
        prop_assert_eq!(by_rate, (net, tax), "the rates share the sums out");
    }
}
