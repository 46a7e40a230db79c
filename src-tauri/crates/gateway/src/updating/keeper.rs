//! Keeps this machine's package new: asks, fetches, waits for a good hour, lays it for the updater, and sees what came of it.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use jiff::SignedDuration;
use rand::RngExt as _;
use semver::Version;
use store::Disk;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use updates::Refusal;
use updates::offer::{self, Kind, Offer};

use super::feed::{Fault, Fetch, Source};
use super::fetching::{Fetcher, Fetching};
use super::inbox::Inbox;
use super::manifest::for_any;
use super::note::{Here, Note, Shelf};
use super::policy::{self, Site, Verdict};
use super::site;
use super::{Asked, Offered, Order, Ready, State, Updating};
use crate::core::Core;
use crate::ops::alarm_update::{Alarm, Say, alarm_update};
use crate::settings::{self, std};

/// How often it is looked whether the hour is good, and what the updater does.
const LOOK: Duration = Duration::from_secs(2);
/// When the feed is first asked: a machine that starts has other cares.
const FIRST: Duration = Duration::from_mins(2);
/// So long the updater may take to begin; somebody else may be installing something.
const BEGINS: SignedDuration = SignedDuration::from_mins(20);
/// So long after that, or after what could not be laid, it is not laid again.
const LATER: Duration = Duration::from_mins(30);
/// A version that ran so long is well: the updater has said so long before.
const WELL: Duration = Duration::from_mins(10);

/// What it works with.
pub struct Keeper {
    core: Core,
    updating: Arc<Updating>,
    fetcher: Fetcher,
    settings: settings::Updates,
    shelf: Shelf,
    inbox: Inbox,
    note: Note,
    fetching: Option<Fetching>,
    /// The one that was laid runs since then, and has to show that it lasts.
    proving: Option<Instant>,
    not_before: Option<Instant>,
    well: Duration,
    orders: mpsc::Receiver<Asked>,
}

impl Keeper {
    /// For a machine whose package brought keys; none where somebody does it already.
    pub fn new(
        core: Core,
        updating: Arc<Updating>,
        source: Source,
        fetch: Arc<dyn Fetch>,
        data: &Path,
    ) -> Option<Self> {
        let orders = updating.heard.lock().ok()?.take()?;
        let shelf = Shelf::of(data);
        let kind = source.home.kind;
        let _ = updating.running.set(source.home.version.to_string());
        Some(Self {
            settings: core.rules().settings().updates.clone(),
            note: shelf.note(kind),
            fetcher: Fetcher {
                source,
                fetch,
                shelf: shelf.clone(),
                updating: Arc::clone(&updating),
                store: core.store.clone(),
            },
            core,
            updating,
            shelf,
            inbox: Inbox::of(data, kind),
            fetching: None,
            proving: None,
            not_before: None,
            well: WELL,
            orders,
        })
    }

    /// With another time after which a version that runs is well.
    #[must_use]
    pub fn well_after(self, well: Duration) -> Self {
        Self { well, ..self }
    }

    /// Runs until the gateway stops.
    pub async fn run(mut self, stopping: CancellationToken) {
        self.settle().await;
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ask = Instant::now() + FIRST;
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                fetched = Fetching::end(&mut self.fetching) => self.fetched(fetched).await,
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
        &self.fetcher.source.home.version
    }

    fn kind(&self) -> Kind {
        self.fetcher.source.home.kind
    }

    /// What came of what was laid before this start.
    async fn settle(&mut self) {
        self.updating.tell(State::Current);
        let Some(here) = self.note.here.clone() else {
            return;
        };
        let running = self.running().clone();
        if here.version == running {
            tracing::info!(version = %running, "the update runs");
            self.proving = Some(Instant::now());
        } else if here.version.cmp_precedence(&running).is_le() {
            // Somebody installed a newer one by hand.
            self.forget();
        } else if here.laid.is_some() && !self.inbox.is_laid() {
            let why = "it was taken back: the old version is here again";
            self.failed(&here.version, why).await;
        } else {
            self.show();
        }
    }

    /// The one that was laid has lasted.
    async fn is_well(&mut self) {
        let running = self.running().clone();
        self.note.floor = self.note.floor.take().max(Some(running));
        self.proving = None;
        self.forget();
        self.alarm(Say::Over, Say::Over).await;
    }

    /// Nothing is this machine's next any more. A mirror keeps what it offers on.
    fn forget(&mut self) {
        self.note.here = None;
        self.keep();
        if !self.settings.mirror {
            self.shelf.clear();
        }
        self.updating.tell(State::Current);
    }

