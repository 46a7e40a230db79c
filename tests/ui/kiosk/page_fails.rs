//! A page that dies or hangs is shown again, and nobody else notices: chargers keep their sockets, and the picture shows what
//! happened meanwhile (TAU-10, TAU-11). Where pages do not last, the app starts anew; where that does not help, it says so and the
//! gateway goes on. Looked at from before the screen: whoever drives a page by WebDriver loses it with its process.
//!
//! Planted once and seen red: a death that nobody hears of, a page that hangs for ever (`watch.rs`), an app that starts anew at
//! every death, one that does so for ever (`watchdog.rs`); one that goes on in a process that said that it stops (`desktop.rs`).

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;
use testkit::port::Port;
use testkit::{Display, Program, rounds, wait_until};
use tokio::net::UnixDatagram;
use tokio::time::Instant;

use crate::rest::Rest;
use crate::site::{Charge, Site, app_with_window};

/// How long something may take that happens at all.
const SEEN: Duration = Duration::from_secs(20);
/// In which the picture is back after a death, and after a hang.
const DEAD: Duration = Duration::from_secs(5);
const HUNG: Duration = Duration::from_secs(8);

/// A board in a public place, and a charge point whose bay is on it.
struct Place {
    app: Program,
    charge: Charge,
    display: Display,
    site: Site,
    folder: TempDir,
    _ports: [Port; 2],
}

impl Place {
    async fn with(settings: &[(&str, &str)]) -> Self {
        let (site, display) = (Site::new().await, Display::start().await);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let ports = [Port::lease(), Port::lease()];
        let arguments = site.arguments_at(&ports);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let screen = display.env();
        let mut envs: Vec<(&str, &str)> = screen
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        envs.push(("FORECOURT_KIOSK__SCREEN", "driver"));
        envs.push(("WEBKIT_DISABLE_COMPOSITING_MODE", "1"));
        envs.extend(settings);
        let app = Program::start(&app_with_window(), &arguments, &envs).await;
        let charge = site.charger(app.ocpp()).await;
        let place = Self {
            app,
            charge,
            display,
            site,
            folder,
            _ports: ports,
        };
        let live = wait_until(SEEN, async || {
            let health = place.door().try_get("/health/ready").await?;
            (health.body["readers"] == 1).then_some(())
        });
        assert!(live.await.is_some(), "the board is live");
        place.settled(|_| true, "first").await;
        place
    }

    /// Lets the bay be so, and keeps the picture of it.
    async fn picture_of(&mut self, status: &str) {
        let before = self.picture("before").await;
        self.charge.status(status).await;
        self.settled(|now| !same(now, &before), status).await;
    }

    /// Keeps the picture that the screen settles on.
    async fn settled(&self, does: impl Fn(&PathBuf) -> bool, name: &str) {
        let settled = wait_until(SEEN, async || {
            let (one, two) = (self.picture("one").await, self.picture("two").await);
            (same(&one, &two) && is_drawn(&two) && does(&two)).then_some(two)
        });
        let settled = settled.await.unwrap_or_else(|| panic!("{name} is shown"));
        fs::rename(settled, self.kept(name)).expect("a file of ours can be renamed");
    }

    /// The gateway's door, for whoever needs no sign-in.
    fn door(&self) -> Rest {
        Rest::nobody(self.app.http())
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.png"))
    }

    async fn picture(&self, name: &str) -> PathBuf {
        let file = self.kept(name);
        self.display.screenshot(&file).await;
        file
    }

    /// Waits until the screen looks as it did then.
    async fn looks(&self, status: &str) {
        let looks = wait_until(SEEN, async || {
            let now = self.picture("now").await;
            same(&now, &self.kept(status)).then_some(())
        });
        let shown = looks.await.is_some();
        assert!(shown, "the screen shows {status}\n{}", self.app.logs());
    }

    /// Lets the page fail while something happens, and waits until it is seen. The bay's charger keeps its socket.
    async fn fails(&mut self, how: &str, then: &str) -> Duration {
        let since = Instant::now();
        let ended = match how {
            "dies" => self.app.kill_pages(),
            _ => self.app.suspend_pages(),
        };
        assert_eq!(ended, 1, "one page");
        self.charge.status(then).await;
        self.looks(then).await;
        let back = since.elapsed();
        println!("the page {how}: back after {} ms", back.as_millis());
        back
    }

    /// Where the app notes that pages made it start.
    fn starts(&self) -> PathBuf {
        let arguments = self.site.arguments();
        PathBuf::from(&arguments[1]).join("window-starts")
    }
}

