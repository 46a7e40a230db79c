//! A receipt as a driver gets it, for tests and for looking at.

use std::sync::OnceLock;

use domain::money::{Percent, UnitPrice};
use domain::pricing::{Line, LineKind, TaxBasis};
use domain::{Currency, Money, WattHours};
use jiff::civil::date;
use jiff::tz::TimeZone;
use receipts::{Charge, Entry, Fonts, Kind, Language, Receipt, Seller, SignedData, Statement};

/// An OCMF record as chargers of the German market sign it.
pub const OCMF: &str = r#"OCMF|{"FV":"1.0","GI":"SEAL AG","GS":"1850006a","PG":"T9289","MV":"Carlo Gavazzi","MS":"******240084S","RD":[{"TM":"2026-11-30T14:05:09,000+0100 S","TX":"B","RV":12345.678,"RI":"1-b:1.8.0","RU":"kWh","ST":"G"}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"304402201455BF1082C9EB8B1272D7FA838EB44286B03AC96E8BAFC5E79E30C5B3E1B872022006286CA81AEE0FAFCB1D6A137FFB2C0DD014727E2AEC149F30CD5A7E87619139"}"#;

const KEY: &str =
    "3059301306072A8648CE3D020106082A8648CE3D03010703420004E2237AE14A7EC1A5C4E4D29A6F1E1D2B";

/// The fonts of the product: DejaVu, and the pages' Devanagari.
pub fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(read_fonts)
}

fn read_fonts() -> Fonts {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../public/vendor/fonts/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-wght-normal.woff2"
    );
    let bytes = std::fs::read(file);
    let bytes = bytes.unwrap_or_else(|e| panic!("{file}: {e}; run `cargo xtask setup`"));
    Fonts::built_in().with(&bytes).expect("it is a font")
}

/// An amount in minor units.
pub fn money(minor: i64, code: &str) -> Money {
    let currency = Currency::from_code(code).expect("a currency");
    Money { minor, currency }
}

/// A line that adds up: `net` and `tax` in minor units, the price in millionths.
pub fn line(
    kind: LineKind,
    quantity: i64,
    micro: i64,
    rate: &str,
    net: i64,
    tax: i64,
    code: &str,
) -> Line {
    Line {
        kind,
        quantity,
        price: UnitPrice {
            micro,
            currency: money(0, code).currency,
        },
        tax_percent: Percent::read(rate),
        net: money(net, code),
        tax: money(tax, code),
        total: money(net + tax, code),
    }
}

/// An evening's charge in Berlin.
pub fn receipt(language: Language) -> Receipt {
    let at = |text: &str| text.parse().expect("a moment");
    Receipt {
        number: "FC-2026-000123".to_owned(),
        kind: Kind::Invoice,
        issued_at: at("2026-11-30T15:05:30Z"),
        time_zone: TimeZone::get("Europe/Berlin").expect("a zone"),
        seller: Seller {
            name: "Stadtwerke Nordhafen GmbH".to_owned(),
            address: "Hafenstraße 12\n20457 Hamburg\nDeutschland".to_owned(),
            tax_id: "DE123456789".to_owned(),
        },
        charge: Charge {
            session: "019a0000-0000-7000-8000-00000000002a".to_owned(),
            station: "Forecourt North".to_owned(),
            point: "Bay 2".to_owned(),
            connector: 1,
            started_at: at("2026-11-30T13:05:09Z"),
            stopped_at: at("2026-11-30T15:04:58Z"),
            energy: WattHours(42_180),
            meter_start: Some(WattHours(12_345_678)),
            meter_stop: Some(WattHours(12_387_858)),
        },
        lines: vec![
            line(LineKind::Flat, 1, 350_000, "19", 29, 6, "EUR"),
            line(LineKind::Energy, 42_180, 450_000, "19", 1_595, 303, "EUR"),
            line(LineKind::Time, 5_400_000, 600_000, "19", 76, 14, "EUR"),
            line(LineKind::Idle, 1_140_000, 6_000_000, "7", 107, 7, "EUR"),
        ],
        tax_basis: TaxBasis::Included,
        signed: vec![SignedData {
            format: "OCMF".to_owned(),
            data: OCMF.to_owned(),
            public_key: KEY.to_owned(),
        }],
        language,
        url: "https://kiosk.example/r/Zm9yZWNvdXJ0LXJlY2VpcHQtdG9rZW4".to_owned(),
    }
}

/// Long names of many scripts, large figures, every kind of line.
pub fn busy(language: Language) -> Receipt {
    let mut receipt = receipt(language);
    let (seller, charge) = (&mut receipt.seller, &mut receipt.charge);
    for (field, text) in [
        (
            &mut seller.name,
            "Ελληνική Εταιρεία Φόρτισης & Зарядные станции Восток / विद्युत चार्जिंग / شركة الشحن",
        ),
        (
            &mut seller.address,
            "شارع الملك فهد ١٢\nप्रथम तल, महात्मा गांधी मार्ग\nŁódź, Čáslavská 5",
        ),
        (
            &mut charge.station,
            "A station whose name goes on and on, as somebody wrote a whole sentence about where it is and how to get there",
        ),
    ] {
        text.clone_into(field);
    }
    receipt.charge.point = "P".repeat(120);
    receipt.lines = vec![
        line(
            LineKind::Flat,
            1,
            999_999_990_000,
            "28",
            78_124_999,
            21_875_000,
            "INR",
        ),
        line(
            LineKind::Energy,
            987_654_321,
            123_456_789,
            "18",
            10_333_000_000,
            1_860_000_000,
            "INR",
        ),
        line(
            LineKind::Time,
            360_000_000_000,
            1_234_567,
            "12.5",
            12_345,
            1_543,
            "INR",
        ),
        line(LineKind::Idle, 59_000, 60_000_000, "5", 93, 5, "INR"),
        line(LineKind::MinPrice, 1, 10_000, "0", 1, 0, "INR"),
        line(
            LineKind::MaxPrice,
            1,
            -2_500_000_000_000,
            "18",
            -211_864_406,
            -38_135_593,
            "INR",
        ),
    ];
    receipt
}

/// November of a driver who charged twice, and whose first receipt was taken back and made out anew.
pub fn statement(language: Language) -> Statement {
    let mut first = receipt(language);
    "FC-2026-000101".clone_into(&mut first.number);
    let back = first.reversed("FC-2026-000122", first.issued_at, String::new());
    let mut again = first.clone();
    "FC-2026-000123".clone_into(&mut again.number);
    again.charge.energy = WattHours(40_000);
    let mut second = receipt(language);
    "FC-2026-000140".clone_into(&mut second.number);
    "Rasthof Süd".clone_into(&mut second.charge.station);
    let receipts = [first, back, again, second];
    let entries = receipts
        .iter()
        .map(|receipt| Entry::of(receipt).expect("it adds up"));
    Statement {
        from: date(2026, 11, 1),
        to: date(2026, 11, 30),
        made_at: "2026-12-01T08:00:00Z".parse().expect("a moment"),
        time_zone: TimeZone::get("Europe/Berlin").expect("a zone"),
        seller: receipts[0].seller.clone(),
        customer: "Ada Lovelace\nada@example.org".to_owned(),
        currency: money(0, "EUR").currency,
        entries: entries.collect(),
        language,
    }
}
