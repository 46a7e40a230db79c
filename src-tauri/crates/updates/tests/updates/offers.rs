//! Bad offers, as far as who installs sees them (TAU-01), and what becomes of what lies in the folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::{Value, json};

use crate::machine::{INBOX, Is, Machine, both, said};
use testkit::releases::{Signer, comment, feed};

const NAME: &str = "Forecourt_0.3.0_amd64.deb";

/// How an offer is bad, its feed and its package, the word of its refusal, and whether it is done with then.
type Bad<'a> = (&'a str, Value, &'a [u8], &'a str, bool);

/// A feed that leads to the package of the name under which it is laid.
fn leads(version: &str, signature: &str) -> Value {
    feed(
        version,
        &format!("https://updates.example/{NAME}"),
        signature,
    )
}

fn bad_packages<'a>(
    (maker, stranger): (&Signer, &Signer),
    bytes: &'a [u8],
    flipped: &'a [u8],
    old: &'a [u8],
) -> Vec<Bad<'a>> {
    let good = leads("0.3.0", &maker.sign(bytes, "0.3.0"));
    let not_ours = leads("0.3.0", &stranger.sign(bytes, "0.3.0"));
    let renamed = leads("0.3.0", &maker.sign(old, "0.1.0"));
    let signed_so = leads("0.3.0", &maker.sign(old, "0.3.0"));
    let plain = format!("timestamp:1\tfile:{NAME}");
    let unnamed = leads("0.3.0", &maker.sign_with(bytes, &plain));
    let elsewhere = leads("0.3.0", &maker.sign_with(bytes, &comment("0.3.0", "arm64")));
    let inside = "the package is forecourt 0.1.0 amd64, not forecourt 0.3.0";
    vec![
        ("another's key", not_ours, bytes, "none of the keys", true),
        (
            "a bit flipped",
            good.clone(),
            flipped,
            "not what was",
            false,
        ),
        (
            "cut short",
            good.clone(),
            &bytes[..9_000],
            "not what was",
            false,
        ),
        ("empty", good, b"", "not what was", false),
        (
            "an old build, new number",
            renamed,
            old,
            "the signature 0.1.0",
            true,
        ),
        ("the new number is signed", signed_so, old, inside, false),
        (
            "no version signed",
            unnamed,
            bytes,
            "names no version",
            true,
        ),
        (
            "for other machines",
            elsewhere,
            bytes,
            "not for this kind",
            true,
        ),
    ]
}

fn bad_feeds<'a>(maker: &Signer, bytes: &'a [u8], old: &'a [u8]) -> Vec<Bad<'a>> {
    let named = |version| leads(version, &maker.sign(bytes, version));
    let signature = maker.sign(bytes, "0.3.0");
    let open = feed(
        "0.3.0",
        &format!("http://updates.example/{NAME}"),
        &signature,
    );
    let mut none = leads("0.3.0", &signature);
    none["platforms"] = json!({});
    let replayed = leads("0.1.0", &maker.sign(old, "0.1.0"));
    vec![
        (
            "what was taken back",
            named("0.2.9"),
            bytes,
            "was tried here",
            true,
        ),
        (
            "older than once",
            named("0.2.4"),
            bytes,
            "was here once",
            true,
        ),
        ("an old feed again", replayed, old, "not newer", true),
        ("in the open", open, bytes, "neither https", true),
        ("nothing for this kind", none, bytes, "nothing for", true),
        ("no feed", json!("nothing"), bytes, "cannot be read", false),
    ]
}

#[test]
fn no_bad_offer_reaches_dpkg() {
    let (maker, stranger) = (Signer::new(), Signer::new());
    let machine = Machine::with("0.2.0", &maker.key());
    fs::create_dir_all(machine.at("var/lib/forecourt-updater")).expect("a folder can be made");
    machine.write(
        "var/lib/forecourt-updater/known.json",
        r#"{"floor":"0.2.5","failed":["0.2.9"],"underway":null}"#,
    );
    let built = |version| machine.package(version, Is::Well, &maker.key());
    let bytes = fs::read(built("0.3.0")).expect("it was built");
    let old = fs::read(built("0.1.0")).expect("it was built");
    let mut flipped = bytes.clone();
    flipped[1_000] ^= 1;
    let mut cases = bad_packages((&maker, &stranger), &bytes, &flipped, &old);
    cases.extend(bad_feeds(&maker, &bytes, &old));
    for (what, feed, package, reason, is_over) in cases {
        fs::write(machine.at(INBOX).join(NAME), package).expect("the folder is ours");
        machine.write(&format!("{INBOX}/latest.json"), &feed.to_string());
        let orders = machine.told();
        let (code, said) = machine.run(&["install"]);
        assert!(code == Some(2) && said.contains(reason), "{what}: {said}");
        assert_eq!(machine.version(), both("0.2.0"), "{what}");
        assert_eq!(machine.known()["underway"], json!(null), "{what}");
        assert_eq!(machine.told(), orders, "{what}: nothing is stopped for it");
        let feed = format!("{INBOX}/latest.json");
        assert_eq!(machine.has(&feed), !is_over, "{what}");
    }
    // That it was none of them that kept the good one out.
    machine.lay("0.3.0", &bytes, &maker.sign(&bytes, "0.3.0"));
    assert_eq!(machine.run(&["install"]).0, Some(0));
}

