//! The settings as they hold now: those that were given at the start, with what an admin stored since (ADR 22). Whoever works
//! by one of them asks here each time. Not for what a setting may be: that is `settings`.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::Money;
use store::repo::settings::{self as rows, Stored};
use store::{Store, StoreError};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, MoneyRules, ReceiptRules};
use crate::settings::{Settings, SettingsError, Site};

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
}

impl Rules {
    fn of(given: &Settings, stored: Stored) -> Result<Self, SettingsError> {
        let settings = given.with_stored(&stored)?;
        Ok(Self {
            money: settings.money()?,
            receipts: settings.receipts()?,
            topups: settings.topup_bounds()?,
            settings,
            stored,
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
}

/// The settings as they hold, for everybody who works by them.
pub struct Standing {
    given: Settings,
    now: RwLock<Arc<Rules>>,
}

/// Why they cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// What was given and what is stored do not go together.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
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

    /// From now on this holds: it is stored.
    pub fn hold(&self, rules: Rules) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// Takes over what others stored.
    async fn look(&self, store: &Store) -> Result<(), StandingError> {
        let stored = rows::list(&mut store.read().await?).await?;
        if stored != self.now().stored {
            self.hold(self.weigh(stored)?);
            tracing::info!("settings were changed elsewhere, and hold here too");
        }
        Ok(())
    }
}

/// Follows what others store.
pub async fn follow(core: Core, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(LOOK);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        let looked = core.standing.look(&core.store).await;
        // Said once: the next second finds the same.
        if let (Err(error), false) = (&looked, failed) {
            tracing::error!(%error, "what is stored of the settings does not hold here; the old ones go on");
        }
        failed = looked.is_err();
    }
}
