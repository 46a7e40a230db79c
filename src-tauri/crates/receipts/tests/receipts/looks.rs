//! Where things stand: the code that a phone reads, text from right to left, letters that are tied.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a page become pixels"
)]

use receipts::{FontFault, Fonts, Language, Receipt, to_pdf};
use testkit::pdf;

use super::sample::{fonts, receipt};

#[test]
fn a_phone_reads_the_code_in_every_language() {
    for language in Language::ALL {
        let receipt = receipt(language);
        let pdf = to_pdf(&receipt, fonts()).expect("a receipt");
        let page = pdf::picture(&pdf, 1, 150);
        let pixel = |x: usize, y: usize| page.grey[y * page.width + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(page.width, page.height, pixel);
        let codes = image.detect_grids();
        assert_eq!(codes.len(), 1, "{language:?}: one code");
        let read = codes[0].decode().map(|(_, text)| text);
        assert_eq!(read.ok(), Some(receipt.url), "{language:?}");
    }
}

/// Readers forgive much, not each of them the same: the code is as ISO/IEC 18004 draws it.
#[test]
fn the_code_has_its_light_border_and_its_three_corners() {
    let pdf = to_pdf(&receipt(Language::En), fonts()).expect("a receipt");
    let page = pdf::picture(&pdf, 1, 300);
    // Where the page puts it, points to pixels; 33 modules and 4 of border on each side.
    let pixel = |points: f64| (points * 300.0 / 72.0).round() as usize;
    let (left, top) = (595.28 - 48.0 - 85.0, 48.0);
    let is_dark = |column: f64, row: f64| {
        let step = 85.0 / 41.0;
        let (x, y) = (left + (column + 0.5) * step, top + (row + 0.5) * step);
        page.grey[pixel(y) * page.width + pixel(x)] < 128
    };
    let corner = |column: f64, row: f64| {
        let finder = [
            (0.0, true),
            (1.0, false),
            (3.0, true),
            (5.0, false),
            (6.0, true),
        ];
        let fits = |(at, dark): &(f64, bool)| is_dark(column + at, row + at) == *dark;
        finder.iter().all(fits)
    };
    assert!(corner(4.0, 4.0), "left above");
    assert!(corner(30.0, 4.0), "right above");
    assert!(corner(4.0, 30.0), "left below");
    assert!(!corner(30.0, 30.0), "none right below");
    for at in (0..41).map(f64::from) {
        for edge in [0.0, 1.0, 2.0, 3.0, 37.0, 38.0, 39.0, 40.0] {
            let dark = is_dark(at, edge) || is_dark(edge, at);
            assert!(!dark, "the border is light at {at}, {edge}");
        }
    }
}

#[test]
fn the_code_can_be_clicked_and_goes_to_the_web_only() {
    let mut receipt = receipt(Language::En);
    let actions = |receipt: &Receipt| pdf::actions(&to_pdf(receipt, fonts()).expect("a receipt"));
    let (url, shown) = (receipt.url.clone(), actions(&receipt));
    assert!(shown.ends_with(&url), "{shown:?}");
    assert_eq!(
        shown.lines().count(),
        1,
        "one link and no script: {shown:?}"
    );
    receipt.url = "javascript:alert(1)".to_owned();
    assert_eq!(actions(&receipt), "", "no link");
}

#[test]
fn an_arabic_receipt_begins_on_the_right() {
    let ink = |language: Language| {
        let pdf = to_pdf(&receipt(language), fonts()).expect("a receipt");
        let page = pdf::picture(&pdf, 1, 72);
        // The title's band: nothing else stands beside it.
        let rows = 170..195;
        let dark = |half: std::ops::Range<usize>| {
            rows.clone()
                .flat_map(|y| half.clone().map(move |x| (x, y)))
                .filter(|(x, y)| page.grey[y * page.width + x] < 128)
                .count()
        };
        (dark(0..page.width / 2), dark(page.width / 2..page.width))
    };
    let (left, right) = ink(Language::En);
    assert!(left > 50 && right == 0, "English: {left}, {right}");
    let (left, right) = ink(Language::Ar);
    assert!(right > 50 && left == 0, "Arabic: {left}, {right}");
}

#[test]
fn letters_are_tied_and_stand_in_the_order_they_are_read() {
    // The name alone changes; what Poppler gets back from the glyphs is the name.
    for name in [
        "محطة الشحن",
        "क्षत्रिय ऊर्जा केंद्र",
        "Σταθμός Ηλεκτρισμός",
        "Зарядная станция",
        "Łódź ŽIŽKOV Çeşme İstanbul",
        "12 € 34 ₹ 56 ₺ 78 ₽",
    ] {
        let mut receipt = receipt(Language::En);
        name.clone_into(&mut receipt.charge.station);
        let pdf = to_pdf(&receipt, fonts()).expect("a receipt");
        let text = pdf::text(&pdf).concat();
        let plain: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | ' ' | '\u{a0}'))
            .collect();
        // Poppler puts a space where it sees a gap: marks that stand apart make one.
        let bare = name.replace(' ', "");
        let stations = plain.lines().filter(|line| line.contains("Station"));
        let station: Vec<&str> = stations.collect();
        assert!(
            station.iter().any(|line| line.contains(&bare)),
            "{name} came back as {station:?}"
        );
    }
}

#[test]
fn without_its_letters_a_language_has_english_words_and_its_own_figures() {
    let pdf = to_pdf(&receipt(Language::Hi), &Fonts::built_in()).expect("a receipt");
    let text = pdf::text(&pdf).concat();
    assert!(text.contains("Energy delivered"), "{text}");
    assert!(text.contains("30/11/2026"), "{text}");
    assert!(!text.contains('\u{25a1}'), "no boxes: {text}");
}

#[test]
fn only_a_font_is_taken_for_one() {
    let add = |bytes: &[u8]| Fonts::built_in().with(bytes).err();
    assert_eq!(add(b""), Some(FontFault::Unreadable));
    assert_eq!(add(b"wOF2 and no more"), Some(FontFault::Unreadable));
    assert_eq!(add(&[0; 4_096]), Some(FontFault::Unreadable));
    assert_eq!(add(&vec![0; 9 * 1024 * 1024]), Some(FontFault::TooLarge));
}
