//! What keeps a fleet from looking like one charge point: cars that differ and come at different times.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use simulator::{Fleet, FleetConfig};

use crate::central_system::{CentralSystem, Heard, agree};
use crate::charging::{charging, sampled, told};

#[tokio::test]
async fn every_reading_tells_how_full_the_battery_is_and_it_only_fills() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let fleet = Fleet::start(charging(&central.url)).expect("the settings work");
    let mut percents = Vec::new();
    loop {
        let heard = central.next().await;
        match heard.action.as_str() {
            "MeterValues" => percents.push(sampled(&heard.payload, "SoC")),
            "StopTransaction" => break,
            _ => {}
        }
    }
    assert!(
        percents.len() > 1,
        "several readings in a charge: {percents:?}"
    );
    assert!(
        percents.is_sorted(),
        "a charging battery fills: {percents:?}"
    );
    assert!(
        percents.first() < percents.last(),
        "and is fuller at the end: {percents:?}"
    );
    assert!(
        percents.iter().all(|percent| (0..=100).contains(percent)),
        "{percents:?}"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn four_charge_points_draw_four_different_powers_and_none_beyond_its_maximum() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let config = FleetConfig {
        count: 4,
        max_power_w: 22_000,
        // So long that every reading stands at the careful beginning of the curve.
        charge_time: Duration::from_hours(24),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut powers: BTreeMap<String, i32> = BTreeMap::new();
    while powers.len() < 4 {
        let heard = central.next_of("MeterValues").await;
        powers.insert(heard.path, sampled(&heard.payload, "Power.Active.Import"));
    }
    let different: BTreeSet<_> = powers.values().collect();
    assert_eq!(different.len(), 4, "no two bays in step: {powers:?}");
    assert!(
        powers.values().all(|power| (1..=22_000).contains(power)),
        "{powers:?}"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_staggered_fleet_begins_its_first_charges_one_after_the_other() {
    let stagger = Duration::from_millis(400);
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let config = FleetConfig {
        count: 3,
        stagger,
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut booted = BTreeMap::new();
    let mut started = BTreeMap::new();
    while started.len() < 3 {
        let heard = central.next().await;
        let status_of_all = heard.payload["connectorId"] == 0;
        match heard.action.as_str() {
            "StatusNotification" if status_of_all => {
                booted.insert(heard.path.clone(), time(&heard))
            }
            "StartTransaction" if !started.contains_key(&heard.path) => {
                started.insert(heard.path.clone(), time(&heard))
            }
            _ => None,
        };
    }
    for (order, (path, start)) in (0..).zip(&started) {
        let waited = start.duration_since(booted[path]);
        // Half of one stagger is left for the moment between the boot's answer and the status.
        let least = (stagger * order).saturating_sub(stagger / 2);
        assert!(
            waited.as_millis() >= i128::try_from(least.as_millis()).expect("a second is short"),
            "{path} began {waited:?} after its boot, its turn came after {:?}",
            stagger * order
        );
    }
    fleet.stop().await;
}

/// The charge point's own time of a message.
fn time(heard: &Heard) -> jiff::Timestamp {
    let text = heard.payload["timestamp"].as_str();
    let time = text.expect("the message is dated").parse();
    time.expect("times are RFC 3339")
}

#[tokio::test]
async fn a_charge_point_whose_turn_has_not_come_is_there_and_free() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let config = FleetConfig {
        count: 2,
        stagger: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    let mut waiting = Vec::new();
    let mut charges = 0;
    while charges < 3 || waiting.len() < 4 {
        let heard = central.next().await;
        match heard.path.as_str() {
            "/ocpp/SIM-0002" => waiting.push(told(&heard)),
            _ if heard.action == "StartTransaction" => charges += 1,
            _ => {}
        }
    }
    let expected = [
        "connected",
        "BootNotification",
        "StatusNotification 0 Available",
        "StatusNotification 1 Available",
    ];
    assert_eq!(
        waiting, expected,
        "it waits while the first one, whose turn was at once, charges again and again"
    );
    assert_eq!(
        fleet.stop().await.connected,
        2,
        "and stops without waiting for its turn"
    );
}
