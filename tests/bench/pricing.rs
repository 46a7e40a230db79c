//! What pricing takes: a reading of one running session, and ten thousand running sessions at once. No gateway, no database.

use std::hint::black_box;
use std::time::Instant;

use domain::meter::{Metered, Reading};
use domain::money::{Currency, Percent, UnitPrice};
use domain::pricing::{Component, Dimension, Element, Rates, Restrictions, TaxBasis};
use domain::session::{Funding, Session, SessionStatus, StartedBy, Usage};
use domain::tariff::{Terms, clock};
use domain::{Timestamp, WattHours};
use uuid::Uuid;

use crate::Outcome;
use crate::figures::Figure;

/// How many sessions run.
const SESSIONS: u32 = 10_000;
/// How many readings each has, one a minute.
const READINGS: i64 = 60;
/// How many readings of one session are timed.
const TIMED: i64 = 200_000;
/// Rated power of the charge points, W.
const RATED_W: i64 = 22_000;

/// Times both.
pub fn measure() -> Outcome<Vec<Figure>> {
    let terms = terms()?;
    let mut session = running(&terms)?;
    let began = Instant::now();
    for number in 1..=TIMED {
        session.measure(&reading(number)?, &[], RATED_W);
        black_box(session.bill());
    }
    let reading_ns = began.elapsed().as_secs_f64() * 1e9 / f64::from(u32::try_from(TIMED)?);

    let mut history = Vec::new();
    for number in 1..=READINGS {
        history.extend(Metered::of(&reading(number)?));
    }
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        let mut session = running(&terms)?;
        session.recount(&history, RATED_W);
        sessions.push(session);
    }
    let next = reading(READINGS + 1)?;
    let began = Instant::now();
    for session in &mut sessions {
        session.measure(&next, &[], RATED_W);
        black_box(session.bill());
    }
    let once_ms = began.elapsed().as_secs_f64() * 1e3;
    let began = Instant::now();
    for session in &mut sessions {
        session.recount(&history, RATED_W);
        black_box(session.bill());
    }
    let anew_ms = began.elapsed().as_secs_f64() * 1e3;
    Ok(vec![
        Figure::new(
            "pricing_reading",
            reading_ns,
            "ns",
            "one reading of a running session, counted and billed: night and day, idling, a fee",
        ),
        Figure::new(
            "pricing_sessions",
            once_ms,
            "ms",
            format!("{SESSIONS} running sessions, a reading each, counted and billed"),
        ),
        Figure::new(
            "pricing_sessions_anew",
            anew_ms,
            "ms",
            format!(
                "{SESSIONS} running sessions counted anew from {READINGS} readings each, and billed"
            ),
        ),
    ])
}

fn terms() -> Outcome<Terms> {
    let currency = Currency::from_code("EUR").ok_or("EUR is a currency")?;
    let component = |dimension, micro| Component {
        dimension,
        price: UnitPrice { micro, currency },
        tax: Some(Percent { milli: 19_000 }),
        step_size: 1,
    };
    let night = Restrictions {
        start_time: Some("22:00".parse()?),
        end_time: Some("06:00".parse()?),
        ..Restrictions::default()
    };
    let plain = Rates::per_kwh(
        UnitPrice {
            micro: 450_000,
            currency,
        },
        Percent { milli: 19_000 },
    );
    let rates = Rates {
        basis: TaxBasis::Excluded,
        elements: vec![
            Element {
                components: vec![component(Dimension::Energy, 250_000)],
                restrictions: night,
            },
            Element {
                components: vec![
                    component(Dimension::Energy, 450_000),
                    component(Dimension::ParkingTime, 6_000_000),
                    component(Dimension::Flat, 500_000),
                ],
                restrictions: Restrictions::default(),
            },
        ],
        idle_grace_s: 900,
        ..plain
    };
    Ok(Terms {
        tariff_id: Uuid::nil().into(),
        tariff_version: 1,
        rates: rates.into(),
        zone: clock("Europe/Berlin"),
    })
}

/// A minute's reading: 180 Wh more.
fn reading(number: i64) -> Outcome<Reading> {
    Ok(Reading {
        measured_at: Timestamp::from_second(1_780_000_000 + number * 60)?,
        meter: Some(WattHours(number * 180)),
        power_w: Some(10_800),
        soc_percent: None,
        voltage_v: None,
        current_a: None,
        context: "Sample.Periodic".to_owned(),
    })
}

fn running(terms: &Terms) -> Outcome<Session> {
    let began = Timestamp::from_second(1_780_000_000)?;
    let mut session = Session {
        id: Uuid::nil().into(),
        station_id: Uuid::nil().into(),
        charge_point_id: Uuid::nil().into(),
        connector_id: 1,
        transaction_id: None,
        customer_id: None,
        id_token: "CARD".to_owned(),
        status: SessionStatus::Requested,
        started_by: StartedBy::Rfid,
        requested_at: began,
        started_at: None,
        began_at: None,
        stopped_at: None,
        meter_start: WattHours(0),
        meter_last: WattHours(0),
        meter_stop: None,
        energy: WattHours(0),
        measured_at: None,
        power_w: None,
        soc_percent: None,
        terms: Some(terms.clone()),
        usage: Usage::default(),
        limit: None,
        funding: Funding::default(),
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 1,
    };
    session.begin(1, (began, began), WattHours(0));
    Ok(session)
}
