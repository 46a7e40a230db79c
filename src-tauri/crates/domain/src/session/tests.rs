//! What chargers do to a session: late, twice, in the wrong order, or not at all.

use proptest::prelude::*;
use uuid::Uuid;

use super::state::{End, Ended};
use super::*;
use crate::meter::Reading;

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
        stopped_at: None,
        meter_start: WattHours(0),
        meter_last: WattHours(0),
        meter_stop: None,
        measured_at: None,
        power_w: None,
        soc_percent: None,
        terms: None,
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 1,
    }
}

fn running() -> Session {
    let mut session = requested();
    assert!(session.begin(7, at(1000), WattHours(500)));
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

#[test]
fn readings_in_any_order_and_after_the_stop_give_the_same_session() {
    let readings = [reading(1010, 600), reading(1020, 700), reading(1030, 800)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let mut session = running();
        for index in order {
            session.measure(&readings[index]);
        }
        assert_eq!(
            session.energy(),
            WattHours(300),
            "{order:?}: the newest reading decides"
        );
        assert_eq!(
            session.power_w,
            Some(800),
            "{order:?}: late power is not power now"
        );
        let stopped = session.stop(end(1040, 820, StopReason::Local));
        assert_eq!(stopped, Ended::Stopped);
        assert!(!session.measure(&reading(1050, 9000)));
        assert_eq!(
            session.energy(),
            WattHours(320),
            "{order:?}: a stopped session stays stopped"
        );
    }
}

#[test]
fn the_highest_register_counts_even_where_the_clock_beside_it_went_back() {
    let mut session = running();
    assert!(session.measure(&reading(9_000, 600)));
    assert!(session.measure(&reading(1_020, 750)), "more energy is news");
    assert!(!session.measure(&reading(1_010, 700)), "less is not");
    assert_eq!(session.energy(), WattHours(250));
    assert_eq!(session.power_w, Some(600), "the latest one's");
}

#[test]
fn a_second_stop_changes_nothing() {
    let mut session = running();
    session.stop(end(1100, 900, StopReason::Local));
    let stopped = session.clone();
    let again = session.stop(end(1200, 5000, StopReason::Other));
    assert_eq!(again, Ended::Unchanged);
    assert_eq!(session, stopped);
    assert_eq!(session.duration_seconds(at(9999)), 100);
}

#[test]
fn an_inferred_end_takes_the_last_reading_and_the_chargers_own_stop_corrects_it_once() {
    let mut session = running();
    session.measure(&reading(1030, 800));
    assert!(session.infer_end(at(5000)));
    assert_eq!(session.stop_reason, Some(StopReason::Inferred));
    assert!(session.inferred);
    assert_eq!(
        (session.energy(), session.duration_seconds(at(9999))),
        (WattHours(300), 30),
        "until the last it said"
    );
    assert!(!session.infer_end(at(6000)), "inferred once");

    assert!(
        session.measure(&reading(1040, 850)),
        "what comes late counts"
    );
    assert_eq!(session.energy(), WattHours(350));
    let corrected = session.stop(end(1060, 900, StopReason::PowerLoss));
    assert_eq!(corrected, Ended::Corrected);
    assert_eq!(
        (session.energy(), session.inferred),
        (WattHours(400), false)
    );
    assert_eq!(session.stop_reason, Some(StopReason::PowerLoss));
    let again = session.stop(end(1070, 5000, StopReason::Local));
    assert_eq!(again, Ended::Unchanged, "the charger's first word stands");
}

#[test]
fn what_was_asked_for_comes_to_be_or_fails_and_not_both() {
    let failure = Failure {
        code: FailureCode::Rejected,
        detail: String::new(),
    };
    let mut failed = requested();
    assert!(failed.fail(failure.clone()));
    assert!(!failed.begin(7, at(1000), WattHours(0)), "it has failed");
    assert!(!failed.status.is_active());

    let mut begun = requested();
    assert!(begun.accept());
    assert!(!begun.accept(), "one answer counts");
    assert!(begun.begin(7, at(1000), WattHours(0)));
    assert!(!begun.fail(failure), "it has begun");
}

#[test]
fn a_pause_and_a_wish_to_stop_are_told_apart() {
    let mut session = running();
    assert!(!session.resume(), "nothing paused");
    assert!(session.suspend());
    assert!(session.resume());
    assert!(session.stopping(StopReason::Driver));
    assert!(!session.suspend(), "it is on its way out");
    session.stop(end(1100, 900, StopReason::Operator));
    assert_eq!(
        session.stop_reason,
        Some(StopReason::Driver),
        "the charger says remote; the driver asked"
    );
}

#[test]
fn a_register_that_ran_backwards_costs_nobody_anything() {
    let mut session = running();
    session.measure(&reading(1010, 3));
    assert_eq!(session.energy(), WattHours(0));
    session.stop(end(900, 2, StopReason::Reboot));
    assert_eq!(session.energy(), WattHours(0));
    assert_eq!(
        session.duration_seconds(at(0)),
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
        let mut session = requested();
        let mut ended = false;
        let mut version = session.version;
        for step in steps {
            match step {
                Step::Accept => { session.accept(); }
                Step::Begin => { session.begin(7, at(1000), WattHours(500)); }
                Step::Suspend => { session.suspend(); }
                Step::Resume => { session.resume(); }
                Step::Stopping => { session.stopping(StopReason::Driver); }
                Step::Measure(second, wh) => { session.measure(&reading(second, wh)); }
                Step::Stop(second, wh) => { session.stop(end(second, wh, StopReason::Local)); }
                Step::Infer => { session.infer_end(at(3000)); }
            }
            prop_assert!(session.energy().0 >= 0);
            prop_assert!(session.version >= version, "a version never falls");
            version = session.version;
            prop_assert!(!ended || session.status == SessionStatus::Stopped, "what ended stays ended");
            ended = session.status == SessionStatus::Stopped;
        }
    }
}
