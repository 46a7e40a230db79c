//! Going back: when, on which database, and that what was charged since is not lost for nothing.

use serde_json::json;

use crate::machine::{BOOKS, Is, Machine, SERVICE, both, done};
use testkit::releases::Signer;

/// What the books are after those rows.
fn books(rows: &[&str]) -> String {
    let rows = rows.iter().flat_map(|of| ["a row of ", *of, "\n"]);
    let rows: String = rows.collect();
    format!("schema 1\nbooks\n{rows}")
}

#[test]
fn what_does_not_get_ready_is_taken_back_and_not_tried_again() {
    for is in [
        Is::Dead,
        Is::Flapping,
        Is::Migrating,
        Is::Emptying,
        Is::Unfit,
    ] {
        let maker = Signer::new();
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", is, &maker);
        let (code, said) = machine.run(&["install"]);
        assert_eq!(code, Some(1), "{is:?}: {said}");
        assert!(
            said.ends_with("0.2.0 did not get ready: 0.1.0 is back, and ready\n"),
            "{is:?}: {said}"
        );
        assert_eq!(machine.version(), both("0.1.0"));
        let script = machine.read("var/lib/dpkg/info/forecourt.postinst");
        assert_eq!(script, "#!/bin/sh\nexit 0\n", "all of the old one is back");
        assert!(machine.is_up() && machine.read(BOOKS).starts_with("schema 1\nbooks\n"));
        assert_eq!(
            machine.known(),
            json!({ "floor": null, "failed": ["0.2.0"], "underway": null })
        );
        machine.offer("0.2.0", Is::Well, &maker);
        let (code, said) = machine.run(&["install"]);
        assert!(code == Some(2) && said.contains("was tried here"), "{said}");
        // The next one mends it.
        machine.offer("0.2.1", Is::Well, &maker);
        assert_eq!(machine.run(&["install"]).0, Some(0), "{is:?}");
        assert_eq!(machine.version(), both("0.2.1"));
    }
}

#[test]
fn a_database_that_the_old_one_can_use_is_never_replaced_by_a_copy() {
    for is in [Is::Dead, Is::Flapping] {
        let maker = Signer::new();
        let machine = Machine::with("0.1.0", &maker.key());
        machine.offer("0.2.0", is, &maker);
        assert_eq!(machine.run(&["install"]).0, Some(1));
        assert_eq!(machine.restores(), 0, "{is:?}");
        // What the new one was told before it ended is still there.
        assert_eq!(
            machine.read(BOOKS),
            books(&["0.1.0", "0.2.0", "0.1.0"]),
            "{is:?}"
        );
    }
}

#[test]
fn one_that_the_old_one_cannot_use_is_kept_beside_the_copy_that_comes_back() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Migrating, &maker);
    let (code, said) = machine.run(&["install"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("forecourt.db.after-0.2.0"),
        "it is said where: {said}"
    );
    assert_eq!(machine.restores(), 1);
    assert_eq!(machine.read(BOOKS), books(&["0.1.0", "0.1.0"]));
    let after = machine.read("var/lib/forecourt/forecourt.db.after-0.2.0");
    assert_eq!(after, "schema 2\nbooks\na row of 0.1.0\na row of 0.2.0\n");
}

#[test]
fn a_copy_that_is_old_does_not_come_back_by_itself() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Migrating, &maker);
    // It ran so for weeks, and nobody looked.
    assert!(machine.struck(AT_TRYING));
    assert_eq!(machine.known()["underway"]["step"], "trying");
    machine.systemctl(&["--no-block", "start", SERVICE]);
    touch(&machine, "3 weeks", BOOKS);
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(1) && said.contains("and stays"), "{said}");
    // The new one is here: only that can open what came since.
    assert_eq!(machine.version(), both("0.2.0"));
    assert_eq!(machine.restores(), 0);
    assert!(machine.read(BOOKS).starts_with("schema 2") && machine.is_up());
    assert_eq!(
        machine.known(),
        json!({ "floor": null, "failed": [], "underway": null })
    );
}