/// Whether two pictures are the same, but for what a blinking caret is.
fn same(one: &PathBuf, other: &PathBuf) -> bool {
    let compared = Command::new("compare")
        .args(["-metric", "AE"])
        .args([one, other])
        .arg("null:")
        .output()
        .expect("ImageMagick compares");
    let differ = String::from_utf8_lossy(&compared.stderr);
    let differ: f64 = differ.trim().parse().unwrap_or(f64::MAX);
    differ < 50.0
}

/// Whether there is a board on a picture: many colours, which a blank page has not.
fn is_drawn(picture: &PathBuf) -> bool {
    let told = Command::new("identify")
        .args(["-format", "%k"])
        .arg(picture)
        .output()
        .expect("ImageMagick looks");
    let colours = String::from_utf8_lossy(&told.stdout);
    colours
        .trim()
        .parse()
        .is_ok_and(|colours: u32| colours > 100)
}

#[tokio::test]
async fn a_page_that_dies_or_hangs_is_back_in_time_and_no_charger_notices() {
    let often = ("FORECOURT_KIOSK__RESTART_AFTER", "1000");
    let mut place = Place::with(&[often]).await;
    place.picture_of("Charging").await;
    place.picture_of("Available").await;
    let fates = [("dies", rounds(4, 20), DEAD), ("hangs", rounds(1, 5), HUNG)];
    // Two cores that others work on, too, are no kiosk: there it has to come back at all.
    let quiet = rounds(0, 1) == 1;
    let mut turns = ["Charging", "Available"].into_iter().cycle();
    for (how, times, within) in fates {
        for _ in 0..times {
            let then = turns.next().expect("it goes on for ever");
            let back = place.fails(how, then).await;
            assert!(
                !quiet || back < within,
                "the page {how}: back after {back:?}"
            );
        }
    }
}

#[tokio::test]
async fn at_the_third_death_in_a_row_the_app_starts_anew() {
    let mut place = Place::with(&[]).await;
    place.picture_of("Charging").await;
    place.picture_of("Available").await;
    place.fails("dies", "Charging").await;
    place.fails("dies", "Available").await;
    assert!(!place.starts().exists(), "twice is no reason");
    place.app.kill_pages();
    let anew = wait_until(SEEN, async || {
        let said = place.app.stdout();
        (said.matches("\"ready\":true").count() == 2).then_some(())
    });
    assert!(
        anew.await.is_some(),
        "it starts again in its own place\n{}",
        place.app.logs()
    );
    assert_eq!(place.app.exited(), None);
    let noted = fs::read_to_string(place.starts()).expect("it is noted");
    assert_eq!(noted.lines().count(), 1, "{noted}");
    place.charge = place.site.charger(place.app.ocpp()).await;
    place.charge.status("Charging").await;
    place.looks("Charging").await;
}

#[tokio::test]
async fn where_starting_anew_does_not_help_it_says_so_and_the_gateway_goes_on() {
    let mut place = Place::with(&[]).await;
    place.picture_of("Charging").await;
    place.picture_of("Available").await;
    // The file's own time is the moment.
    fs::write(place.starts(), "").expect("it may be written");
    let now = fs::metadata(place.starts()).and_then(|about| about.modified());
    let now = now.expect("a file has a time").duration_since(UNIX_EPOCH);
    let now = now.expect("after 1970").as_millis();
    fs::write(place.starts(), format!("{now}\n{now}\n{now}")).expect("it may be written");
    place.fails("dies", "Charging").await;
    place.fails("dies", "Available").await;
    place.app.kill_pages();
    // Another picture, and it stays: the charger's state is not on it.
    place.picture_of("Preparing").await;
    let given_up = "no page lasts; the gateway goes on without";
    let told = place.app.logs().matches(given_up).count();
    assert_eq!(told, 1, "{}", place.app.logs());
    place.app.kill_pages();
    place.looks("Preparing").await;
    // Its socket is the one it had.
    place.charge.status("Available").await;
    place.looks("Preparing").await;
    assert_eq!(place.app.exited(), None);
}

#[tokio::test]
async fn under_a_service_manager_it_ends_and_that_one_starts_it() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let socket = folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).expect("a socket can be made");
    let socket = socket.to_str().expect("a plain path");
    let first = ("FORECOURT_KIOSK__RESTART_AFTER", "1");
    let mut place = Place::with(&[("NOTIFY_SOCKET", socket), first]).await;
    place.picture_of("Charging").await;
    place.app.kill_pages();
    let ended = wait_until(SEEN, async || place.app.exited());
    assert_eq!(ended.await, Some(11), "{}", place.app.logs());
    let mut said = Vec::new();
    let mut text = [0; 200];
    while let Ok(length) = manager.try_recv(&mut text) {
        said.push(String::from_utf8_lossy(&text[..length]).trim().to_owned());
    }
    assert_eq!(
        said,
        ["READY=1", "STOPPING=1"],
        "nothing goes on that said it stops"
    );
}
