//! What every op works with: the store, the clock, the password hasher; and the unit of work that
//! ties state and events together.

use std::borrow::Cow;
use std::sync::Arc;

use domain::hold::HoldRule;
use domain::money::UnitPrice;
use domain::{Code, Currency, Event, Money, Timestamp};
use receipts::Seller;
use store::{Conn, Disk, Store, StoreError, UnitError, Work};

use crate::audit::{self, Doing, Notes};
use crate::clock::Clock;
use crate::known_tokens::KnownTokens;
use crate::secret::Passwords;
use crate::standing::{Rules, Standing};

/// The gateway's core, given to every op. Cheap to clone.
#[derive(Clone)]
pub struct Core {
    /// State and outbox.
    pub store: Store,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// Password hashing.
    pub passwords: Passwords,
    /// This gateway's name among several.
    pub node: Arc<str>,
    /// What the database last said of id tokens.
    pub tokens: Arc<KnownTokens>,
    /// The settings as they hold now.
    pub standing: Arc<Standing>,
}

/// The site's rules about customers' money. Amounts are in whole units, whatever the currency.
#[derive(Clone, Copy, Debug)]
pub struct MoneyRules {
    /// What prices and wallets are in where nothing else is said.
    pub currency: Currency,
    /// What is held for a charge without a limit in money, and each time it is extended.
    pub hold: UnitPrice,
    /// With less than this in the wallet no charge begins.
    pub minimum: UnitPrice,
    /// What an operator gives or takes beyond this needs a second one's yes (MON-11).
    pub approval_above: UnitPrice,
}

/// How receipts are made out.
#[derive(Clone, Debug)]
pub struct ReceiptRules {
    /// Who sells; without a name it is the station.
    pub seller: Seller,
    /// What numbers begin with.
    pub number_prefix: String,
    /// How long a receipt's page can be opened by its link.
    pub link_days: u16,
    /// Where browsers find the pages from outside, without a slash at its end; may be empty.
    pub public_url: String,
}

impl ReceiptRules {
    /// Where a receipt's own page is. Without an address of the outside it is one for this gateway's own pages.
    pub fn url(&self, link: &str) -> String {
        format!("{}/r/{link}", self.public_url)
    }
}

impl MoneyRules {
    /// How much is held, in a currency.
    pub fn holds(&self, currency: Currency) -> HoldRule {
        HoldRule {
            usual: amount(self.hold, currency),
            least: amount(self.minimum, currency),
        }
    }

    /// What an operator may give or take alone, in a currency.
    pub fn alone(&self, currency: Currency) -> Money {
        amount(self.approval_above, currency)
    }
}

fn amount(of: UnitPrice, currency: Currency) -> Money {
    UnitPrice { currency, ..of }.times(1, 1)
}

/// Why an op did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum OpError {
    /// A rule refused it: the asker's to mend.
    #[error("{detail}")]
    Refused {
        /// The code the page branches on.
        code: Code,
        /// One sentence for people.
        detail: String,
    },
    /// A field is outside its bounds: the asker's to mend.
    #[error("{detail}")]
    Invalid {
        /// A JSON pointer to it.
        pointer: Cow<'static, str>,
        /// What is wrong, for programs.
        fault: &'static str,
        /// One sentence for people.
        detail: Cow<'static, str>,
    },
    /// The account has too little money: the asker's to mend.
    #[error("There is too little money in the account.")]
    Unfunded {
        /// How much more is needed.
        missing: Money,
    },
    /// Too many came from one place.
    #[error("Too many of these came from here. Try again in {seconds} s.")]
    Limited {
        /// How long from now, at least 1.
        seconds: u64,
    },
    /// It was tried too often.
    #[error("Too many attempts. Try again in {seconds} s.")]
    Wait {
        /// How long from now, at least 1.
        seconds: u64,
    },
    /// The store failed: ours to mend.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OpError {
    /// A refusal.
    pub fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused {
            code,
            detail: detail.into(),
        }
    }

    /// The same fault at another place of a body.
    #[must_use]
    pub fn at(self, place: &'static str) -> Self {
        match self {
            Self::Invalid { fault, detail, .. } => Self::Invalid {
                pointer: place.into(),
                fault,
                detail,
            },
            other => other,
        }
    }

    /// The code the asker is told. The store's own failures say no more than that they are ours.
    pub const fn code(&self) -> Code {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Invalid { .. } => Code::RequestValidation,
            Self::Unfunded { .. } => Code::InsufficientFunds,
            Self::Limited { .. } => Code::RequestRateLimited,
            Self::Wait { .. } => Code::AuthTooManyAttempts,
            Self::Store(_) => Code::ServerUnavailable,
        }
    }
}