    async fn failed(&mut self, version: &Version, why: &str) {
        tracing::error!(%version, why, "the update is not here");
        if !self.note.failed.contains(version) {
            self.note.failed.push(version.clone());
        }
        self.forget();
        self.refused(format!("{version}: {why}")).await;
    }

    /// What lies ready lies ready still.
    async fn refused(&self, said: String) {
        self.alarm(Say::Nothing, Say::Stands(said.clone())).await;
        match &self.note.here {
            Some(here) => self.wait_with(here, None),
            None => self.updating.tell(State::Refused(said)),
        }
    }

    async fn alarm(&self, waiting: Say<(String, policy::Why)>, failed: Say<String>) {
        let told = alarm_update(&self.core, Alarm { waiting, failed }).await;
        if let Err(error) = told {
            tracing::warn!(%error, "how the update does could not be told");
        }
    }

    fn keep(&self) {
        if let Err(error) = self.shelf.keep(&self.note) {
            tracing::error!(%error, "what is known of updates cannot be noted");
        }
    }

    /// Asks the feed, and begins to fetch what it offers.
    async fn ask(&mut self) {
        let busy = self.fetching.is_some() || self.proving.is_some();
        if busy
            || self
                .note
                .here
                .as_ref()
                .is_some_and(|here| here.laid.is_some())
        {
            return;
        }
        match self.offered().await {
            Ok(()) => self.is_answered(),
            Err(Fault::Refused(refusal)) => {
                self.is_answered();
                self.refuses(refusal).await;
            }
            Err(Fault::Way(why)) => self.is_away(&why),
        }
    }

    fn is_answered(&self) {
        let now = self.core.clock.now();
        self.updating.checked.send_replace(Some(now));
    }

    fn is_away(&self, why: &str) {
        tracing::warn!(why, "the feed of updates is away; it is tried again");
        self.show();
    }

