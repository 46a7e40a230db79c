//! Keeps this machine's package new: asks, fetches, waits for a good hour, lays it for the updater, and sees what came of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use rand::RngExt as _;
use semver::Version;
use store::repo::sessions;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use updates::Refusal;
use updates::check;
use updates::offer::{self, Offer};

use super::feed::{Fault, Fetch, Source};
use super::files::write_whole;
use super::manifest::{MANIFEST, file_of, for_any, name_in};
use super::note::{Here, Note, Shelf};
use super::policy::{self, Site, Verdict};
use super::{Asked, Offered, Order, Ready, State, Updating};
use crate::core::{Core, OpError};
use crate::ops::alarm_update::{Alarm, alarm_update};
use crate::settings::{self, std};

/// How often it is looked whether the hour is good, and what the updater does.
const LOOK: Duration = Duration::from_secs(2);
/// When the feed is first asked: a machine that starts has other cares.
const FIRST: Duration = Duration::from_mins(2);
/// Who touched the screen so lately stands before it.
const HERE: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);
/// So long the updater may take to begin.
const BEGINS: jiff::SignedDuration = jiff::SignedDuration::from_mins(20);
/// Where the updater looks, in the data folder.
const INBOX: &str = "updates";

/// What it works with.
pub struct Keeper {
    core: Core,
    updating: Arc<Updating>,
    source: Source,
    fetcher: Box<dyn Fetch>,
    settings: settings::Updates,
    shelf: Shelf,
    inbox: PathBuf,
    note: Note,
    orders: mpsc::Receiver<Asked>,
}

impl Keeper {
    /// For a machine whose package brought keys; none where nothing is to be fetched, or somebody else does already.
    pub fn new(
        core: Core,
        updating: Arc<Updating>,
        source: Source,
        fetch: Box<dyn Fetch>,
        data: &Path,
    ) -> Option<Self> {
        let orders = updating.heard.lock().ok()?.take()?;
        let shelf = Shelf::of(data);
        let _ = updating.running.set(source.home.version.to_string());
        Some(Self {
            settings: core.rules().settings().updates.clone(),
            note: shelf.note(),
            core,
            updating,
            source,
            fetcher: fetch,
            shelf,
            inbox: data.join(INBOX),
            orders,
        })
    }