impl UnitError for OpError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused { .. }
            | Self::Invalid { .. }
            | Self::Unfunded { .. }
            | Self::Limited { .. }
            | Self::Wait { .. } => None,
        }
    }
}

/// One unit of work in the making: what it writes and emits commits together.
pub struct Unit<'c> {
    /// The connection to write through.
    pub conn: &'c mut Conn,
    clock: Arc<dyn Clock>,
    /// The gateway that publishes what is emitted.
    node: Arc<str>,
    receipts: Arc<ReceiptRules>,
    /// What is to be said of the change, where somebody at the desk makes one.
    notes: Option<&'c mut Notes>,
}

impl Unit<'_> {
    /// Which object the change is about, where the request does not name it.
    pub fn about(&mut self, id: impl std::fmt::Display) {
        if let Some(notes) = &mut self.notes {
            notes.about(id);
        }
    }

    /// Whether the change is noted.
    pub const fn is_watched(&self) -> bool {
        self.notes.is_some()
    }

    /// What the object was before the change.
    pub fn before(&mut self, object: &impl serde::Serialize) {
        if let Some(notes) = &mut self.notes {
            notes.before(object);
        }
    }

    /// What it became, in the same form: where that is said, it is kept instead of what was asked.
    pub fn after(&mut self, object: &impl serde::Serialize) {
        if let Some(notes) = &mut self.notes {
            notes.after(object);
        }
    }

    /// One field of the change, where the request's own body does not say it.
    pub fn changed(&mut self, field: &str, from: Option<&str>, to: Option<&str>) {
        if let Some(notes) = &mut self.notes {
            notes.changed(field, from, to);
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id.
    pub fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.clock.id().into()
    }

    /// The gateway this unit is of.
    pub const fn node(&self) -> &Arc<str> {
        &self.node
    }

    /// How receipts are made out.
    pub fn receipts(&self) -> &ReceiptRules {
        &self.receipts
    }

    /// Adds an event, to be published once this unit has committed.
    pub async fn emit(&mut self, event: &Event) -> Result<(), StoreError> {
        let now = self.clock.now();
        let clock = Arc::clone(&self.clock);
        store::repo::outbox::append(self.conn, &self.node, event, now, || clock.id().into()).await
    }
}

impl Core {
    /// Whether a session may begin that does not run yet. Not while the disk is full: what is left of it
    /// belongs to those that run (DB-05).
    pub fn takes_new_sessions(&self) -> bool {
        self.store.disk() == Disk::Sound
    }

    /// The settings as they hold now.
    pub fn rules(&self) -> Arc<Rules> {
        self.standing.now()
    }

    /// How much is held, and how much one operator may give alone.
    pub fn money(&self) -> MoneyRules {
        self.standing.now().money
    }

    /// Runs a unit of work; returns when it is durable. What somebody at the desk changes is noted in the same unit.
    pub async fn write<T, F>(&self, work: F) -> Result<T, OpError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Unit<'c>) -> Work<'c, Result<T, OpError>> + Clone + Send + 'static,
    {
        let doing = audit::watched();
        let done = self.run(doing.clone(), work).await;
        if let (Some(doing), true) = (doing, done.is_ok()) {
            doing.settle();
        }
        done
    }

    /// The same for what nobody decided: the keeping of an answer.
    pub async fn write_unnoted<T, F>(&self, work: F) -> Result<T, OpError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Unit<'c>) -> Work<'c, Result<T, OpError>> + Clone + Send + 'static,
    {
        self.run(None, work).await
    }

    async fn run<T, F>(&self, doing: Option<Arc<Doing>>, work: F) -> Result<T, OpError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Unit<'c>) -> Work<'c, Result<T, OpError>> + Clone + Send + 'static,
    {
        let (clock, node) = (Arc::clone(&self.clock), Arc::clone(&self.node));
        let receipts = Arc::clone(&self.standing.now().receipts);
        self.store
            .write(move |conn| {
                Box::pin(async move {
                    let mut notes = doing.is_some().then(Notes::default);
                    let unit = Unit {
                        conn: &mut *conn,
                        clock: Arc::clone(&clock),
                        node,
                        receipts,
                        notes: notes.as_mut(),
                    };
                    let done = work(unit).await?;
                    if let (Some(doing), Some(notes)) = (doing, notes) {
                        audit::note(conn, &doing, &notes, clock.id(), clock.now()).await?;
                    }
                    Ok(done)
                })
            })
            .await
    }
}
