//! The site's books: who works on them, with what rights, and how many copies there get.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};

use crate::machine::{Is, Machine, USER, both};
use testkit::releases::Signer;

#[test]
fn what_works_for_the_owner_has_nothing_of_roots() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let mut updater = machine.updater(&["install"]);
    updater
        .env("ROOTS_SECRET", "x")
        .env("FORECOURT_LISTEN", "x");
    assert!(
        updater
            .output()
            .expect("it can be started")
            .status
            .success()
    );
    let environment = machine.read("var/lib/forecourt/environment");
    let names = environment
        .lines()
        .filter_map(|line| line.split('=').next());
    let mut names: Vec<&str> = names
        .filter(|name| !["PWD", "_", "SHLVL", "OLDPWD"].contains(name))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["LC_ALL", "PATH"]);
    // It leads its session: root's terminal is not its own.
    let session = machine.read("var/lib/forecourt/session");
    let lines: Vec<&str> = session.lines().collect();
    assert_eq!(lines[0], lines[1]);
}

#[test]
fn what_says_more_than_anybody_reads_is_no_answer() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    machine.write("var/lib/forecourt/chatter", "");
    let (code, said) = machine.run(&["install"]);
    assert!(
        code == Some(2) && said.contains("more than anybody reads"),
        "{said}"
    );
    assert!(said.len() < 5_000, "and is not told on");
    assert_eq!(machine.version(), both("0.1.0"));
}

#[test]
fn a_folder_elsewhere_is_its_owners_and_one_of_roots_is_refused() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    let (folder, there) = (machine.at("var/lib/forecourt"), machine.at("srv"));
    fs::rename(&folder, &there).expect("one device");
    symlink(&there, &folder).expect("a link can be made");
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(machine.run(&["install"]).0, Some(0));
    assert_eq!(machine.read("var/lib/forecourt/copied-by"), "4242\n");
    // The link is root's, and says nothing of who its folder is.
    let link = fs::symlink_metadata(&folder).expect("it is there");
    assert_eq!(link.uid(), 0);
    for (uid, gid) in [(0, USER), (USER, 0)] {
        chown(&there, Some(uid), Some(gid)).expect("it is ours");
        machine.offer("0.3.0", Is::Well, &maker);
        let (code, said) = machine.run(&["install"]);
        assert!(code == Some(2) && said.contains("is root's"), "{said}");
    }
    assert_eq!(machine.version(), both("0.2.0"));
}

#[test]
fn two_copies_are_kept_and_no_more() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    for version in ["0.2.0", "0.3.0", "0.4.0", "0.5.0"] {
        machine.offer(version, Is::Well, &maker);
        assert_eq!(machine.run(&["--calm", "0", "install"]).0, Some(0));
        // Copies are told apart by their times, which the disk keeps to the nanosecond.
    }
    let folder = fs::read_dir(machine.at("var/lib/forecourt")).expect("it is there");
    let names = folder.flatten().map(|entry| entry.file_name());
    let mut copies: Vec<_> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("before-"))
        .collect();
    copies.sort();
    assert_eq!(copies, ["before-0.4.0.db", "before-0.5.0.db"]);
}

#[test]
fn an_old_file_beside_a_server_elsewhere_is_nothing() {
    for is in [Is::Well, Is::Dead] {
        let maker = Signer::new();
        let machine = Machine::with("0.1.0", &maker.key());
        machine.write("var/lib/forecourt/elsewhere", "");
        // Nothing copies a server, and nobody asks for it.
        machine.write("var/lib/forecourt/no-room", "");
        machine.offer("0.2.0", is, &maker);
        let (code, said) = machine.run(&["install"]);
        assert_eq!(code, Some(i32::from(is == Is::Dead)), "{said}");
        assert!(!machine.has("var/lib/forecourt/before-0.2.0.db"));
        assert_eq!(machine.restores(), 0);
    }
}
