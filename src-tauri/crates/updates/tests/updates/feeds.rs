//! Good feeds are taken; bad ones are refused, each with its own reason (TAU-01), and a key can be changed for another (TAU-04).
//! That no redirect is followed is for whoever fetches.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use semver::Version;
use serde_json::{Value, json};
use updates::Refusal;
use updates::check::{self, MOST_PACKAGE};
use updates::keys::Keys;
use updates::offer::{self, Here, Kind};

use testkit::releases::{Signer, TARGET, comment, feed};

const PLACE: &str = "https://updates.example/Forecourt_0.3.0_amd64.deb";
const PACKAGE: &[u8] = b"the bytes of 0.3.0";
const KIND: Kind = Kind {
    target: TARGET,
    ending: "_amd64.deb",
    architecture: "amd64",
};

/// A machine that runs 0.2.0, had 0.2.5 once, and took 0.2.9 back.
fn here() -> Here {
    Here {
        kind: KIND,
        running: version("0.2.0"),
        floor: Some(version("0.2.5")),
        failed: vec![version("0.2.9")],
    }
}

fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

/// What this machine says to that feed and that package.
fn judge(manifest: &[u8], package: &[u8], keys: &str) -> Result<Version, Refusal> {
    let here = here();
    let offer = offer::read(manifest, &here)?;
    check::package(&offer, package, &Keys::read(keys)?, here.kind)?;
    Ok(offer.version)
}

fn bytes(feed: &Value) -> Vec<u8> {
    serde_json::to_vec(feed).expect("JSON")
}

/// The good feed, spoilt.
fn spoilt(feed: &Value, pointer: &str, value: Value) -> Vec<u8> {
    let mut feed = feed.clone();
    *feed.pointer_mut(pointer).expect("it is there") = value;
    bytes(&feed)
}

#[test]
fn a_signed_newer_package_is_taken() {
    let maker = Signer::new();
    let good = feed("0.3.0", PLACE, &maker.sign(PACKAGE, "0.3.0"));
    let taken = judge(&bytes(&good), PACKAGE, &maker.key());
    assert_eq!(taken, Ok(version("0.3.0")));
    // From this machine itself no TLS is asked; a `v` is nothing.
    for (pointer, value) in [
        ("/platforms/linux-x86_64-deb/url", "http://127.0.0.1:9/x"),
        ("/platforms/linux-x86_64-deb/url", "http://[::1]:9/x"),
        ("/version", "v0.3.0"),
    ] {
        let feed = spoilt(&good, pointer, json!(value));
        assert_eq!(
            judge(&feed, PACKAGE, &maker.key()),
            Ok(version("0.3.0")),
            "{value}"
        );
    }
    // What was once well here may come again.
    let again = feed("0.2.5", PLACE, &maker.sign(PACKAGE, "0.2.5"));
    assert!(judge(&bytes(&again), PACKAGE, &maker.key()).is_ok());
}

/// A feed, the package it leads to, and why both are refused.
type Bad<'a> = (&'a str, Vec<u8>, &'a [u8], Refusal);

fn all_refused(cases: Vec<Bad<'_>>, keys: &str) {
    for (what, manifest, package, reason) in cases {
        assert_eq!(judge(&manifest, package, keys), Err(reason), "{what}");
    }
}

#[test]
fn a_package_that_is_not_what_was_signed_is_refused() {
    let (maker, stranger) = (Signer::new(), Signer::new());
    let with = |signature: &str| bytes(&feed("0.3.0", PLACE, signature));
    let good = with(&maker.sign(PACKAGE, "0.3.0"));
    let mut flipped = PACKAGE.to_vec();
    flipped[3] ^= 1;
    let old: &[u8] = b"the bytes of 0.1.0";
    let no_version = "timestamp:1\tfile:Forecourt_0.3.0_amd64.deb";
    let not_ours = with(&stranger.sign(PACKAGE, "0.3.0"));
    let renamed = with(&maker.sign(old, "0.1.0"));
    let unnamed = with(&maker.sign_with(PACKAGE, no_version));
    let elsewhere = with(&maker.sign_with(PACKAGE, &comment("0.3.0", "arm64")));
    let other_version = Refusal::OtherVersion {
        offered: version("0.3.0"),
        signed: "0.1.0".to_owned(),
    };
    let other_file = Refusal::OtherFile("Forecourt_0.3.0_arm64.deb".to_owned());
    let cases = vec![
        ("another's key", not_ours, PACKAGE, Refusal::UnknownKey),
        ("a bit flipped", good.clone(), &flipped, Refusal::OtherBytes),
        (
            "truncated",
            good.clone(),
            &PACKAGE[..9],
            Refusal::OtherBytes,
        ),
        ("empty", good, b"", Refusal::OtherBytes),
        ("an old build, new number", renamed, old, other_version),
        (
            "no signed version",
            unnamed,
            PACKAGE,
            Refusal::NoSignedVersion,
        ),
        ("another kind of machine", elsewhere, PACKAGE, other_file),
    ];
    all_refused(cases, &maker.key());
}

