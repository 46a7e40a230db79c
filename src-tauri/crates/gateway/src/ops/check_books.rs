//! The books look at themselves (MON-08): at start, every few minutes, and when an administrator asks. Where they do not add
//! up no money moves, and the operator is told, until they do. Charging that needs no money goes on.

use domain::alert::{AlertKind, Severity};
use store::check;
use store::repo::ledger;

use super::alert::{self, NewAlert};
use super::bill::settle_due;
use crate::core::{Core, OpError};

/// What makes two of these alerts the same.
const SUBJECT: &str = "books";

/// Checks the books, freezes money where they are wrong and thaws it where they are right again. Gives what is wrong.
pub async fn check_books(core: &Core) -> Result<Vec<String>, OpError> {
    // What is due is no fault.
    settle_due(core).await?;
    let faults = {
        let mut conn = core.store.read().await?;
        check::money(&mut conn).await?
    };
    let first = faults.first().cloned();
    core.write(move |mut unit| {
        Box::pin(async move {
            let Some(fault) = first else {
                if ledger::thaw(unit.conn).await? {
                    tracing::info!("the books add up again: money moves");
                }
                return alert::clear(&mut unit, AlertKind::BooksWrong, SUBJECT).await;
            };
            let now = unit.now();
            if ledger::freeze(unit.conn, &fault, now).await? {
                tracing::error!(
                    fault,
                    "the books do not add up: no money moves until they do"
                );
            }
            let news = NewAlert {
                kind: AlertKind::BooksWrong,
                subject: SUBJECT.to_owned(),
                severity: Severity::Critical,
                title: "The books do not add up".to_owned(),
                detail: format!("{fault}. No money moves until they do; ask for help."),
                station_id: None,
                charge_point_id: None,
                session_id: None,
            };
            alert::raise(&mut unit, news).await
        })
    })
    .await?;
    Ok(faults)
}
