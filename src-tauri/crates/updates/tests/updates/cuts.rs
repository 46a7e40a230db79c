//! What a kill at any moment leaves (TAU-03): at each of the updater's notes, before it and behind it, and at moments in between, with
//! dpkg at work.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::machine::{BOOKS, Is, Machine, both};
use testkit::releases::Signer;

#[test]
fn a_cut_at_each_note_of_a_good_update_ends_with_the_new_version() {
    let steps = at_each_note(Is::Well, |machine, at| {
        assert_eq!(machine.version(), both("0.2.0"), "{at}");
        assert_eq!(machine.known()["floor"], "0.2.0", "{at}");
        assert_eq!(machine.restores(), 0, "{at}");
    });
    assert_eq!(
        steps,
        ["", "installing", "trying"].map(str::to_owned).into()
    );
}

#[test]
fn a_cut_at_each_note_of_one_that_is_taken_back_ends_with_the_old_one_and_one_restore() {
    let steps = at_each_note(Is::Migrating, |machine, at| {
        assert_eq!(machine.version(), both("0.1.0"), "{at}");
        assert_eq!(machine.known()["failed"], json!(["0.2.0"]), "{at}");
        assert_eq!(machine.restores(), 1, "{at}");
        assert!(machine.read(BOOKS).starts_with("schema 1\nbooks\n"), "{at}");
        assert!(machine.read(BOOKS).ends_with("a row of 0.1.0\n"), "{at}");
    });
    let all = [
        "",
        "installing",
        "trying",
        "going_back",
        "restoring",
        "back",
    ];
    assert_eq!(steps, all.map(str::to_owned).into());
}

/// Cuts at each note, before and behind it, until there are no more; gives the steps at which it fell.
fn at_each_note(is: Is, ends: impl Fn(&Machine, &str)) -> BTreeSet<String> {
    let maker = Signer::new();
    let mut steps = BTreeSet::new();
    for times in 1..50 {
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", is, &maker);
        let came_so_far = machine.struck(times);
        let step = machine.known()["underway"]["step"].clone();
        let at = format!("flush {times}, at {step}");
        if came_so_far {
            steps.insert(step.as_str().unwrap_or_default().to_owned());
            let (code, said) = machine.starts_again();
            assert_eq!(code, Some(0), "{at}: {said}");
        }
        let (code, said) = machine.run(&["--calm", "0", "install"]);
        assert!(code <= Some(2), "{at}: {said}");
        assert_eq!(machine.known()["underway"], json!(null), "{at}: {said}");
        assert!(machine.is_up(), "{at}: {:?}", machine.told());
        assert!(machine.inbox_is_empty(), "{at}: {said}");
        assert_eq!(machine.run(&["install"]), (Some(0), String::new()), "{at}");
        ends(&machine, &at);
        if !came_so_far {
            return steps;
        }
    }
    panic!("an update has some dozen notes");
}

/// 20 kills, 50 in the long form: at moments spread over the whole of an installation, dpkg and all.
#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_one() {
    let long = option_env_is("TESTKIT_LONG");
    let rounds: u32 = if long { 50 } else { 20 };
    let maker = Signer::new();
    let mut seen = [0; 2];
    // How long a whole one takes here.
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let began = Instant::now();
    assert_eq!(machine.run(&["--calm", "0", "install"]).0, Some(0));
    let whole = began.elapsed();
    for round in 0..rounds {
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", Is::Well, &maker);
        let mut updater = machine.start(&["--calm", "0", "install"]);
        let after = whole * (2 * round + 1) / (2 * rounds);
        std::thread::park_timeout(after);
        cut(&machine, &mut updater);
        let (code, said) = machine.starts_again();
        assert_eq!(code, Some(0), "after {after:?}: {said}");
        let (noted, version) = machine.version();
        assert_eq!(noted, format!("{version} installed"), "after {after:?}");
        let pages = machine.read("usr/share/forecourt/pages");
        assert!(
            pages == version.repeat(400_000),
            "after {after:?}: all of it is {version}"
        );
        seen[usize::from(version == "0.2.0")] += 1;
        // And it goes on: what was cut short comes to its end.
        let (code, said) = machine.run(&["--calm", "0", "install"]);
        assert_eq!(code, Some(0), "after {after:?}: {said}");
        assert_eq!(machine.known()["underway"], json!(null));
        assert_eq!(machine.version(), both("0.2.0"), "after {after:?}");
        assert!(machine.is_up(), "after {after:?}");
    }
    assert!(seen.iter().all(|times| *times > 0), "old and new: {seen:?}");
}

/// A power cut: all that the updater started goes with it, in whatever group or session it is.
fn cut(machine: &Machine, updater: &mut Child) {
    let mut all = vec![i32::try_from(updater.id()).expect("a process")];
    let mut stopped = 0;
    // Each is stopped before its children are asked for, so that none is missed.
    while let Some(id) = all.get(stopped).copied() {
        signal(id, Signal::STOP);
        stopped += 1;
        let mut children = Command::new("ps");
        let output = children
            .args(["-o", "pid=", "--ppid", &id.to_string()])
            .output();
        let text = output.expect("ps can be started").stdout;
        let ids = String::from_utf8_lossy(&text);
        all.extend(
            ids.split_whitespace()
                .filter_map(|id| id.parse::<i32>().ok()),
        );
    }
    for id in &all {
        signal(*id, Signal::KILL);
    }
    updater.wait().expect("it was started");
    // What it had just begun to start holds its locks until it is dead, too.
    let lock = machine.at("var/lib/forecourt-updater/lock");
    wait_for("free lock", || {
        fs::File::open(&lock).map_or(true, |file| file.try_lock().is_ok())
    });
}

fn signal(id: i32, signal: Signal) {
    if let Some(id) = Pid::from_raw(id) {
        let _ = kill_process(id, signal);
    }
}

fn wait_for(what: &str, is: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !is() {
        assert!(Instant::now() < until, "no {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how the runner says that rounds are full"
)]
fn option_env_is(name: &str) -> bool {
    std::env::var_os(name).is_some()
}
