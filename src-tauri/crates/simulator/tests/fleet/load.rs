//! A thousand charge points from one process, as an operator starts it: with the usual limit of open
//! files, and with a data folder.

use std::time::Instant;

use tokio::process::Command;

use crate::central_system::{CentralSystem, agree};

/// The most memory that a thousand charge points may take, KiB. A debug build takes a third of it.
const MOST_KIB: u64 = 200 * 1024;

/// Fewer than the sockets alone need.
const SOFT_LIMIT: &str = "512";

/// A process's resident memory in KiB and its processor time in clock ticks.
fn taken(process: u32) -> (u64, u64) {
    let read = |file: &str| {
        std::fs::read_to_string(format!("/proc/{process}/{file}")).expect("the process lives")
    };
    let status = read("status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let mut words = line.expect("a process has memory").split_whitespace();
    let kib = words.find_map(|word| word.parse().ok());
    // After the name, which may hold anything: user and system time are the 12th and 13th fields.
    let stat = read("stat");
    let fields = stat.rsplit(')').next().expect("there is a name");
    let times = fields.split_whitespace().skip(11).take(2);
    let ticks = times.filter_map(|field| field.parse::<u64>().ok()).sum();
    (kib.expect("a figure in KiB"), ticks)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_charge_points_connect_and_charge_in_one_process() {
    // The other ends of the sockets are here.
    rlimit::increase_nofile_limit(u64::MAX).expect("up to the hard limit anybody may");
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let began = Instant::now();
    let child = Command::new("sh")
        .args(["-c", "ulimit -S -n $0 && exec \"$@\"", SOFT_LIMIT])
        .arg(env!("CARGO_BIN_EXE_forecourt-simulator"))
        .args(["--count", "1000", "--meter-interval", "5s"])
        .args(["--url", &central.url, "--data-dir"])
        .arg(folder.path())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary was built with this test");
    let process = child.id().expect("it runs");
    let (mut connected, mut charging) = (0, 0);
    while connected < 1000 || charging < 1000 {
        let heard = central.next().await;
        charging += i32::from(heard.payload["status"] == "Charging");
        if heard.action == "connected" {
            connected += 1;
            if connected == 1000 {
                println!("all connected after {:?}", began.elapsed());
            }
        }
    }
    let (kib, ticks) = taken(process);
    println!(
        "all charging after {:?}: {kib} KiB, {ticks} ticks",
        began.elapsed()
    );
    assert!(kib < MOST_KIB, "{kib} KiB");
    for _ in 0..500 {
        central.next_of("MeterValues").await;
    }
    let (kib, ticks) = taken(process);
    println!(
        "500 readings after {:?}: {kib} KiB, {ticks} ticks",
        began.elapsed()
    );
    assert!(kib < MOST_KIB, "{kib} KiB");
}
