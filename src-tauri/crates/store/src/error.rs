//! What can go wrong below the gateway's rules.

use std::path::PathBuf;

/// An error of the store. Callers decide by variant; the text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The URL is not one this gateway can use.
    #[error("{0}")]
    Url(String),
    /// The engine did not take a setting that durability rests on.
    #[error("the database refused {pragma}: it is {found}, needed {needed}")]
    Pragma {
        /// The setting.
        pragma: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
    /// The SQLite in this program is one that can lose a commit.
    #[error("SQLite {found} can lose a commit when its log is reset; {needed} or newer is needed")]
    OldEngine {
        /// Its version.
        found: String,
        /// The first sound one.
        needed: &'static str,
    },
    /// Nobody answers where the database server should be.
    #[error("PostgreSQL at {place} does not answer: {why}")]
    Unreachable {
        /// Host and port.
        place: String,
        /// What the system said.
        why: String,
    },
    /// Another program works on the same database.
    #[error("another gateway runs on {}; stop it first", .0.display())]
    InUse(PathBuf),
    /// A file beside the database cannot be used.
    #[error("{} cannot be used: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A copy of the database is not one that can be relied on, or is not wanted.
    #[error("{0}")]
    Copy(String),
    /// A stored value no longer reads as what it was written as.
    #[error("stored {what} does not read: {value:?}")]
    Corrupt {
        /// Which column.
        what: &'static str,
        /// What stands there.
        value: String,
    },
    /// The commit this unit shared with others failed, so nothing of it stands.
    #[error("the commit failed: {0}")]
    Group(String),
    /// The disk is full or fails: nothing of the unit stands.
    #[error("the disk is full or fails: {0}")]
    Disk(String),
    /// The writer took nothing: it is shutting down, or the database cannot begin a transaction.
    #[error("the database takes no work right now")]
    Closed,
}

/// What a failure of SQLite says about the disk below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskFault {
    /// It is full, or a read or write failed: it may do again later.
    Passing,
    /// A flush failed: what was written before may be gone, and asking again would say that all is well.
    Flush,
}

impl StoreError {
    /// Whether a UNIQUE constraint refused the row: somebody else was first.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Sql(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation))
    }

    /// Whether it may pass by itself: the asker should come again.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Disk(_) | Self::Closed | Self::Group(_))
    }

    /// Whether it is what was to be written, or what stands there, that the store cannot take: the same without it would
    /// succeed.
    pub fn is_of_content(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            Self::Sql(error) => error.as_database_error().is_some_and(|error| {
                // SQLSTATE classes of data exceptions and constraints; SQLite's constraint, mismatch and too big.
                let code = error.code().unwrap_or_default();
                ["22", "23"]
                    .iter()
                    .any(|class| code.len() == 5 && code.starts_with(class))
                    || code
                        .parse()
                        .is_ok_and(|code: i32| [18, 19, 20].contains(&(code & 0xff)))
            }),
            _ => false,
        }
    }

    /// Whether PostgreSQL rolled the unit back for the sake of another: a failed serialization, a deadlock.
    pub(crate) fn is_retryable(&self) -> bool {
        self.code()
            .is_some_and(|code| ["40001", "40P01"].contains(&code.as_str()))
    }

    /// What it says about the disk below SQLite, if it says anything.
    pub(crate) fn disk_fault(&self) -> Option<DiskFault> {
        const FULL: i32 = 13;
        const IOERR: i32 = 10;
        const IOERR_FSYNC: i32 = 1034;
        const IOERR_DIR_FSYNC: i32 = 1290;
        match self.code()?.parse().ok()? {
            IOERR_FSYNC | IOERR_DIR_FSYNC => Some(DiskFault::Flush),
            code if [FULL, IOERR].contains(&(code & 0xff)) => Some(DiskFault::Passing),
            _ => None,
        }
    }

    fn code(&self) -> Option<String> {
        let Self::Sql(error) = self else { return None };
        error
            .as_database_error()?
            .code()
            .map(std::borrow::Cow::into_owned)
    }
}
