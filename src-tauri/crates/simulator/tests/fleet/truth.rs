//! The truth file against what the central system heard and answered.

use std::time::Duration;

use ocpp::ErrorCode;
use serde_json::json;
use simulator::truth::{self, Acknowledged, Action, Ended, Entry};
use simulator::{Fleet, FleetConfig};

use crate::central_system::{Answer, CentralSystem, Heard, PATIENCE, agree};
use crate::charging::{charging, sampled};
use crate::queue::time;

/// One charge; then the entries of its truth file, and what the central system heard.
async fn one_charge(
    call_timeout: Duration,
    conduct: impl Fn(&str) -> Answer + Send + Sync + 'static,
) -> (Vec<Entry>, Vec<Heard>) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut central = CentralSystem::start(move |action, _| conduct(action)).await;
    let config = FleetConfig {
        rest_time: Duration::from_hours(1),
        retry_interval: Duration::from_millis(10),
        call_timeout,
        data_dir: Some(folder.path().to_owned()),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut heard = Vec::new();
    while heard
        .last()
        .is_none_or(|heard: &Heard| heard.action != "StopTransaction")
    {
        heard.push(central.next().await);
    }
    fleet.stop().await;
    heard.extend(central.rest());
    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("it reads");
    (entries, heard)
}

fn acknowledged(entries: &[Entry]) -> Vec<&Acknowledged> {
    let mut known = Vec::new();
    for entry in entries {
        if let Entry::Acknowledged(message) = entry {
            known.push(message);
        }
    }
    known
}

fn ended(entries: &[Entry]) -> Vec<&Ended> {
    let mut charges = Vec::new();
    for entry in entries {
        if let Entry::Ended(charge) = entry {
            charges.push(charge);
        }
    }
    charges
}

#[tokio::test]
async fn every_acknowledged_message_stands_in_it_and_the_charge_with_its_energy() {
    let (entries, heard) = one_charge(PATIENCE, agree).await;
    let known = acknowledged(&entries);
    let sent: Vec<_> = heard
        .iter()
        .filter(|heard| {
            ["StartTransaction", "MeterValues", "StopTransaction"].contains(&&*heard.action)
        })
        .collect();
    assert!(sent.len() > 3);
    assert_eq!(known.len(), sent.len(), "{entries:?}");
    for (known, sent) in known.iter().zip(&sent) {
        assert_eq!(known.message_id, sent.id);
        assert_eq!((known.identity.as_str(), known.connector), ("SIM-0001", 1));
        assert_eq!(known.timestamp, time(&sent.payload));
        assert_eq!(known.id_tag, "SIMULATOR");
        assert_eq!(known.transaction_id, 7);
        assert_eq!(known.charge, entries_charge(&entries));
        assert!(known.acknowledged_at >= known.timestamp);
        let register = match known.action {
            Action::StartTransaction => sent.payload["meterStart"].clone(),
            Action::MeterValues => sampled(&sent.payload, "Energy.Active.Import.Register").into(),
            Action::StopTransaction => sent.payload["meterStop"].clone(),
        };
        assert_eq!(json!(known.register_wh), register);
    }
    let charge = ended(&entries)[0];
    let (start, stop) = (&sent[0].payload, &sent[sent.len() - 1].payload);
    assert_eq!(json!(charge.meter_start_wh), start["meterStart"]);
    assert_eq!(json!(charge.meter_stop_wh), stop["meterStop"]);
    assert_eq!(
        charge.energy_wh,
        charge.meter_stop_wh - charge.meter_start_wh
    );
    assert!(
        charge.energy_wh > 0 && charge.stop_acknowledged,
        "{charge:?}"
    );
    assert_eq!(charge.reason, "EVDisconnected");
    assert_eq!(
        (charge.started_at, charge.stopped_at),
        (time(start), time(stop))
    );
}

fn entries_charge(entries: &[Entry]) -> uuid::Uuid {
    ended(entries)[0].charge
}

#[tokio::test]
async fn what_was_not_acknowledged_does_not_stand_in_it() {
    let (entries, _) = one_charge(Duration::from_millis(100), |action| match action {
        "StartTransaction" => Answer::Error(ErrorCode::InternalError),
        "MeterValues" => Answer::Silence,
        _ => agree(action),
    })
    .await;
    let known = acknowledged(&entries);
    let actions: Vec<_> = known.iter().map(|known| known.action).collect();
    assert_eq!(actions, [Action::StopTransaction]);
    assert_eq!(known[0].transaction_id, -1);
    assert_eq!(ended(&entries)[0].transaction_id, -1);
}

#[tokio::test]
async fn a_stop_that_was_given_up_is_said_to_be() {
    let (entries, _) = one_charge(PATIENCE, |action| match action {
        "StopTransaction" => Answer::Error(ErrorCode::InternalError),
        _ => agree(action),
    })
    .await;
    let charge = ended(&entries)[0];
    assert!(!charge.stop_acknowledged, "{charge:?}");
    let known = acknowledged(&entries);
    assert!(
        known
            .iter()
            .all(|known| known.action != Action::StopTransaction)
    );
}
