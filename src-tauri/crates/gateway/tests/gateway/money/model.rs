//! Random days at a site, told to the gateway and to a ledger of a few lines, which must agree after each step (MON-09): cards
//! and accounts that start, charges that were kept by their charger, readings, stops, each of them again and late, mains that
//! go, adjustments, restarts. In the end every bill is computed anew from the readings alone (MON-07). A seed is one such day; `cargo xtask test money --seeds N` for more of them, `MONEY_SEED=S` for
//! one again.
//!
//! Planted once and seen red: what is left of a hold kept back; tax that is not booked; what is owed not paid first.
#![allow(
    clippy::disallowed_methods,
    reason = "which seeds is told by the environment, as `testkit::rounds` is"
)]

mod books;
mod day;

use std::env;
use std::sync::Arc;

use testkit::Postgres;

use self::day::{STEPS, day};
use super::limits::Moved;
use super::till::Till;

/// So many days after each other on one database: what one leaves is there in the next.
async fn days(till: Till, seeds: Vec<u64>) {
    let password = "a long enough password".to_owned();
    let role = domain::operator::Role::Operator;
    let core = till.house.gateway.core.clone();
    let by = gateway::ops::create_operator::create_operator(&core, "t@example.org", role, password)
        .await
        .expect("a new address");
    let (moved, clock) = Moved::of(&till);
    for seed in &seeds {
        day(&till, by, (moved.clone(), Arc::clone(&clock)), *seed).await;
    }
    till.is_sound().await;
    let bills = till.bills_anew().await;
    println!(
        "{} seeds, {STEPS} steps each; {bills} bills anew",
        seeds.len()
    );
}

/// The seeds: one that is to be had again, or so many from the first on.
fn seeds(usual: u64) -> Vec<u64> {
    let told = |name: &str| env::var(name).ok().and_then(|text| text.parse().ok());
    match (told("MONEY_SEED"), told("MONEY_SEEDS")) {
        (Some(seed), _) => vec![seed],
        (None, wanted) => (1..=wanted.unwrap_or(usual)).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_days_agree_with_a_ledger_of_a_few_lines_on_sqlite() {
    for part in seeds(200).chunks(50) {
        days(Till::new().await, part.to_vec()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_days_agree_with_a_ledger_of_a_few_lines_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("days").await;
    let till = Till::with(|settings| settings.database_url = Some(url)).await;
    let few = seeds(10).into_iter().take(50).collect();
    days(till, few).await;
}
