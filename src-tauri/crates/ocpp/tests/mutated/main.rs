//! Mutated frames through everything that reads what a charger sends (FLT-09), the socket aside: nothing panics, and
//! what a CALL deserves as an answer is a frame. The gateway's tests send them a real socket, in smaller numbers.
//!
//! Planted once and seen red: our words about a mistake cut by bytes, not by characters (`payload.rs`).

use std::thread;
use std::time::Instant;

use ocpp::action::{self, Action, Meaning, Sender, V16};
use ocpp::v16;
use ocpp::{CallError, Frame, RawValue, Version, decode, frame, payload};
use testkit::frame_mutator::messages;
use testkit::{Dice, Mutator};

const V: Version = Version::V1_6;
/// Each on a core of its own.
const THREADS: u32 = 2;

/// What became of the frames.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    not_utf8: u32,
    no_frame: u32,
    no_action: u32,
    refused: u32,
    read: u32,
    answers: u32,
}

/// Names the frame that makes a reader panic.
struct Told<'a>(&'a str);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let shown: String = self.0.chars().take(2_000).collect();
            println!("read when it panicked: {shown}");
        }
    }
}

impl Tally {
    fn take(&mut self, bytes: Vec<u8>) {
        let Ok(text) = String::from_utf8(bytes) else {
            self.not_utf8 += 1;
            return;
        };
        let _told = Told(&text);
        let text = frame::without_nul(&text);
        match frame::parse(&text, V) {
            Err(fault) => {
                self.no_frame += 1;
                let sound = fault
                    .answer
                    .is_none_or(|answer| frame::parse(&answer, V).is_ok());
                assert!(sound, "an answer is a frame");
            }
            Ok(Frame::Call {
                action, payload, ..
            }) => self.call(&action, &payload),
            Ok(Frame::CallResult { payload, .. }) => {
                self.answers += 1;
                for action in Action::all(V).filter(|action| action.sender() != Sender::Charger) {
                    let _ = payload::check_response(V, action.name(), &payload);
                }
            }
            Ok(_) => self.answers += 1,
        }
    }

    fn call(&mut self, name: &str, payload: &RawValue) {
        // As a request of ours, too: an operator may type one.
        let _ = payload::check_request(V, name, payload);
        let Meaning::Action(Action::V16(action)) = action::from_charger(V, name) else {
            self.no_action += 1;
            return;
        };
        match read(action, payload) {
            Ok(()) => self.read += 1,
            Err(error) => {
                self.refused += 1;
                let id = ocpp::MessageId::from_wire("m-1");
                let answer = frame::print_error(&id, &error, V);
                assert!(
                    frame::parse(&answer, V).is_ok(),
                    "an answer is a frame: {answer}"
                );
            }
        }
    }
}

/// As the gateway's adapters read them.
fn read(action: V16, payload: &RawValue) -> Result<(), CallError> {
    match action {
        V16::Authorize => decode::<v16::AuthorizeRequest>(payload).map(drop),
        V16::BootNotification => decode::<v16::BootNotificationRequest>(payload).map(drop),
        V16::DataTransfer => decode::<v16::DataTransferRequest>(payload).map(drop),
        V16::DiagnosticsStatusNotification => {
            decode::<v16::DiagnosticsStatusNotificationRequest>(payload).map(drop)
        }
        V16::FirmwareStatusNotification => {
            decode::<v16::FirmwareStatusNotificationRequest>(payload).map(drop)
        }
        V16::Heartbeat => decode::<v16::HeartbeatRequest>(payload).map(drop),
        V16::LogStatusNotification => {
            decode::<v16::LogStatusNotificationRequest>(payload).map(drop)
        }
        V16::MeterValues => decode::<v16::MeterValuesRequest>(payload).map(drop),
        V16::SecurityEventNotification => {
            decode::<v16::SecurityEventNotificationRequest>(payload).map(drop)
        }
        V16::SignCertificate => decode::<v16::SignCertificateRequest>(payload).map(drop),
        V16::SignedFirmwareStatusNotification => {
            decode::<v16::SignedFirmwareStatusNotificationRequest>(payload).map(drop)
        }
        V16::StartTransaction => decode::<v16::StartTransactionRequest>(payload).map(drop),
        V16::StatusNotification => decode::<v16::StatusNotificationRequest>(payload).map(drop),
        V16::StopTransaction => decode::<v16::StopTransactionRequest>(payload).map(drop),
        other => panic!("{other} is not read here"),
    }
}

#[test]
fn however_a_frame_is_mutated_no_reader_panics() {
    let frames = testkit::rounds(200_000, 10_000_000);
    let began = Instant::now();
    let mut dice = Dice::thrown();
    let series = [(); THREADS as usize].map(|()| {
        let mut mutator = Mutator::new(Dice::new(dice.bits()));
        thread::spawn(move || {
            let mut tally = Tally::default();
            for _ in 0..frames / THREADS {
                tally.take(mutator.text());
            }
            tally
        })
    });
    for tally in series {
        let tally = tally.join().expect("no frame makes a reader panic");
        println!("{tally:?} after {:?}", began.elapsed());
        let Tally {
            not_utf8,
            no_frame,
            no_action,
            refused,
            read,
            answers,
        } = tally;
        // Else they would not reach what they are for.
        for part in [not_utf8, no_frame, no_action, refused, read, answers] {
            assert!(
                part > frames / THREADS / 100,
                "a hundredth of each kind: {tally:?}"
            );
        }
    }
}

#[test]
fn the_frames_that_are_mutated_are_valid_and_of_every_action() {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).expect("JSON");
    for (all, central) in [
        (messages::FROM_CHARGERS, false),
        (messages::FROM_CENTRAL, true),
    ] {
        for (name, payload) in all {
            let read = payload::transcode(V, name, payload::Kind::Request, &raw(payload));
            read.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
        let ours = |sender| sender == Sender::Both || (sender == Sender::Central) == central;
        let mut expect: Vec<_> = Action::all(V)
            .filter(|action| ours(action.sender()))
            .map(Action::name)
            .collect();
        let mut names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        expect.sort_unstable();
        names.sort_unstable();
        assert_eq!(names, expect, "every action once");
    }
}
