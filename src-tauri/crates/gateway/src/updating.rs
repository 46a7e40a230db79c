//! This machine's package, renewed with nobody near (ADR 28): the feed is asked, what it offers is fetched, and laid where
//! `forecourt-updater` finds it when the site sleeps and nobody charges. Installing is that program's, and trust the crate `updates`'.

pub mod feed;
mod fetching;
mod files;
mod home;
mod inbox;
mod keeper;
mod manifest;
mod mirror;
mod note;
pub mod policy;
mod site;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, OnceLock};

use domain::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};

pub use files::write_whole;
pub use home::Home;
pub use keeper::Keeper;
pub use mirror::Mirror;

use policy::Why;

/// How an update of this machine does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing renews this machine by itself.
    #[default]
    Off,
    /// What runs is the newest that is known, as far as was asked.
    Current,
    /// A newer one is fetched.
    Fetching(Offered),
    /// It lies ready.
    Ready(Ready),
    /// Another program installs it, and starts this one anew.
    Installing(Offered),
    /// It was not taken, and why.
    Refused(String),
}

/// A version on its way here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Which.
    pub version: String,
    /// How much of it is here.
    pub percent: u8,
}

/// A version that lies ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Which.
    pub version: String,
    /// Since when.
    pub since: Timestamp,
    /// What it waits for.
    pub why: Option<Why>,
    /// Whether it waited long enough for somebody to decide.
    pub asks: bool,
}

impl State {
    /// The version that is to come.
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::Fetching(offered) | Self::Installing(offered) => Some(&offered.version),
            Self::Ready(ready) => Some(&ready.version),
            Self::Off | Self::Current | Self::Refused(_) => None,
        }
    }
}

/// What the desk may ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Ask the feed now.
    Check,
    /// Install what lies ready as soon as nobody charges, whatever the hour.
    Install,
}

impl Order {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Install => "install",
        }
    }
}

/// An order, and who is told when it was done.
type Asked = (Order, oneshot::Sender<()>);

/// How this machine's update does, for everybody who shows it, and where it is told what the desk wants.
pub struct Updating {
    state: watch::Sender<State>,
    checked: watch::Sender<Option<Timestamp>>,
    orders: mpsc::Sender<Asked>,
    heard: Mutex<Option<mpsc::Receiver<Asked>>>,
    touched: AtomicI64,
    running: OnceLock<String>,
}

impl Default for Updating {
    fn default() -> Self {
        // The clicks of somebody impatient wait for each other.
        let (orders, heard) = mpsc::channel(4);
        Self {
            state: watch::Sender::default(),
            checked: watch::Sender::default(),
            orders,
            heard: Some(heard).into(),
            touched: AtomicI64::new(i64::MIN),
            running: OnceLock::new(),
        }
    }
}

impl Updating {
    /// How it does now.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// The version that runs: the package's, or the program's own where none brought it.
    pub fn running(&self) -> String {
        let own = || env!("CARGO_PKG_VERSION").to_owned();
        self.running.get().cloned().unwrap_or_else(own)
    }

    /// How it does from now on.
    pub fn follow(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// When the feed last answered.
    pub fn checked(&self) -> Option<Timestamp> {
        *self.checked.borrow()
    }

    /// Does what the desk wants, and returns when it was done or refused; `false` where nothing listens.
    pub async fn order(&self, order: Order) -> bool {
        let (tell, told) = oneshot::channel();
        if self.state() == State::Off || self.orders.send((order, tell)).await.is_err() {
            return false;
        }
        told.await.is_ok()
    }

    /// Somebody touches this machine's own screen.
    pub fn is_touched(&self, now: Timestamp) {
        self.touched.store(now.as_millisecond(), Ordering::Relaxed);
    }

    fn last_touch(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.touched.load(Ordering::Relaxed)).ok()
    }

    fn tell(&self, state: State) {
        self.state.send_if_modified(|now| {
            let news = *now != state;
            *now = state;
            news
        });
    }
}