#[test]
fn a_feed_that_leads_back_or_elsewhere_is_refused() {
    let maker = Signer::new();
    let offer = |named: &str| bytes(&feed(named, PLACE, &maker.sign(PACKAGE, named)));
    let not_newer = |offered| Refusal::NotNewer {
        offered: version(offered),
        running: version("0.2.0"),
    };
    let below = Refusal::BelowFloor {
        offered: version("0.2.4"),
        floor: version("0.2.5"),
    };
    let nothing = bytes(&json!({ "version": "0.3.0", "platforms": {} }));
    let not_here = Refusal::NotForThisMachine(TARGET.to_owned());
    let failed = Refusal::FailedBefore(version("0.2.9"));
    let mut cases = vec![
        ("nothing for this kind", nothing, PACKAGE, not_here),
        (
            "a good old one",
            offer("0.1.0"),
            PACKAGE,
            not_newer("0.1.0"),
        ),
        ("what runs", offer("0.2.0"), PACKAGE, not_newer("0.2.0")),
        (
            "that again",
            offer("0.2.0+2"),
            PACKAGE,
            not_newer("0.2.0+2"),
        ),
        ("older than once", offer("0.2.4"), PACKAGE, below),
        ("what was taken back", offer("0.2.9"), PACKAGE, failed),
    ];
    for url in [
        "http://updates.example/x",
        "http://127.0.0.1.example/x",
        "http://localhost@updates.example/x",
        "file:///tmp/x",
    ] {
        let leads = bytes(&feed("0.3.0", url, &maker.sign(PACKAGE, "0.3.0")));
        cases.push((url, leads, PACKAGE, Refusal::Insecure(url.to_owned())));
    }
    all_refused(cases, &maker.key());
}

#[test]
fn what_is_not_of_its_form_is_refused() {
    let maker = Signer::new();
    let signature = maker.sign(PACKAGE, "0.3.0");
    let good = feed("0.3.0", PLACE, &signature);
    let pointer = "/platforms/linux-x86_64-deb/signature";
    let mut cut = bytes(&good);
    cut.truncate(40);
    for manifest in [
        cut,
        Vec::new(),
        b"[]".to_vec(),
        spoilt(&good, "/version", json!("new")),
    ] {
        let said = judge(&manifest, PACKAGE, &maker.key());
        assert!(matches!(said, Err(Refusal::Malformed(_))), "{said:?}");
    }
    let text = |text: &str| BASE64_STANDARD.encode(text);
    for said in [
        "",
        "%%",
        &text("four\nlines\nof\nnothing"),
        &signature[..40],
    ] {
        let said = judge(&spoilt(&good, pointer, json!(said)), PACKAGE, &maker.key());
        assert!(matches!(said, Err(Refusal::NotASignature(_))), "{said:?}");
    }
    // Its comment changed, or that of another signature under it: neither is signed.
    let plain = BASE64_STANDARD.decode(&signature).expect("base64");
    let plain = String::from_utf8(plain).expect("text");
    let other = text(&plain.replace("version:0.3.0", "version:0.4.0"));
    let claims = bytes(&feed("0.4.0", PLACE, &other));
    assert_eq!(
        judge(&claims, PACKAGE, &maker.key()),
        Err(Refusal::OtherBytes)
    );
}

/// One over the bytes themselves, as minisign once made them: nothing of ours was ever signed so.
#[test]
fn a_signature_of_the_old_kind_is_refused() {
    let maker = Signer::new();
    let signature = maker.sign(PACKAGE, "0.3.0");
    let plain = BASE64_STANDARD.decode(&signature).expect("base64");
    let plain = String::from_utf8(plain).expect("text");
    let line = plain.lines().nth(1).expect("minisign's four lines");
    let mut bytes = BASE64_STANDARD.decode(line).expect("base64");
    assert_eq!(&bytes[..2], b"ED");
    bytes[1] = b'd';
    let old = plain.replace(line, &BASE64_STANDARD.encode(bytes));
    let old = feed("0.3.0", PLACE, &BASE64_STANDARD.encode(old));
    let said = judge(&self::bytes(&old), PACKAGE, &maker.key());
    assert!(matches!(said, Err(Refusal::NotASignature(_))), "{said:?}");
}

#[test]
fn nothing_is_taken_that_is_larger_than_ours_are() {
    let maker = Signer::new();
    let huge = vec![0; MOST_PACKAGE + 1];
    let good = feed("0.3.0", PLACE, &maker.sign(PACKAGE, "0.3.0"));
    let too_big = |said: Result<Version, Refusal>, part: &str| {
        assert!(
            matches!(said, Err(Refusal::TooBig { what, .. }) if what == part),
            "{part}: {said:?}"
        );
    };
    too_big(judge(&bytes(&good), &huge, &maker.key()), "the package");
    too_big(
        judge(&huge[..100_000], PACKAGE, &maker.key()),
        "the feed's answer",
    );
    let signature = json!("A".repeat(5_000));
    let long = spoilt(&good, "/platforms/linux-x86_64-deb/signature", signature);
    too_big(judge(&long, PACKAGE, &maker.key()), "the signature");
}

#[test]
fn a_list_of_keys_counts_line_by_line() {
    let (old, new) = (Signer::new(), Signer::new());
    let both = format!("# ours\n{}\n\n  {}\n", old.key(), new.key());
    for maker in [&old, &new] {
        let good = feed("0.3.0", PLACE, &maker.sign(PACKAGE, "0.3.0"));
        assert!(judge(&bytes(&good), PACKAGE, &both).is_ok());
        // Without a key nothing is taken.
        assert_eq!(
            judge(&bytes(&good), PACKAGE, "# none\n"),
            Err(Refusal::UnknownKey)
        );
    }
    // The change is over: the old key counts no more.
    let late = feed("0.3.0", PLACE, &old.sign(PACKAGE, "0.3.0"));
    assert_eq!(
        judge(&bytes(&late), PACKAGE, &new.key()),
        Err(Refusal::UnknownKey)
    );
    // A line that is no key stops everything: half a list is nobody's intent.
    assert!(Keys::read(&format!("{}\nRWnonsense", old.key())).is_err());
    assert!(Keys::read("").expect("an empty list").is_empty());
}
