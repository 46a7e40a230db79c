//! `forecourt-updater`: what it installs, from where, and what else is installed beside it.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::machine::{BOOKS, INBOX, Is, Machine, SERVICE, both, done, said};
use testkit::releases::Signer;

#[test]
fn a_signed_package_is_installed_and_the_books_are_copied_while_nothing_runs() {
    let maker = Signer::new();
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
    let copy = "schema 1\nbooks\na row of 0.1.0\n";
    assert_eq!(machine.read("var/lib/forecourt/before-0.2.0.db"), copy);
    assert_eq!(machine.read(BOOKS), format!("{copy}a row of 0.2.0\n"));
    assert_eq!(
        machine.read("var/lib/forecourt/copied-by"),
        "4242\n",
        "not as root, and beside nobody"
    );
    let orders = ["--no-block start", "stop", "--no-block start"];
    assert_eq!(
        machine.told(),
        orders.map(|order| format!("{order} {SERVICE}"))
    );
    assert!(machine.inbox_is_empty());
    // Nothing to do is no fault.
    assert_eq!(machine.run(&["install"]), (Some(0), String::new()));
    assert_eq!(machine.run(&["resume"]), (Some(0), String::new()));
    // Nor is what is here already: it is taken away.
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(machine.run(&["install"]), (Some(0), String::new()));
    assert!(machine.inbox_is_empty());
}

#[test]
fn a_stick_is_as_good_as_the_net_and_stays_as_it_is() {
    let maker = Signer::new();
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
fn another_dpkg_at_work_is_waited_for_and_is_no_fault_of_the_package() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let before = machine.told();
    let held = machine.hold_dpkg();
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(75) && said.contains("being installed"),
        "{said}"
    );
    assert_eq!(machine.version(), both("0.1.0"));
    assert_eq!(
        machine.known(),
        json!({ "floor": null, "failed": [], "underway": null })
    );
    assert_eq!(machine.told(), before, "nothing is stopped for it");
    // It lies there still; and it is let in as soon as the other one is done.
    let mut updater = machine.start(&["--lock", "60", "install"]);
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        std::thread::park_timeout(Duration::from_millis(100));
        let ended = updater.try_wait().expect("it was started");
        assert_eq!(ended, None, "it waits");
    }
    drop(held);
    assert_eq!(updater.wait().expect("it was started").code(), Some(0));
    assert_eq!(machine.version(), both("0.2.0"));
}

#[test]
fn another_packages_fault_is_not_ours() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    // It wants to hear of our files, and fails when it does.
    let folder = machine.at("build-other/DEBIAN");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let about =
        "Package: other\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: x\n";
    let postinst = "#!/bin/sh\n[ \"$1\" != triggered ]\n";
    for (name, text, mode) in [
        ("control", about, 0o644),
        ("triggers", "interest /usr/share/forecourt\n", 0o644),
        ("postinst", postinst, 0o755),
    ] {
        fs::write(folder.join(name), text).expect("it can be written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(folder.join(name), mode).expect("it is ours");
    }
    let other = machine.at("other.deb");
    let mut build = Command::new("dpkg-deb");
    done(
        build
            .args(["--build"])
            .arg(machine.at("build-other"))
            .arg(&other),
    );
    machine.dpkg(&other);
    machine.offer("0.2.0", Is::Well, &maker);
    let (code, said) = machine.run(&["install"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("installed all the same"),
        "dpkg said no: {said}"
    );
    assert_eq!(machine.version().1, "0.2.0");
}

/// An admin whose files are nobody else's to read, and a machine whose dpkg leaves papers out.
#[test]
fn the_way_back_from_a_first_update_is_made_whatever_umask_and_dpkg_leave_out() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.remove("usr/share/doc/forecourt/papers");
    machine.offer("0.2.0", Is::Dead, &maker);
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 077; exec \"$@\"", "sh"]);
    let updater = machine.updater(&["install"]);
    shell.arg(updater.get_program()).args(updater.get_args());
    for (name, value) in updater.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let output = shell.output().expect("it can be started");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(machine.version(), both("0.1.0"));
    let about = fs::metadata(machine.at("usr/share/forecourt")).expect("it is there");
    let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions());
    assert_eq!(mode & 0o777, 0o755, "everybody reads what is installed");
    assert_eq!(
        machine.read("usr/share/forecourt/pages"),
        "0.1.0".repeat(400_000)
    );
}

#[test]
fn a_new_key_comes_with_a_release_that_the_old_one_signed() {
    let (old, new) = (Signer::new(), Signer::new());
    let machine = Machine::with("0.1.0", &old.key());
    machine.offer("0.2.0", Is::Well, &new);
    assert_eq!(
        machine.run(&["install"]).0,
        Some(2),
        "nobody knows the new key yet"
    );
    let turn = |version: &str, signer: &Signer, keys: &str| {
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
