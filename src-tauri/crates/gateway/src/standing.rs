//! The settings as they hold now: those that were given at the start, with what an admin stored since (ADR 22). Whoever works
//! by one of them asks here each time. What is stored and does not fit holds nobody up: without it the rest holds. Not for what
//! a setting may be: that is `settings`.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::{Code, Money};
use sha2::{Digest as _, Sha256};
use store::repo::settings::{self as rows, Stored};
use store::{Store, StoreError};
use tokio::sync::Mutex;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, MoneyRules, OpError, ReceiptRules};
use crate::ops::alarm_misfits::alarm_misfits;
use crate::settings::{Misfit, Settings, SettingsError, Site};

/// How often what others stored is looked for: admin commands and other gateways on this database.
const LOOK: Duration = Duration::from_secs(1);

/// What holds until the next change, read to the end.
pub struct Rules {
    /// Customers' money.
    pub money: MoneyRules,
    /// How receipts are made out.
    pub receipts: Arc<ReceiptRules>,
    /// The least and the most that can be paid in at once.
    pub topups: (Money, Money),
    settings: Settings,
    stored: Stored,
    misfits: Vec<Misfit>,
    site_version: String,
}

impl Rules {
    fn of(given: &Settings, stored: Stored) -> Result<Self, SettingsError> {
        let (settings, misfits) = given.with_stored(&stored)?;
        Ok(Self {
            money: settings.money()?,
            receipts: settings.receipts()?,
            topups: settings.topup_bounds()?,
            site_version: version(&settings.site),
            settings,
            stored,
            misfits,
        })
    }

    /// What is true of the whole site.
    pub const fn site(&self) -> &Site {
        &self.settings.site
    }

    /// All of them. Some are secrets.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What an admin stored.
    pub const fn stored(&self) -> &Stored {
        &self.stored
    }

    /// What of it does not hold here.
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }

    /// Another text for another site, and the same for the same at every gateway: pages see by it that they are behind.
    pub fn site_version(&self) -> &str {
        &self.site_version
    }
}

fn version(site: &Site) -> String {
    let said = serde_json::to_vec(site).unwrap_or_default();
    let mut text = hex::encode(Sha256::digest(said));
    text.truncate(16);
    text
}

/// The settings as they hold, for everybody who works by them.
pub struct Standing {
    given: Settings,
    now: RwLock<Arc<Rules>>,
    /// Who looks: what was read first must not be held last.
    turn: Mutex<()>,
}

/// Why they cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// What was given cannot be used, whatever is stored.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<StandingError> for OpError {
    fn from(error: StandingError) -> Self {
        match error {
            // The settings were looked at before the start: nothing of them can fail now.
            StandingError::Settings(error) => Self::refused(Code::ServerInternal, error.0),
            StandingError::Store(error) => error.into(),
        }
    }
}

impl Standing {
    /// Those that were given, with what is stored.
    pub async fn load(given: &Settings, store: &Store) -> Result<Self, StandingError> {
        let stored = rows::list(&mut store.read().await?).await?;
        Ok(Self::with(given, stored)?)
    }

    /// Those that were given, with nothing stored.
    pub fn given(given: &Settings) -> Result<Self, SettingsError> {
        Self::with(given, Stored::new())
    }

    fn with(given: &Settings, stored: Stored) -> Result<Self, SettingsError> {
        Ok(Self {
            now: RwLock::new(Arc::new(Rules::of(given, stored)?)),
            given: given.clone(),
            turn: Mutex::default(),
        })
    }

    /// What holds now.
    pub fn now(&self) -> Arc<Rules> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What would hold with this stored.
    pub fn weigh(&self, stored: Stored) -> Result<Rules, SettingsError> {
        Rules::of(&self.given, stored)
    }

    /// Takes over what is stored by now.
    pub async fn look(&self, store: &Store) -> Result<(), StandingError> {
        let _turn = self.turn.lock().await;
        let stored = rows::list(&mut store.read().await?).await?;
        if stored != self.now().stored {
            let rules = Arc::new(self.weigh(stored)?);
            *self.now.write().unwrap_or_else(PoisonError::into_inner) = rules;
            tracing::info!("settings were changed, and hold here");
        }
        Ok(())
    }
}

/// Follows what others store, and tells of what cannot hold here.
pub async fn follow(core: Core, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(LOOK);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut said, mut raised) = (Vec::new(), None);
    let mut away = false;
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        let done = tell(&core, &mut said, &mut raised).await;
        // Said once: the next second finds the same.
        if let (Err(error), false) = (&done, away) {
            tracing::warn!(%error, "stored settings cannot be looked at; those that hold go on");
        }
        away = done.is_err();
    }
}

/// Each misfit is said once, and its alert stands until it fits.
async fn tell(
    core: &Core,
    said: &mut Vec<Misfit>,
    raised: &mut Option<Vec<Misfit>>,
) -> Result<(), OpError> {
    core.standing.look(&core.store).await?;
    let misfits = core.rules().misfits().to_vec();
    for misfit in misfits.iter().filter(|misfit| !said.contains(misfit)) {
        let Misfit { name, why } = misfit;
        tracing::error!(setting = name, %why, "a stored setting does not hold here; without it the gateway goes on");
    }
    said.clone_from(&misfits);
    if raised.as_ref() != Some(&misfits) {
        alarm_misfits(core, misfits.clone()).await?;
        *raised = Some(misfits);
    }
    Ok(())
}
