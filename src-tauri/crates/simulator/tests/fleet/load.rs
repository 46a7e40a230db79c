//! A thousand charge points from one process.

use std::time::{Duration, Instant};

use simulator::{Fleet, FleetConfig, Scenario};

use crate::central_system::{CentralSystem, agree};
use crate::charging::charging;

/// The most of a machine's memory that a thousand charge points and their central system may take, KiB.
const MOST_KIB: u64 = 400 * 1024;

/// The process's resident memory, KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let mut words = line.expect("a process has memory").split_whitespace();
    let kib = words.find_map(|word| word.parse().ok());
    kib.expect("in KiB")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_charge_points_connect_and_charge_in_one_process() {
    simulator::allow_many_open_files();
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let config = FleetConfig {
        count: 1000,
        scenario: Scenario::Charge,
        meter_interval: Duration::from_secs(10),
        charge_time: Duration::from_hours(1),
        data_dir: Some(folder.path().to_owned()),
        ..charging(&central.url)
    };
    let before = resident_kib();
    let began = Instant::now();
    let fleet = Fleet::start(config).expect("the settings work");
    let (mut connected, mut charging) = (0, 0);
    while charging < 1000 {
        let heard = central.next().await;
        connected += i32::from(heard.action == "connected");
        charging += i32::from(heard.payload["status"] == "Charging");
        if connected == 1000 && heard.action == "connected" {
            println!("all connected after {:?}", began.elapsed());
        }
    }
    let resident = resident_kib();
    println!(
        "all charging after {:?}; {resident} KiB, {before} KiB before",
        began.elapsed()
    );
    assert!(resident < MOST_KIB, "{resident} KiB");
    assert_eq!(fleet.summary().connected, 1000);
    drop(fleet);
}
