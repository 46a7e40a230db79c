//! `forecourt-updater`: what it installs, refuses and takes back, and what a kill at any moment leaves (TAU-03).

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;

use crate::machine::{INBOX, Is, Machine, is_empty};
use crate::maker::Maker;

fn both(version: &str) -> (String, String) {
    (format!("{version} installed"), version.to_owned())
}

#[test]
fn a_signed_package_is_installed_and_the_books_are_copied_first() {
    let maker = Maker::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(
        machine.run(&["install"]),
        (Some(0), "0.2.0 is here and ready\n".to_owned())
    );
    assert_eq!(machine.version(), both("0.2.0"));
    assert_eq!(
        machine.known(),
        json!({ "floor": "0.2.0", "failed": [], "underway": null })
    );
    assert_eq!(machine.read("var/lib/forecourt/before-0.2.0.db"), "books");
    assert_eq!(
        machine.read("var/lib/forecourt/copied-by"),
        "4242\n",
        "not as root"
    );
    assert!(is_empty(&machine.at(INBOX)));
    // Nothing to do is no fault.
    assert_eq!(machine.run(&["install"]), (Some(0), String::new()));
    assert_eq!(machine.run(&["resume"]), (Some(0), String::new()));
}

#[test]
fn a_stick_is_as_good_as_the_net_and_stays_as_it_is() {
    let maker = Maker::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let stick = machine.at("stick");
    fs::rename(machine.at(INBOX), &stick).expect("one device");
    let words = ["install", "--from", stick.to_str().expect("a plain path")];
    assert_eq!(machine.run(&words).0, Some(0));
    assert_eq!(machine.version(), both("0.2.0"));
    assert!(stick.join("latest.json").exists() && stick.join("Forecourt_0.2.0_amd64.deb").exists());
    // The same stick again: nothing newer is on it.
    let (code, said) = machine.run(&words);
    assert!(code == Some(2) && said.contains("not newer"), "{said}");
}

#[test]
fn what_is_not_signed_never_reaches_dpkg() {
    let (maker, stranger) = (Maker::new(), Maker::new());
    let machine = Machine::with("0.1.0", &maker.key());
    let refused = |reason: &str| {
        let (code, said) = machine.run(&["install"]);
        assert!(code == Some(2) && said.contains(reason), "{reason}: {said}");
        assert_eq!(machine.version(), both("0.1.0"), "{reason}");
        assert_eq!(machine.known()["underway"], json!(null), "{reason}");
        assert!(
            is_empty(&machine.at(INBOX)),
            "{reason}: it is looked at once"
        );
    };
    machine.offer("0.2.0", Is::Well, &stranger);
    refused("none of the keys");
    // One's signature under another's package.
    let bytes = fs::read(machine.package("0.2.0", Is::Well, &maker.key())).expect("it was built");
    machine.lay("0.2.0", &bytes, &maker.sign(b"something else", "0.2.0"));
    refused("not what was signed");
    // Signed under another number than the one that is in it.
    machine.lay("0.3.0", &bytes, &maker.sign(&bytes, "0.3.0"));
    refused("the package is forecourt 0.2.0 amd64, not forecourt 0.3.0 amd64");
    // No package beside its feed, and a link in its place.
    machine.offer("0.2.0", Is::Well, &maker);
    let package = machine.at(INBOX).join("Forecourt_0.2.0_amd64.deb");
    fs::remove_file(&package).expect("it was laid there");
    refused("No such file");
    machine.lay("0.2.0", &bytes, &maker.sign(&bytes, "0.2.0"));
    fs::remove_file(&package).expect("it was laid there");
    symlink(machine.at("Forecourt_0.2.0_amd64.deb"), &package).expect("a link can be made");
    refused("symbolic links");
    machine.write(&format!("{INBOX}/latest.json"), "{");
    refused("cannot be read");
}

#[test]
fn keys_that_others_could_write_do_not_count() {
    let maker = Maker::new();
    let machine = Machine::with("0.1.0", &maker.key());
    let keys = machine.at("usr/share/forecourt/update-keys");
    let loose = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    fs::set_permissions(keys, loose).expect("it is ours");
    machine.offer("0.2.0", Is::Well, &maker);
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(2) && said.contains("by others than root"),
        "{said}"
    );
    assert_eq!(machine.version(), both("0.1.0"));
}