#[test]
fn an_offer_that_is_half_there_waits_for_its_other_half() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let package = machine.at(INBOX).join("Forecourt_0.2.0_amd64.deb");
    let bytes = fs::read(&package).expect("it was laid there");
    fs::remove_file(&package).expect("it was laid there");
    for part in [
        None,
        Some(&bytes[..20_000]),
        Some(&bytes[..bytes.len() - 1]),
    ] {
        if let Some(part) = part {
            fs::write(&package, part).expect("the folder is ours");
        }
        let (code, said) = machine.run(&["install"]);
        assert_eq!(code, Some(2), "{said}");
        assert!(machine.has(&format!("{INBOX}/latest.json")));
    }
    fs::write(&package, bytes).expect("the folder is ours");
    assert_eq!(machine.run(&["install"]).0, Some(0));
}

#[test]
fn odd_files_are_refused_and_hold_nobody_up() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    let package = package_of(&machine, &maker);
    fs::remove_file(&package).expect("it was laid there");
    symlink(machine.at("Forecourt_0.2.0_amd64.deb"), &package).expect("a link can be made");
    refused(&machine, "symbolic links");
    fs::remove_file(&package).expect("it was laid there");
    pipe(&package);
    refused(&machine, "no plain file");
    let feed = machine.at(INBOX).join("latest.json");
    fs::remove_file(&feed).expect("it was laid there");
    pipe(&feed);
    refused(&machine, "no plain file");
    fs::remove_file(&feed).expect("it was laid there");
    fs::create_dir(&feed).expect("a folder can be made");
    refused(&machine, "no plain file");
    fs::remove_dir_all(machine.at(INBOX)).expect("it is ours");
    symlink("/tmp", machine.at(INBOX)).expect("a link can be made");
    refused(&machine, "updates");
}

fn package_of(machine: &Machine, maker: &Signer) -> std::path::PathBuf {
    machine.offer("0.2.0", Is::Well, maker);
    machine.at(INBOX).join("Forecourt_0.2.0_amd64.deb")
}

fn refused(machine: &Machine, reason: &str) {
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(2) && said.contains(reason), "{reason}: {said}");
    assert_eq!(machine.version(), both("0.1.0"), "{reason}");
}

fn pipe(path: &std::path::Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("it can be started").success());
}

#[test]
fn keys_that_others_could_write_do_not_count() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    let keys = machine.at("usr/share/forecourt/update-keys");
    let loose = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    fs::set_permissions(keys, loose).expect("it is ours");
    machine.offer("0.2.0", Is::Well, &maker);
    refused(&machine, "by others than root");
}

/// Whoever makes releases asks the same judge, before a feed is published that nobody would take.
#[test]
fn who_signs_is_told_what_machines_would_say() {
    let (maker, stranger) = (Signer::new(), Signer::new());
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Well, &maker);
    let folder = machine.at(INBOX);
    let list = machine.at("list");
    let vouch = |keys: &str, folder: Option<&std::path::Path>| {
        fs::write(&list, keys).expect("it can be written");
        let mut vouch = machine.updater(&["vouch", "--keys"]);
        let output = vouch.arg(&list).args(folder).output();
        let output = output.expect("it can be started");
        (output.status.code(), said(&output))
    };
    let good = vouch(&maker.key(), Some(&folder));
    assert_eq!(good, (Some(0), "0.2.0 would be taken\n".to_owned()));
    assert_eq!(vouch(&maker.key(), None).0, Some(0));
    let tauris = maker.public_file();
    let minisigns = format!("untrusted comment: minisign public key\n{}\n", maker.key());
    for (keys, reason) in [
        (stranger.key(), "none of the keys"),
        ("# nobody\n".to_owned(), "no key in"),
        (tauris, "a whole .pub file"),
        (minisigns, "the line below it"),
        (maker.secret_file(), "a SECRET key"),
    ] {
        let (code, said) = vouch(&keys, Some(&folder));
        assert!(code == Some(2) && said.contains(reason), "{reason}: {said}");
    }
    // The key that belongs there is told; a secret one is not.
    assert!(vouch(&maker.public_file(), None).1.contains(&maker.key()));
    fs::remove_file(folder.join("latest.json")).expect("it was laid there");
    assert!(
        vouch(&maker.key(), Some(&folder))
            .1
            .contains("no latest.json")
    );
}
