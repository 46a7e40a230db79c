//! What chargers do to a session: late, twice, in the wrong order, or not at all (FLT-06, FLT-07).
//!
//! Planted once and seen red: a register that came late and high taken for the last one, without the fall that was
//! read after it (`counting.rs`).

mod limits;
mod orders;
mod priced;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::TariffId;
use crate::meter::{Metered, Reading};
use crate::pricing::Rates;
use jiff::tz::TimeZone;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a small number of seconds is a time")
}

fn requested() -> Session {
    Session {
        id: SessionId(Uuid::nil()),
        station_id: StationId(Uuid::nil()),
        charge_point_id: ChargePointId(Uuid::nil()),
        connector_id: 1,
        transaction_id: None,
        customer_id: None,
        id_token: "A1".to_owned(),
        status: SessionStatus::Requested,
        started_by: StartedBy::Rfid,
        requested_at: at(990),
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
        terms: None,
        usage: Usage::default(),
        limit: None,
        funding: Funding::default(),
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 1,
    }
}

fn running() -> Session {
    let mut session = requested();
    assert!(session.begin(7, (at(1000), at(1000)), WattHours(500)));
    session
}

fn reading(second: i64, wh: i64) -> Reading {
    Reading {
        measured_at: at(second),
        meter: Some(WattHours(wh)),
        power_w: Some(wh),
        soc_percent: None,
        voltage_v: None,
        current_a: None,
        context: "Sample.Periodic".to_owned(),
    }
}

fn end(second: i64, wh: i64, reason: StopReason) -> End {
    End {
        at: at(second),
        meter: Some(WattHours(wh)),
        reason,
    }
}

/// A charger of 22 kW.
const RATED: i64 = 22_000;

/// A session with the readings its charger sent so far, as the ops and the store keep them.
#[derive(Clone)]
struct Kept {
    session: Session,
    registers: Vec<Metered>,
}

impl Kept {
    fn running() -> Self {
        Self {
            session: running(),
            registers: Vec::new(),
        }
    }

    /// The same under a tariff.
    fn under(rates: Rates, zone: TimeZone) -> Self {
        let mut session = requested();
        session.terms = Some(Terms {
            tariff_id: TariffId(Uuid::nil()),
            tariff_version: 1,
            rates: rates.into(),
            zone,
        });
        session.begin(7, (at(1000), at(1000)), WattHours(500));
        Self {
            session,
            registers: Vec::new(),
        }
    }

    /// The car turns, as `report_connector` has it.
    fn turn(&mut self, idle: bool, second: i64) {
        let session = &mut self.session;
        let turned = if idle {
            session.suspend(at(second))
        } else {
            session.resume(at(second))
        };
        if turned && session.needs_recount() {
            session.recount(&self.registers, RATED);
        }
    }

    fn measure(&mut self, reading: &Reading) -> Measured {
        self.registers.extend(Metered::of(reading));
        let history = if self.session.needs_history(reading) {
            &self.registers[..]
        } else {
            &[]
        };
        self.session.measure(reading, history, RATED)
    }

    fn stop(&mut self, end: End) -> Ended {
        self.session.stop(end, &self.registers, RATED).0
    }
}

#[test]
fn readings_in_any_order_and_after_the_stop_give_the_same_session() {
    let readings = [reading(1010, 560), reading(1020, 620), reading(1030, 680)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let mut kept = Kept::running();
        for index in order {
            kept.measure(&readings[index]);
        }
        assert_eq!(
            kept.session.energy(),
            WattHours(180),
            "{order:?}: the newest reading decides"
        );
        assert_eq!(
            kept.session.power_w,
            Some(680),
            "{order:?}: late power is not power now"
        );
        let stopped = kept.stop(end(1040, 700, StopReason::Local));
        assert_eq!(stopped, Ended::Stopped);
        assert!(!kept.measure(&reading(1050, 720)).moved);
        assert!(!kept.measure(&reading(1035, 690)).moved);
        assert_eq!(
            kept.session.energy(),
            WattHours(200),
            "{order:?}: a stopped session stays stopped"
        );
    }
}

#[test]
fn the_highest_register_counts_even_where_the_clock_beside_it_went_back() {
    let mut kept = Kept::running();
    assert!(kept.measure(&reading(9_000, 600)).moved);
    let more = kept.measure(&reading(1_060, 750));
    assert!(more.moved, "more energy is news");
    assert!(!kept.measure(&reading(1_050, 700)).moved, "less is not");
    assert_eq!(kept.session.energy(), WattHours(250));
    assert_eq!(kept.session.power_w, Some(600), "the latest one's");
}

#[test]
fn a_second_stop_changes_nothing() {
    let mut kept = Kept::running();
    kept.stop(end(1100, 900, StopReason::Local));
    let stopped = kept.session.clone();
    let again = kept.stop(end(1200, 5000, StopReason::Other));
    assert_eq!(again, Ended::Unchanged);
    assert_eq!(kept.session, stopped);
    assert_eq!(kept.session.duration_seconds(at(9999)), 100);
}