#[test]
fn a_machine_that_was_off_for_weeks_has_lost_nothing() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Migrating, &maker);
    assert!(machine.struck(AT_TRYING));
    for file in [
        BOOKS,
        "var/lib/forecourt/before-0.2.0.db",
        "var/lib/forecourt-updater/known.json",
    ] {
        touch(&machine, "3 weeks ago", file);
    }
    assert_eq!(machine.starts_again().0, Some(0));
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(1) && said.contains("0.1.0 is back, and ready"),
        "{said}"
    );
    assert_eq!(machine.restores(), 1);
}

fn touch(machine: &Machine, time: &str, file: &str) {
    let mut touch = std::process::Command::new("touch");
    done(touch.args(["-d", time]).arg(machine.at(file)));
}

#[test]
fn one_that_runs_well_after_all_is_taken_as_well() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    assert!(machine.struck(AT_TRYING));
    // Two cuts, before anybody could look.
    for _ in 0..2 {
        assert_eq!(machine.starts_again().0, Some(0));
        assert_eq!(machine.version(), both("0.2.0"));
    }
    assert_eq!(machine.run(&["install"]).0, Some(0));
    assert_eq!(machine.known()["floor"], "0.2.0");
}

#[test]
fn so_many_starts_of_the_machine_without_a_word_and_it_is_taken_back() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Migrating, &maker);
    assert!(machine.struck(AT_TRYING));
    // Whoever starts a service starts `resume`, too: that is no start of the machine.
    for _ in 0..5 {
        assert_eq!(machine.run(&["resume"]), (Some(0), String::new()));
    }
    for back in [false, false, true] {
        let before = machine.told().len();
        let (code, said) = machine.starts_again();
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(
            machine.version(),
            both(if back { "0.1.0" } else { "0.2.0" })
        );
        // The service is started by the machine's start, and by that alone.
        assert_eq!(machine.told().len(), before + 1, "{:?}", machine.told());
    }
    assert_eq!(machine.restores(), 1, "before anything could run on it");
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(1) && said.contains("0.1.0 is back, and ready"),
        "{said}"
    );
    assert_eq!(machine.known()["failed"], json!(["0.2.0"]));
}

#[test]
fn a_copy_that_cannot_come_back_leaves_the_service_started_and_is_tried_again() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Migrating, &maker);
    // Room for the copy, and none for bringing it back.
    assert!(machine.struck(AT_TRYING));
    machine.systemctl(&["--no-block", "start", SERVICE]);
    machine.write("var/lib/forecourt/no-room", "");
    for _ in 0..2 {
        let (code, said) = machine.run(&["install"]);
        assert!(
            code == Some(75) && said.contains("there is no room"),
            "{said}"
        );
        assert_eq!(machine.known()["underway"]["step"], "restoring");
        assert!(machine.is_up(), "{:?}", machine.told());
    }
    machine.remove("var/lib/forecourt/no-room");
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(1) && said.contains("is back, and ready"),
        "{said}"
    );
    assert_eq!(machine.restores(), 1);
}

#[test]
fn a_copy_that_cannot_be_made_stops_the_update_and_nothing_else() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    machine.write("var/lib/forecourt/no-room", "");
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(2) && said.contains("there is no room"),
        "{said}"
    );
    assert_eq!(machine.version(), both("0.1.0"));
    assert!(machine.is_up(), "it is started again");
    assert_eq!(machine.known()["underway"], json!(null));
    assert!(!machine.inbox_is_empty(), "the next look finds it");
    machine.remove("var/lib/forecourt/no-room");
    assert_eq!(machine.run(&["install"]).0, Some(0));
}

/// Which of the updater's flushes is behind the note that the new version is tried: two each are for the package, the way back, the
/// updater itself, the beginning, the copy and that.
const AT_TRYING: usize = 12;
