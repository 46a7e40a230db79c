//! Updates at a kiosk: fetched by Tauri's updater over TLS and by nobody else, refused where anything is wrong with them (TAU-01), and shown
//! while they are installed. That no page may ask for one (TAU-02) is `ipc.rs`'; installing is `tests/system/packages.rs`'.

use std::fs;

use serde_json::{Value, json};
use testkit::releases::{ARCHITECTURE, Answer, TARGET, comment, feed, file};
use testkit::{ReleaseServer, Signer, wait_until};

use crate::kiosk_place::{PublicPlace, SEEN};
use crate::rest::Rest;
use crate::site::{ADMIN, PASSWORD};

const PACKAGE: &[u8] = b"the bytes of 0.3.0";

/// A kiosk that runs 0.2.0, and the feed that it asks.
struct Kiosk {
    place: PublicPlace,
    desk: Rest,
    server: ReleaseServer,
}

impl Kiosk {
    async fn new(signer: &Signer) -> Self {
        let server = ReleaseServer::start_tls().await;
        let ca = server.ca().expect("it speaks TLS");
        let feed = server.url("/latest.json");
        let place = PublicPlace::packaged(
            "0.2.0",
            &signer.key(),
            &[
                ("FORECOURT_KIOSK__SCREEN", "driver"),
                ("FORECOURT_UPDATES__FEED", &feed),
                ("FORECOURT_UPDATES__CA", ca.to_str().expect("UTF-8")),
                ("FORECOURT_UPDATES__QUIET_HOURS", "00:00-23:59"),
            ],
        )
        .await;
        place.site.add_admin().await;
        let desk = Rest::sign_in_as(&place.http(), ADMIN, PASSWORD).await;
        Self {
            place,
            desk,
            server,
        }
    }

    /// Has the feed asked; gives how the update does once nothing is on its way any more.
    async fn check(&mut self) -> Value {
        let act = json!({ "act": "check" });
        self.desk.post("/api/cms/update", &act).await;
        let come = wait_until(SEEN, async || {
            let told = self.desk.try_get("/api/cms/update").await?.body;
            (told["state"] != "fetching").then_some(told)
        });
        come.await.expect("it comes, or is refused")
    }

    /// The body of a page of the desk.
    async fn alerts(&mut self) -> usize {
        let told = self.desk.get("/api/cms/alerts?status=open").await;
        told.body["items"].as_array().map_or(0, Vec::len)
    }

    async fn window_is_at(&self, path: &str) {
        let there = wait_until(SEEN, async || {
            let at = self.place.run("return location.href").await;
            at.as_str()?.contains(path).then_some(())
        });
        assert!(there.await.is_some(), "the window goes to {path}");
    }
}

