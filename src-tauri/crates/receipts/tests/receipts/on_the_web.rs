//! A receipt's page says what its file says, in the driver's language, whatever is written in it; and what is kept of a
//! receipt is the receipt.

use domain::pricing::LineKind;
use proptest::prelude::*;
use receipts::{Kind, Language, Receipt, gone, to_html};

use crate::bounds::hostile;
use crate::sample::{busy, line, receipt};

fn page(receipt: &Receipt) -> String {
    to_html(receipt, "/r/token.pdf").expect("a page")
}

/// What a reader reads: the page without its tags and its entities.
fn text(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in page.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[test]
fn a_page_says_all_that_its_receipt_holds() {
    let shown = text(&page(&receipt(Language::De)));
    for part in [
        "Rechnung",
        "FC-2026-000123",
        "Stadtwerke Nordhafen GmbH",
        "20457 Hamburg",
        "DE123456789",
        "Bay 2",
        "30.11.2026, 14:05:09 (UTC+1)",
        "12.345,678\u{a0}kWh",
        "42,180\u{a0}kWh",
        "18,98",
        "Als PDF laden",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let whole = page(&receipt(Language::De));
    assert!(whole.contains("href=\"/r/token.pdf\""), "{whole}");
    assert!(!whole.contains("<script"), "{whole}");
}

#[test]
fn every_language_has_its_page_and_its_direction() {
    for language in Language::ALL {
        let shown = page(&busy(language));
        let direction = if language.is_rtl() { "rtl" } else { "ltr" };
        let head = format!("<html lang=\"{}\" dir=\"{direction}\">", language.code());
        assert!(shown.contains(&head), "{head} in {shown}");
        let ended = gone(language);
        assert!(ended.contains(&head), "{head} in {ended}");
    }
}

/// Names are anybody's: what they write is text, and never a tag.
#[test]
fn two_hundred_hostile_texts_are_text() {
    for hostile in hostile() {
        let mut receipt = receipt(Language::En);
        let plain = page(&receipt).matches('<').count();
        receipt.seller.name.clone_from(&hostile);
        receipt.charge.station.clone_from(&hostile);
        receipt.charge.point.clone_from(&hostile);
        receipt.number.clone_from(&hostile);
        receipt.signed[0].data.clone_from(&hostile);
        receipt.signed[0].format.clone_from(&hostile);
        let shown = page(&receipt);
        assert_eq!(shown.matches('<').count(), plain, "{hostile:?} in {shown}");
        assert!(!shown.contains("<script"), "{hostile:?}");
    }
}

#[test]
fn a_reversal_names_what_it_reverses_and_what_does_not_add_up_is_no_page() {
    let invoice = receipt(Language::En);
    let reversal = invoice.reversed("FC-2026-000124", invoice.issued_at, String::new());
    let shown = text(&page(&reversal));
    for part in [
        "Reversal",
        "FC-2026-000124",
        "FC-2026-000123",
        "\u{2212}18.98",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let mut broken = receipt(Language::En);
    broken.lines[0].total.minor += 1;
    assert!(to_html(&broken, "x").is_err(), "a cent too much");
}

#[test]
fn what_is_kept_of_a_receipt_is_the_receipt() {
    for language in Language::ALL {
        for (number, mut original) in [receipt(language), busy(language)].into_iter().enumerate() {
            if number == 1 {
                original.kind = Kind::Reversal {
                    of: "FC-1".to_owned(),
                };
            }
            original.signed.clear();
            let kept = original.to_text().expect("it adds up");
            let read = Receipt::from_text(&kept).expect("it was just written");
            assert_eq!(format!("{read:?}"), format!("{original:?}"));
        }
    }
    for broken in ["", "{}", "[]", "null", "{\"number\":\"x\"}"] {
        assert!(Receipt::from_text(broken).is_err(), "{broken}");
    }
}

proptest! {
    #[test]
    fn any_figures_and_names_are_kept(
        quantity in any::<i64>(), net in -1_000_000_000_i64..1_000_000_000, tax in 0_i64..1_000_000, name in "\\PC{0,80}",
    ) {
        let mut original = receipt(Language::Fr);
        original.signed.clear();
        original.lines.push(line(LineKind::MinPrice, quantity, 1, "7", net, tax, "EUR"));
        original.charge.station = name;
        let kept = original.to_text().expect("it adds up");
        let read = Receipt::from_text(&kept).expect("it was just written");
        prop_assert_eq!(format!("{read:?}"), format!("{original:?}"));
    }
}