    /// Runs until the gateway stops.
    pub async fn run(mut self, stopping: CancellationToken) {
        self.updating.tell(State::Current);
        if let Err(error) = self.settle().await {
            tracing::error!(%error, "what came of the last update is not known");
        }
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ask = Instant::now() + FIRST;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                _ = look.tick() => self.look().await,
                () = sleep_until(ask) => {
                    ask = Instant::now() + self.pause();
                    self.ask().await;
                }
                Some((order, done)) = self.orders.recv() => {
                    match order {
                        Order::Check => self.ask().await,
                        Order::Install => self.agree().await,
                    }
                    let _ = done.send(());
                }
            }
        }
    }

    /// A fifth more or less: a thousand machines that were switched on together do not ask together.
    fn pause(&self) -> Duration {
        let every = std(self.settings.check_every);
        every.mul_f64(rand::rng().random_range(0.8..1.2))
    }

    fn running(&self) -> &Version {
        &self.source.home.version
    }

    /// What came of what was laid before this start.
    async fn settle(&mut self) -> Result<(), OpError> {
        let running = self.running().clone();
        self.note.floor = self.note.floor.take().max(Some(running.clone()));
        if let Some(here) = self.note.here.clone() {
            if here.version.cmp_precedence(&running).is_le() {
                if here.laid.is_some() && here.version == running {
                    tracing::info!(version = %running, "the update runs");
                }
                self.forget();
                alarm_update(&self.core, Alarm::default()).await?;
            } else if here.laid.is_some() && !self.is_laid() {
                self.failed(
                    &here.version,
                    "it was taken back: the old version is here again",
                )
                .await;
            } else {
                self.wait_with(&here, None);
            }
        }
        self.keep();
        Ok(())
    }

    /// No longer ready: what lay here is gone, but for a mirror, which offers it on.
    fn forget(&mut self) {
        let file = self.note.here.take().map(|here| here.file);
        let kept = file.filter(|_| self.settings.mirror);
        match &kept {
            Some(file) => self.shelf.only(&["note.json", MANIFEST, file]),
            None => self.shelf.only(&["note.json"]),
        }
        self.updating.tell(State::Current);
    }

    async fn failed(&mut self, version: &Version, why: &str) {
        tracing::error!(%version, why, "the update is not here");
        if !self.note.failed.contains(version) {
            self.note.failed.push(version.clone());
        }
        self.note.here = None;
        self.shelf.only(&["note.json"]);
        self.keep();
        self.refused(format!("{version}: {why}")).await;
    }

    async fn refused(&self, said: String) {
        let alarm = Alarm {
            failed: Some(said.clone()),
            ..Alarm::default()
        };
        self.alarm(alarm).await;
        self.updating.tell(State::Refused(said));
    }

    async fn alarm(&self, alarm: Alarm) {
        if let Err(error) = alarm_update(&self.core, alarm).await {
            tracing::warn!(%error, "how the update does could not be told");
        }
    }

    fn keep(&self) {
        if let Err(error) = self.shelf.keep(&self.note) {
            tracing::error!(%error, "what is known of updates cannot be noted");
        }
    }

    /// Asks the feed, and fetches what it offers.
    async fn ask(&mut self) {
        if matches!(self.updating.state(), State::Installing(_)) {
            return;
        }
        match self.offered().await {
            Ok(()) => {
                let now = self.core.clock.now();
                self.updating.checked.send_replace(Some(now));
            }
            Err(Fault::Way(why)) => {
                tracing::warn!(
                    why,
                    "the feed of updates cannot be asked; it is tried again"
                );
                self.show();
            }
            Err(Fault::Refused(refusal)) => {
                let now = self.core.clock.now();
                self.updating.checked.send_replace(Some(now));
                match refusal {
                    // What a sound feed says most of the time.
                    Refusal::NotNewer { .. } => self.is_current().await,
                    Refusal::FailedBefore(_) => self.show(),
                    refusal => {
                        tracing::error!(%refusal, "an update was refused");
                        self.refused(refusal.to_string()).await;
                    }
                }
            }
        }
    }

    /// A sound feed has nothing newer.
    async fn is_current(&self) {
        self.alarm(Alarm::default()).await;
        self.updating.tell(State::Current);
        self.show();
    }

    /// What lies here, or nothing.
    fn show(&self) {
        match &self.note.here {
            Some(here) => self.wait_with(here, None),
            None if matches!(self.updating.state(), State::Refused(_)) => {}
            None => self.updating.tell(State::Current),
        }
    }

    async fn offered(&mut self) -> Result<(), Fault> {
        let Some(manifest) = self.source.ask().await? else {
            self.is_current().await;
            return Ok(());
        };
        let here = offer::Here {
            kind: self.source.home.kind,
            running: self.running().clone(),
            floor: self.note.floor.clone(),
            failed: self.note.failed.clone(),
        };
        let offer = match offer::read(&manifest, &here) {
            Ok(offer) => offer,
            Err(refusal) => {
                if self.settings.mirror
                    && let Ok(offer) = for_any(&manifest)
                {
                    self.mirror(&offer, &manifest).await?;
                }
                return Err(refusal.into());
            }
        };
        let lies = self.note.here.as_ref();
        if lies.is_some_and(|lies| lies.version.cmp_precedence(&offer.version).is_ge()) {
            self.show();
            return Ok(());
        }
        let turn = policy::has_its_turn(
            &machine(&self.core),
            &offer.version.to_string(),
            offer.rollout,
        );
        if !turn && !self.settings.mirror {
            self.show();
            return Ok(());
        }
        self.take(&offer, &manifest).await
    }

    /// Fetches for others what this machine does not want.
    async fn mirror(&mut self, offer: &Offer, manifest: &[u8]) -> Result<(), Fault> {
        let stood = fs::read(self.shelf.file(MANIFEST)).ok();
        let stood = stood.and_then(|manifest| for_any(&manifest).ok());
        if self.note.here.is_some() || stood.is_some_and(|stood| stood.version == offer.version) {
            return Ok(());
        }
        self.fetch(offer, manifest).await.map(drop)
    }

    async fn take(&mut self, offer: &Offer, manifest: &[u8]) -> Result<(), Fault> {
        let file = self.fetch(offer, manifest).await?;
        tracing::info!(version = %offer.version, "an update lies ready");
        let here = Here {
            version: offer.version.clone(),
            file,
            since: self.core.clock.now(),
            agreed: false,
            laid: None,
        };
        self.note.here = Some(here.clone());
        self.keep();
        self.alarm(Alarm::default()).await;
        self.wait_with(&here, None);
        Ok(())
    }

    /// Puts a package and its feed on the shelf; gives the file's name.
    async fn fetch(&self, offer: &Offer, manifest: &[u8]) -> Result<String, Fault> {
        let version = offer.version.to_string();
        let tell = |percent| {
            let version = version.clone();
            let offered = Offered { version, percent };
            self.updating.tell(State::Fetching(offered));
        };
        tell(0);
        let fetched = self.fetcher.package(&self.source, offer, manifest, &tell);
        let bytes = fetched.await?;
        let home = &self.source.home;
        check::package(offer, &bytes, &home.keys, home.kind)?;
        let file = file_of(&offer.version, home.kind);
        let (package, feed) = (self.shelf.file(&file), self.shelf.file(MANIFEST));
        let told = manifest.to_vec();
        self.shelf.only(&["note.json"]);
        let written = tokio::task::spawn_blocking(move || {
            write_whole(&package, &bytes)?;
            write_whole(&feed, &told)
        });
        let written = written.await.map_err(io::Error::other).flatten();
        written.map_err(|error| Fault::Way(format!("it cannot be kept: {error}")))?;
        Ok(file)
    }

    /// Somebody says that it need not wait for the night.
    async fn agree(&mut self) {
        if let Some(here) = &mut self.note.here {
            here.agreed = true;
            self.keep();
        }
        self.look().await;
    }

    /// Looks whether the hour is good, or what the updater did.
    async fn look(&mut self) {
        let Some(here) = self.note.here.clone() else {
            return;
        };
        if let Some(laid) = here.laid {
            let now = self.core.clock.now();
            if !self.is_laid() {
                // The updater took it away and this program was not started anew: it was none for it.
                self.failed(
                    &here.version,
                    "the updater did not take it; its log says why",
                )
                .await;
            } else if now.duration_since(laid) > BEGINS {
                self.take_back();
                self.failed(&here.version, "no updater came for it").await;
            }
            return;
        }
        let verdict = match self.site(&here).await {
            Ok(site) => policy::judge(&site, self.settings.quiet_hours),
            Err(error) => {
                tracing::warn!(%error, "whether an update may be installed is not known");
                return;
            }
        };
        match verdict {
            Verdict::Install => self.lay(here).await,
            Verdict::Wait(_) => self.wait_with(&here, Some(verdict)),
            Verdict::Ask(why) => {
                let waiting = Some((here.version.to_string(), why));
                let asked = match self.updating.state() {
                    State::Ready(ready) => ready.asks,
                    _ => false,
                };
                if !asked {
                    self.alarm(Alarm {
                        waiting,
                        failed: None,
                    })
                    .await;
                }
                self.wait_with(&here, Some(verdict));
            }
        }
    }

    fn wait_with(&self, here: &Here, verdict: Option<Verdict>) {
        if here.laid.is_some() {
            let version = here.version.to_string();
            let offered = Offered {
                version,
                percent: 100,
            };
            return self.updating.tell(State::Installing(offered));
        }
        let (why, asks) = match verdict {
            Some(Verdict::Wait(why)) => (Some(why), false),
            Some(Verdict::Ask(why)) => (Some(why), true),
            Some(Verdict::Install) | None => (None, false),
        };
        self.updating.tell(State::Ready(Ready {
            version: here.version.to_string(),
            since: here.since,
            why,
            asks,
        }));
    }

    async fn site(&self, here: &Here) -> Result<Site, OpError> {
        let now = self.core.clock.now();
        let mut conn = self.core.store.read().await?;
        let sessions = sessions::count_held_by(&mut conn, &self.core.node).await?;
        let touched = self.updating.last_touch();
        Ok(Site {
            time: self.time(now),
            driver_here: touched.is_some_and(|then| now.duration_since(then) < HERE),
            sessions: usize::try_from(sessions).unwrap_or(usize::MAX),
            ready_for: now.duration_since(here.since).unsigned_abs(),
            agreed: here.agreed,
            turn: self.has_its_turn(here),
        })
    }

    /// What a clock on the site's wall says.
    fn time(&self, now: Timestamp) -> Time {
        let zone = TimeZone::get(&self.core.rules().site().time_zone);
        now.to_zoned(zone.unwrap_or(TimeZone::UTC)).time()
    }

    /// A mirror fetches what is not its turn yet.
    fn has_its_turn(&self, here: &Here) -> bool {
        let stood = fs::read(self.shelf.file(MANIFEST)).ok();
        let offer = stood.and_then(|manifest| for_any(&manifest).ok());
        offer.is_some_and(|offer| {
            let version = here.version.to_string();
            policy::has_its_turn(&machine(&self.core), &version, offer.rollout)
        })
    }

    /// Lays it where the updater finds it: the package first, as it begins at the feed. It is noted afterwards: cut off in between, it is
    /// laid once more, and never taken for one that failed.
    async fn lay(&mut self, mut here: Here) {
        tracing::info!(version = %here.version, "the update is laid for the updater");
        here.laid = Some(self.core.clock.now());
        self.wait_with(&here, None);
        self.alarm(Alarm::default()).await;
        let package = self.shelf.file(&here.file);
        let (shelf, inbox) = (self.shelf.clone(), self.inbox.clone());
        let laid = tokio::task::spawn_blocking(move || {
            let manifest = fs::read(shelf.file(MANIFEST))?;
            let name = name_in(&manifest).unwrap_or_else(|| "package".to_owned());
            write_whole(&inbox.join(name), &fs::read(package)?)?;
            write_whole(&inbox.join(MANIFEST), &manifest)
        });
        match laid.await.map_err(io::Error::other).flatten() {
            Ok(()) => {
                self.note.here = Some(here);
                self.keep();
            }
            Err(error) => {
                tracing::error!(%error, "the update cannot be laid for the updater; it is tried again");
                self.show();
            }
        }
    }

    fn is_laid(&self) -> bool {
        self.inbox.join(MANIFEST).exists()
    }

    fn take_back(&self) {
        if let Err(error) = fs::remove_file(self.inbox.join(MANIFEST)) {
            tracing::warn!(%error, "what was laid for the updater stays");
        }
    }
}

/// Which machine this is among those that share a feed.
fn machine(core: &Core) -> String {
    let id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    format!("{} {}", id.trim(), core.node)
}