#[test]
fn what_does_not_get_ready_is_taken_back_and_not_tried_again() {
    for is in [Is::Dead, Is::Spoiling, Is::Unfit] {
        let maker = Maker::new();
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", is, &maker);
        let (code, said) = machine.run(&["--wait", "1", "install"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("0.2.0 did not get ready: 0.1.0 is back"),
            "{said}"
        );
        assert_eq!(machine.version(), both("0.1.0"));
        let script = machine.read("var/lib/dpkg/info/forecourt.postinst");
        assert_eq!(script, "#!/bin/sh\nexit 0\n", "all of the old one is back");
        let books = machine.read("var/lib/forecourt/forecourt.db");
        assert_eq!(books.trim(), "books");
        assert_eq!(
            machine.known(),
            json!({ "floor": null, "failed": ["0.2.0"], "underway": null })
        );
        machine.offer("0.2.0", Is::Well, &maker);
        let (code, said) = machine.run(&["install"]);
        assert!(code == Some(2) && said.contains("was tried here"), "{said}");
        // The next one mends it.
        machine.offer("0.2.1", Is::Well, &maker);
        assert_eq!(machine.run(&["install"]).0, Some(0));
        assert_eq!(machine.version(), both("0.2.1"));
    }
}

#[test]
fn another_dpkg_at_work_is_no_fault_of_the_package() {
    let maker = Maker::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let held = machine.hold_dpkg();
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(2) && said.contains("lock"), "{said}");
    drop(held);
    assert_eq!(machine.version(), both("0.1.0"));
    assert_eq!(
        machine.known(),
        json!({ "floor": null, "failed": [], "underway": null })
    );
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(machine.run(&["install"]).0, Some(0));
}

#[test]
fn a_start_of_the_machine_counts_as_a_try() {
    let maker = Maker::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Dead, &maker);
    let mut updater = machine.start(&["install"]);
    wait_for("0.2.0 to be tried", || {
        machine.known()["underway"]["step"] == "trying"
    });
    cut(&machine, &mut updater);
    // The first start: services may still get ready. The second: they did not.
    assert_eq!(machine.run(&["resume"]).0, Some(0));
    assert_eq!(machine.version(), both("0.2.0"));
    assert_eq!(machine.run(&["resume"]).0, Some(0));
    assert_eq!(machine.version(), both("0.1.0"));
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(1) && said.contains("0.1.0 is back"), "{said}");
    assert_eq!(machine.known()["failed"], json!(["0.2.0"]));
}

#[test]
fn a_new_key_comes_with_a_release_that_the_old_one_signed() {
    let (old, new) = (Maker::new(), Maker::new());
    let machine = Machine::with("0.1.0", &old.key());
    machine.offer("0.2.0", Is::Well, &new);
    assert_eq!(
        machine.run(&["install"]).0,
        Some(2),
        "nobody knows the new key yet"
    );
    let turn = |version: &str, signer: &Maker, keys: &str| {
        let package = machine.package(version, Is::Well, keys);
        let bytes = fs::read(package).expect("it was built");
        machine.lay(version, &bytes, &signer.sign(&bytes, version));
        machine.run(&["install"]).0
    };
    let both_keys = format!("{}\n{}", old.key(), new.key());
    assert_eq!(turn("0.2.0", &old, &both_keys), Some(0));
    assert_eq!(turn("0.3.0", &new, &new.key()), Some(0));
    assert_eq!(
        turn("0.4.0", &old, &old.key()),
        Some(2),
        "the old key is over"
    );
    assert_eq!(machine.version(), both("0.3.0"));
}

/// 20 kills, 50 in the long form: at moments spread over the whole of an installation.
#[test]
fn a_kill_at_any_moment_leaves_the_old_or_the_new_one() {
    let long = option_env_is("TESTKIT_LONG");
    let rounds: u32 = if long { 50 } else { 20 };
    let maker = Maker::new();
    let mut seen = [0; 2];
    // How long a whole one takes here.
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let began = std::time::Instant::now();
    assert_eq!(machine.run(&["install"]).0, Some(0));
    let whole = began.elapsed();
    for round in 0..rounds {
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", Is::Well, &maker);
        let mut updater = machine.start(&["install"]);
        let after = whole * (2 * round + 1) / (2 * rounds);
        std::thread::park_timeout(after);
        cut(&machine, &mut updater);
        let (code, said) = machine.run(&["resume"]);
        assert_eq!(code, Some(0), "after {after:?}: {said}");
        let (noted, version) = machine.version();
        assert_eq!(noted, format!("{version} installed"), "after {after:?}");
        let pages = machine.read("usr/share/forecourt/pages");
        assert!(
            pages == version.repeat(400_000),
            "after {after:?}: all of it is {version}"
        );
        // And it goes on: what was cut short comes to its end.
        let (code, said) = machine.run(&["install"]);
        assert_eq!(code, Some(0), "after {after:?}: {said}");
        assert_eq!(machine.known()["underway"], json!(null));
        seen[usize::from(version == "0.2.0")] += 1;
    }
    assert!(seen.iter().all(|times| *times > 0), "old and new: {seen:?}");
}

/// A power cut: all that the updater started goes with it.
fn cut(machine: &Machine, updater: &mut std::process::Child) {
    let id = i32::try_from(updater.id()).ok().and_then(Pid::from_raw);
    let _ = kill_process_group(id.expect("a process"), Signal::KILL);
    updater.wait().expect("it was started");
    // What it had just begun to start holds its lock until it is dead, too.
    let lock = machine.at("var/lib/forecourt-updater/lock");
    wait_for("free lock", || {
        fs::File::open(&lock).map_or(true, |file| file.try_lock().is_ok())
    });
}

fn wait_for(what: &str, is: impl Fn() -> bool) {
    let until = std::time::Instant::now() + Duration::from_secs(30);
    while !is() {
        assert!(std::time::Instant::now() < until, "no {what}");
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