#[tokio::test]
async fn twelve_bad_feeds_are_refused_and_the_app_stays_as_it_is() {
    let signer = Signer::new();
    let mut kiosk = Kiosk::new(&signer).await;
    let path = format!("/{}", file("0.3.0"));
    let place = kiosk.server.url(&path);
    let sound = feed("0.3.0", &place, &signer.sign(PACKAGE, "0.3.0"));
    let mut flipped = PACKAGE.to_vec();
    flipped[3] ^= 1;
    let unsigned = format!("timestamp:1\tfile:{}", file("0.3.0"));
    let elsewhere = json!({ "version": "0.3.0", "platforms": {
        "windows-x86_64": sound["platforms"][TARGET],
    } });
    let riscv = signer.sign_with(PACKAGE, &comment("0.3.0", "riscv64"));
    let with = |signature: &str| feed("0.3.0", &place, signature);
    let stranger = Signer::new();
    let plain = ReleaseServer::start().await;
    plain.put(&path, Answer::Bytes(PACKAGE.to_vec()));
    let by_name = plain.url(&path).replace("127.0.0.1", "updates.invalid");
    let bad: [(&str, Value, &[u8]); 9] = [
        (
            "another's key",
            with(&stranger.sign(PACKAGE, "0.3.0")),
            PACKAGE,
        ),
        ("a bit flipped", sound.clone(), &flipped),
        ("cut short", sound.clone(), &PACKAGE[..9]),
        (
            "an old build under a new number",
            with(&signer.sign(b"old", "0.1.0")),
            b"old",
        ),
        (
            "no signed version",
            with(&signer.sign_with(PACKAGE, &unsigned)),
            PACKAGE,
        ),
        ("a package for other machines", with(&riscv), PACKAGE),
        ("nothing for this machine", elsewhere, PACKAGE),
        (
            "readable on the way",
            feed("0.3.0", &by_name, &signer.sign(PACKAGE, "0.3.0")),
            PACKAGE,
        ),
        ("no signature", with("aGVsbG8="), PACKAGE),
    ];
    for (what, feed, package) in bad {
        kiosk.server.offer(&feed);
        kiosk.server.put(&path, Answer::Bytes(package.to_vec()));
        let told = kiosk.check().await;
        assert_eq!(told["state"], "refused", "{what}: {told}");
        assert_eq!(kiosk.alerts().await, 1, "{what}: somebody is told");
    }
    // Twelve with these: an older one, one sent elsewhere, and one from where nobody vouches for the address.
    kiosk
        .server
        .offer(&feed("0.1.9", &place, &signer.sign(PACKAGE, "0.1.9")));
    let told = kiosk.check().await;
    assert_eq!(told["state"], "current", "an older one is nothing: {told}");
    kiosk.server.offer(&sound);
    kiosk.server.put(&path, Answer::Redirect(plain.url(&path)));
    assert_eq!(
        kiosk.check().await["state"],
        "current",
        "nobody is followed"
    );
    let stranger = ReleaseServer::start_tls().await;
    stranger.put(&path, Answer::Bytes(PACKAGE.to_vec()));
    let there = feed(
        "0.3.0",
        &stranger.url(&path),
        &signer.sign(PACKAGE, "0.3.0"),
    );
    kiosk.server.offer(&there);
    assert_eq!(kiosk.check().await["state"], "current", "nobody vouches");
    assert!(stranger.asked().is_empty() && plain.asked().is_empty());
    let laid = kiosk.place.site.data().join("updates/latest.json");
    assert!(!laid.exists(), "nothing is laid for the updater");
    kiosk.window_is_at("user-panel.html").await;
}

#[tokio::test]
async fn while_one_is_installed_the_window_says_so_and_comes_back_where_it_was_none() {
    let signer = Signer::new();
    let mut kiosk = Kiosk::new(&signer).await;
    let mut charge = kiosk.place.charger().await;
    charge.start(0).await;
    kiosk.server.release(&signer, "0.3.0", PACKAGE);
    let told = kiosk.check().await;
    assert_eq!(
        (&told["state"], &told["version"]),
        (&json!("ready"), &json!("0.3.0")),
        "{told}"
    );
    let act = json!({ "act": "install" });
    let told = kiosk.desk.post("/api/cms/update", &act).await.body;
    assert_eq!(told["waitsFor"], "session", "{told}");
    kiosk.window_is_at("user-panel.html").await;
    charge.stop(1000).await;
    kiosk.window_is_at("updating.html?version=0.3.0").await;
    kiosk.place.browser().wait_for(".progress").await;
    assert!(
        kiosk
            .place
            .browser()
            .text("#version")
            .await
            .contains("0.3.0")
    );
    let laid = kiosk.place.site.data().join("updates");
    let there = wait_until(SEEN, async || {
        laid.join("latest.json").exists().then_some(())
    });
    assert!(there.await.is_some(), "it is laid for the updater");
    let package =
        fs::read(laid.join(format!("forecourt_0.3.0_{ARCHITECTURE}.deb"))).expect("it is beside");
    assert_eq!(package, PACKAGE);
    let pictures = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    kiosk
        .place
        .browser()
        .screenshot(&pictures.join("updating.png"))
        .await;
    // The updater did not want it: it takes the feed away, and this app is still the one that runs.
    fs::remove_file(laid.join("latest.json")).expect("it is there");
    kiosk.window_is_at("user-panel.html").await;
    let told = kiosk.desk.get("/api/cms/update").await.body;
    assert_eq!(told["state"], "refused", "{told}");
}
