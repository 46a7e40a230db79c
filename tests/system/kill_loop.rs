//! A gateway that is killed again and again while chargers charge: what it acknowledged is stored, once, and every
//! charge comes out at what its charger measured (FLT-01, FLT-02, DB-03). Ten kills; the rows speak of 200.
//!
//! Planted once and seen red: answered before the commit (`group_commit.rs`). The rig itself is lied to at the end.

use std::path::Path;
use std::time::Duration;

use simulator::truth::{Action, Entry};
use simulator::{Fleet, FleetConfig, Scenario, truth};
use testkit::port::Port;
use testkit::{Postgres, Program, wait_until};

use crate::invariants::look;
use crate::site::{FleetAccess, Site};

const KILLS: u64 = 10;
const CHARGERS: u32 = 8;
/// Far above what a gateway takes to start and chargers to come back.
const LIMIT: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_gateway_acknowledged_is_stored_and_every_charge_is_true() {
    kill_again_and_again(Site::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgresql_too_what_a_killed_gateway_acknowledged_is_stored() {
    let server = Postgres::start().await;
    kill_again_and_again(Site::in_database(server.database_url("killed").await).await).await;
}

async fn kill_again_and_again(site: Site) {
    let FleetAccess { password, id_tags } = site.add_fleet("SIM-", CHARGERS).await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let door = Port::lease();
    let ocpp = format!("127.0.0.1:{}", door.number());
    let fleet = Fleet::start(FleetConfig {
        count: CHARGERS,
        password: Some(password),
        id_tags,
        scenario: Scenario::Busy,
        meter_interval: Duration::from_millis(100),
        charge_time: Duration::from_secs(2),
        rest_time: Duration::from_millis(200),
        call_timeout: Duration::from_secs(5),
        retry_interval: Duration::from_millis(100),
        // Nothing is given up here: what is not acknowledged stays owed.
        transaction_attempts: u32::MAX,
        data_dir: Some(folder.path().to_owned()),
        ..FleetConfig::new(format!("ws://{ocpp}/ocpp"))
    })
    .expect("the settings work");

    for kill in 1..=KILLS {
        let mut gateway = serve(&site, &ocpp).await;
        let before = fleet.summary().meter_values;
        // Another moment each time, in the middle of things.
        let more = 20 + 13 * kill;
        let busy = wait_until(LIMIT, async || {
            (fleet.summary().meter_values >= before + more).then_some(())
        });
        busy.await.expect("chargers come back and go on");
        gateway.kill();
    }
    let mut gateway = serve(&site, &ocpp).await;
    let before = fleet.summary();
    let calm = wait_until(LIMIT, async || {
        let now = fleet.summary();
        let all = before.transactions_stopped + u64::from(CHARGERS);
        (now.transactions_stopped >= all).then_some(())
    });
    calm.await.expect("what was owed is delivered");
    let summary = fleet.stop().await;
    assert_eq!(gateway.terminate().await, 0, "the last one ends in order");

    let entries = truth::read(folder.path().join(truth::FILE_NAME)).expect("a sound truth file");
    let findings = look(&site.database_url(), &entries)
        .await
        .expect("it can be looked at");
    assert_eq!(findings.violations, Vec::<String>::new(), "{summary:?}");
    assert!(findings.acknowledged > 500, "much was told: {findings:?}");
    assert!(findings.ended > 20, "many charges ended: {findings:?}");
    for (lie, told) in lies(&entries) {
        let findings = look(&site.database_url(), &lie)
            .await
            .expect("it can be looked at");
        let found = findings.violations.iter().any(|one| one.contains(told));
        assert!(found, "{told}: {:?}", findings.violations);
    }
}

/// The truth with one thing in it that is not so, and what must be said of it.
fn lies(entries: &[Entry]) -> Vec<(Vec<Entry>, &'static str)> {
    let mut reading = entries.to_vec();
    let mut energy = entries.to_vec();
    let mut transaction = entries.to_vec();
    let mut forgotten = entries.to_vec();
    let measured = reading.iter_mut().find_map(|entry| match entry {
        Entry::Acknowledged(said) if said.action == Action::MeterValues => Some(said),
        _ => None,
    });
    measured.expect("readings were told").timestamp += Duration::from_millis(1);
    let ended = energy.iter_mut().find_map(|entry| match entry {
        Entry::Ended(said) => Some(said),
        Entry::Acknowledged(_) => None,
    });
    ended.expect("charges ended").energy_wh += 1;
    let first = transaction.iter_mut().find_map(|entry| match entry {
        Entry::Acknowledged(said) => Some(said),
        Entry::Ended(_) => None,
    });
    first.expect("messages were told").transaction_id += 1;
    let number = |entry: &Entry| match entry {
        Entry::Acknowledged(said) => said.transaction_id,
        Entry::Ended(said) => said.transaction_id,
    };
    let one = forgotten.first().map(number);
    forgotten.retain(|entry| Some(number(entry)) != one);
    vec![
        (reading, "acknowledged and not stored"),
        (energy, "not what the charger measured"),
        (transaction, "has several transactions"),
        (forgotten, "knows nothing of"),
    ]
}

async fn serve(site: &Site, ocpp: &str) -> Program {
    let mut arguments = site.arguments();
    let doors = [
        "--headless",
        "--listen",
        "127.0.0.1:0",
        "--ocpp-listen",
        ocpp,
    ];
    arguments.extend(doors.map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Program::start(Path::new(env!("CARGO_BIN_EXE_forecourt")), &arguments, &[]).await
}
