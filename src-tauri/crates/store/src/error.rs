//! What can go wrong below the gateway's rules.

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
    /// SQLite did not take a setting that durability rests on.
    #[error("SQLite refused {pragma}: it is {found}, needed {needed}")]
    Pragma {
        /// The setting.
        pragma: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        needed: &'static str,
    },
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
    /// The writer took nothing: it is shutting down, or the database cannot begin a transaction.
    #[error("the database takes no work right now")]
    Closed,
}

impl StoreError {
    /// Whether a UNIQUE constraint refused the row: somebody else was first.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Sql(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation))
    }
}