#[test]
fn an_inferred_end_takes_the_last_reading_and_the_chargers_own_stop_corrects_it_once() {
    let mut kept = Kept::running();
    kept.measure(&reading(1060, 800));
    assert!(kept.session.infer_end(at(5000)));
    assert_eq!(kept.session.stop_reason, Some(StopReason::Inferred));
    assert!(kept.session.inferred);
    assert_eq!(
        (
            kept.session.energy(),
            kept.session.duration_seconds(at(9999))
        ),
        (WattHours(300), 60),
        "until the last it said"
    );
    assert!(!kept.session.infer_end(at(6000)), "inferred once");

    let late = kept.measure(&reading(1070, 850));
    assert!(late.moved, "what comes late counts");
    assert_eq!(kept.session.energy(), WattHours(350));
    let corrected = kept.stop(end(1080, 900, StopReason::PowerLoss));
    assert_eq!(corrected, Ended::Corrected);
    assert_eq!(
        (kept.session.energy(), kept.session.inferred),
        (WattHours(400), false)
    );
    assert_eq!(kept.session.stop_reason, Some(StopReason::PowerLoss));
    let again = kept.stop(end(1090, 5000, StopReason::Local));
    assert_eq!(again, Ended::Unchanged, "the charger's first word stands");
}

#[test]
fn a_register_that_cannot_be_is_told_and_what_was_counted_before_it_stands() {
    let mut kept = Kept::running();
    kept.measure(&reading(1060, 800));
    let spike = kept.measure(&reading(1070, 900_000));
    assert!(spike.refused, "22 kW give 64 Wh in ten seconds");
    assert_eq!(kept.session.energy(), WattHours(300));
    let stop = end(1080, 1_000_000, StopReason::Local);
    let (ended, can_be) = kept.session.stop(stop, &kept.registers, RATED);
    assert_eq!((ended, can_be), (Ended::Stopped, false));
    assert_eq!(kept.session.energy(), WattHours(300));
}

#[test]
fn a_refused_start_draws_nothing_whatever_its_charger_measures() {
    let mut session = requested();
    session.status = SessionStatus::Failed;
    let read = reading(1060, 800);
    assert!(!session.needs_history(&read));
    assert!(!session.measure(&read, &[], RATED).moved);
    assert_eq!(session.energy(), WattHours(0));
}

#[test]
fn what_was_asked_for_comes_to_be_or_fails_and_not_both() {
    let failure = Failure {
        code: FailureCode::Rejected,
        detail: String::new(),
    };
    let mut failed = requested();
    assert!(failed.fail(failure.clone()));
    assert!(
        !failed.begin(7, (at(1000), at(1000)), WattHours(0)),
        "it has failed"
    );
    assert!(!failed.status.is_active());

    let mut begun = requested();
    assert!(begun.accept());
    assert!(!begun.accept(), "one answer counts");
    assert!(begun.begin(7, (at(1000), at(1000)), WattHours(0)));
    assert!(!begun.fail(failure), "it has begun");
}

#[test]
fn a_pause_and_a_wish_to_stop_are_told_apart() {
    let mut session = running();
    assert!(!session.resume(at(1001)), "nothing paused");
    assert!(session.suspend(at(1010)));
    assert!(session.resume(at(1020)));
    assert!(session.stopping(StopReason::Driver));
    assert!(!session.suspend(at(1030)), "it is on its way out");
    session.stop(end(1100, 900, StopReason::Operator), &[], RATED);
    assert_eq!(
        session.stop_reason,
        Some(StopReason::Driver),
        "the charger says remote; the driver asked"
    );
}

#[test]
fn a_register_that_began_again_counts_on_and_never_below_zero() {
    let mut kept = Kept::running();
    kept.measure(&reading(1010, 3));
    assert_eq!(kept.session.energy(), WattHours(3));
    kept.stop(end(900, 2, StopReason::Reboot));
    assert_eq!(
        kept.session.energy(),
        WattHours(0),
        "of a time before the start"
    );
    assert_eq!(
        kept.session.duration_seconds(at(0)),
        0,
        "a clock that fell back gives no negative time"
    );
}

/// Everything that can happen to a session, as a charger and people may send it.
#[derive(Clone, Debug)]
enum Step {
    Accept,
    Begin,
    Suspend,
    Resume,
    Stopping,
    Measure(i64, i64),
    Stop(i64, i64),
    Infer,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        Just(Step::Accept),
        Just(Step::Begin),
        Just(Step::Suspend),
        Just(Step::Resume),
        Just(Step::Stopping),
        (1000..2000_i64, 0..9000_i64).prop_map(|(second, wh)| Step::Measure(second, wh)),
        (1000..2000_i64, 0..9000_i64).prop_map(|(second, wh)| Step::Stop(second, wh)),
        Just(Step::Infer),
    ];
    proptest::collection::vec(step, 0..20)
}

proptest! {
    #[test]
    fn no_order_of_steps_gives_negative_energy_or_reopens_what_ended(steps in steps()) {
        let mut kept = Kept { session: requested(), registers: Vec::new() };
        let mut ended = false;
        let mut version = kept.session.version;
        for step in steps {
            let session = &mut kept.session;
            match step {
                Step::Accept => { session.accept(); }
                Step::Begin => { session.begin(7, (at(1000), at(1000)), WattHours(500)); }
                Step::Suspend => { session.suspend(at(1200)); }
                Step::Resume => { session.resume(at(1300)); }
                Step::Stopping => { session.stopping(StopReason::Driver); }
                Step::Measure(second, wh) => { kept.measure(&reading(second, wh)); }
                Step::Stop(second, wh) => { kept.stop(end(second, wh, StopReason::Local)); }
                Step::Infer => { session.infer_end(at(3000)); }
            }
            let session = &kept.session;
            prop_assert!(session.energy().0 >= 0);
            prop_assert!(session.version >= version, "a version never falls");
            version = session.version;
            prop_assert!(!ended || session.status == SessionStatus::Stopped, "what ended stays ended");
            ended = session.status == SessionStatus::Stopped;
        }
    }
}