    async fn refuses(&mut self, refusal: Refusal) {
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

    /// A sound feed has nothing newer: what lies here was withdrawn.
    async fn is_current(&mut self) {
        if self.note.here.is_some() {
            tracing::info!("the update that lay ready is offered no more");
            self.forget();
        }
        self.updating.tell(State::Current);
        self.alarm(Say::Over, Say::Over).await;
    }

    /// What lies here, or what there was to say before.
    fn show(&self) {
        match &self.note.here {
            Some(here) => self.wait_with(here, None),
            None if matches!(self.updating.state(), State::Refused(_)) => {}
            None => self.updating.tell(State::Current),
        }
    }

    async fn offered(&mut self) -> Result<(), Fault> {
        let Some(manifest) = self.fetcher.source.ask().await? else {
            self.is_current().await;
            return Ok(());
        };
        let here = offer::Here {
            kind: self.kind(),
            running: self.running().clone(),
            floor: self.note.floor.clone(),
            failed: self.note.failed.clone(),
        };
        let (offer, refused) = match offer::read(&manifest, &here) {
            Ok(offer) => (offer, None),
            // For the site's other machines it may be new.
            Err(refusal) if self.settings.mirror => {
                (for_any(&manifest, self.kind())?, Some(refusal))
            }
            Err(refusal) => return Err(refusal.into()),
        };
        let has_its_turn = site::takes(&self.core, &offer.version, offer.rollout);
        let wanted = refused.is_none() && (has_its_turn || self.settings.mirror);
        if self.shelf.has(&offer.version, self.kind()) {
            self.lies_here(&offer, wanted);
        } else if wanted || self.settings.mirror {
            self.fetching = Some(self.fetcher.begin(offer, manifest, wanted));
        } else {
            self.show();
        }
        refused.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// It was fetched before: how many may take it may have changed.
    fn lies_here(&mut self, offer: &Offer, wanted: bool) {
        if let Err(error) = self.shelf.offer(offer, self.kind()) {
            tracing::warn!(%error, "what the feed says anew cannot be kept");
        }
        match &mut self.note.here {
            Some(here) if here.version == offer.version => {
                here.rollout = offer.rollout;
                self.keep();
            }
            _ if wanted => self.is_next(offer),
            _ => {}
        }
        self.show();
    }

    fn is_next(&mut self, offer: &Offer) {
        tracing::info!(version = %offer.version, "an update lies ready");
        self.note.here = Some(Here {
            version: offer.version.clone(),
            rollout: offer.rollout,
            since: self.core.clock.now(),
            agreed: false,
            laid: None,
        });
        self.keep();
    }

    /// What was fetched is here, or is not.
    async fn fetched(&mut self, (fetching, done): (Fetching, Result<(), Fault>)) {
        match done {
            Ok(()) if fetching.wanted => {
                self.is_next(&fetching.offer);
                self.alarm(Say::Over, Say::Over).await;
                self.show();
            }
            Ok(()) => {}
            Err(Fault::Way(why)) => {
                self.updating.tell(State::Current);
                self.is_away(&why);
            }
            Err(Fault::Refused(refusal)) => self.refuses(refusal).await,
        }
    }

    /// Somebody says that it need not wait for the night.
    async fn agree(&mut self) {
        if let Some(here) = &mut self.note.here {
            here.agreed = true;
            self.keep();
            self.alarm(Say::Over, Say::Nothing).await;
        }
        self.look().await;
    }

    /// Looks whether the hour is good, or what the updater does.
    async fn look(&mut self) {
        if let Some(since) = self.proving {
            if since.elapsed() >= self.well {
                self.is_well().await;
            }
            return;
        }
        let Some(here) = self.note.here.clone() else {
            return;
        };
        let site = match site::look(&self.core, &self.updating, &here).await {
            Ok(site) => site,
            Err(error) => {
                tracing::warn!(%error, "whether an update may be installed is not known");
                return;
            }
        };
        if let Some(laid) = here.laid {
            return self.look_after(here, laid, &site).await;
        }
        match policy::judge(&site, self.settings.quiet_hours) {
            Verdict::Install => {
                if self.not_before.is_none_or(|then| Instant::now() >= then) {
                    self.lay(here).await;
                }
            }
            verdict @ Verdict::Wait(_) => self.wait_with(&here, Some(verdict)),
            verdict @ Verdict::Ask(why) => {
                let asked = matches!(self.updating.state(), State::Ready(ready) if ready.asks);
                if !asked {
                    let waiting = (here.version.to_string(), why);
                    self.alarm(Say::Stands(waiting), Say::Nothing).await;
                }
                self.wait_with(&here, Some(verdict));
            }
        }
    }

    /// It was laid: the updater stops this program before it does anything. While it waits, somebody may come.
    async fn look_after(&mut self, here: Here, laid: Timestamp, site: &Site) {
        if !self.inbox.is_laid() {
            let why = "the updater did not take it; its log says why";
            return self.failed(&here.version, why).await;
        }
        let late = self.core.clock.now().duration_since(laid).abs() > BEGINS;
        if late || site.driver_here || site.sessions > 0 {
            self.inbox.take_back(&here.version);
            self.not_before = late.then(|| Instant::now() + LATER);
            if let Some(here) = &mut self.note.here {
                here.laid = None;
            }
            self.keep();
            self.show();
        }
        if late {
            tracing::error!("no updater came for what was laid; it is laid again later");
            let said = format!("{}: no updater came for it", here.version);
            self.alarm(Say::Nothing, Say::Stands(said)).await;
        }
    }

    fn wait_with(&self, here: &Here, verdict: Option<Verdict>) {
        let version = here.version.to_string();
        if here.laid.is_some() {
            let percent = 100;
            let offered = Offered { version, percent };
            return self.updating.tell(State::Installing(offered));
        }
        let (why, asks) = match verdict {
            Some(Verdict::Wait(why)) => (Some(why), false),
            Some(Verdict::Ask(why)) => (Some(why), true),
            Some(Verdict::Install) | None => (None, false),
        };
        self.updating.tell(State::Ready(Ready {
            version,
            since: here.since,
            why,
            asks,
        }));
    }

    /// Lays it where the updater finds it. It is noted afterwards: cut off in between, it is laid once more, and never taken for one that
    /// failed.
    async fn lay(&mut self, mut here: Here) {
        let (inbox, shelf, version) =
            (self.inbox.clone(), self.shelf.clone(), here.version.clone());
        let room = self.core.store.disk() == Disk::Sound;
        let laid = spawn_blocking(move || {
            if room {
                inbox.lay(&shelf, &version)
            } else {
                Err(ErrorKind::StorageFull.into())
            }
        });
        match laid.await.map_err(io::Error::other).flatten() {
            Ok(()) => {
                tracing::info!(version = %here.version, "the update is laid for the updater");
                here.laid = Some(self.core.clock.now());
                self.note.here = Some(here);
                self.keep();
                self.show();
                self.alarm(Say::Over, Say::Nothing).await;
            }
            Err(error) => {
                tracing::error!(%error, "the update cannot be laid for the updater; it is tried again later");
                self.inbox.take_back(&here.version);
                self.not_before = Some(Instant::now() + LATER);
                if !self.shelf.has(&here.version, self.kind()) {
                    // It is fetched anew.
                    self.forget();
                }
            }
        }
    }
}
