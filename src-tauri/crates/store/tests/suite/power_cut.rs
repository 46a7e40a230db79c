//! A power cut of the machine (DB-04): SQLite's writes and flushes are recorded while drivers pay in, charge and are
//! billed; then the disk is made as it may be after a cut at any moment ([`testkit::power_cut`]) and opened again. What
//! was acknowledged by then is there, the file is sound, and the books add up. Not for a killed process: see `kill`; nor
//! for PostgreSQL: see `server_crash`.
//!
//! Planted once and seen red: `synchronous = NORMAL` in `sqlite.rs` (and in every run, as the control), a unit answered
//! before its COMMIT; by the control's writer with `synchronous = OFF`, a damaged file.
#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use domain::bill::{Bill, BillKind};
use domain::customer::Customer;
use domain::hold::Hold;
use domain::ledger::{AccountKind, TransferKind};
use domain::money::{Percent, UnitPrice};
use domain::pricing::Rates;
use domain::session::{Funding, Session, SessionStatus, StopReason};
use domain::tariff::{Tariff, clock};
use domain::{ChargePointId, SessionId, WattHours};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use store::Store;
use store::repo::{
    bills, charge_points, connectors, customers, holds, outbox, sessions, stations, tariffs,
};
use tempfile::TempDir;
use testkit::{Dice, Recording, rounds};
use tokio::task::JoinSet;

use crate::database::{Database, commit, open};
use crate::ledger::{euros, give, post};
use crate::samples::{
    NODE, at, charge_point, connector, customer, event, id, reading, session, station,
    store_reading, tariff,
};

/// Tells a copy of a test to be the one that writes, and into which folder.
const VICTIM: &str = "STORE_SUITE_POWER_CUT";
const FILE: &str = "site.db";
/// DB-04: so many cuts.
const CUTS: (u32, u32) = (1_000, 20_000);
/// A disk's sector, and a page of both the disk and SQLite.
const SECTORS: [usize; 2] = [512, 4096];
/// How many charge at once, so that commits carry groups, and how often each.
const DRIVERS: u128 = 4;
const CHARGES: u128 = 20;
/// How many images are looked at side by side.
const SIDE_BY_SIDE: usize = 2;
pub(crate) const ACKNOWLEDGED: &str = "acknowledged ";

/// Everything that may have been acknowledged, in the words of the acknowledgements.
const STORED: &str = "SELECT 'moved ' || reference FROM ledger_transfer
    UNION ALL SELECT 'held ' || session_id FROM hold
    UNION ALL SELECT 'began ' || id FROM session
    UNION ALL SELECT 'read ' || transaction_id FROM meter_reading
    UNION ALL SELECT 'ended ' || id FROM session WHERE status = 'stopped'
    UNION ALL SELECT 'billed ' || session_id FROM bill
    UNION ALL SELECT 'told ' || id FROM outbox";

/// Runs twice: once as itself, and once more as the one that writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_a_power_cut_is_there_after_it() {
    if let Ok(folder) = std::env::var(VICTIM) {
        return charge_and_pay(&url(Path::new(&folder))).await;
    }
    let recording = record("what_was_acknowledged_before_a_power_cut_is_there_after_it");
    let after = cut_again_and_again(&recording, rounds(CUTS.0, CUTS.1)).await;
    assert_eq!(after.faults, Vec::<String>::new(), "sound after every cut");
    assert_eq!(after.lost, Vec::<String>::new(), "nothing acknowledged");
}

/// The control: the same rig, and a writer that does not flush each commit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_flush_for_each_commit_a_power_cut_loses_what_was_acknowledged() {
    if let Ok(folder) = std::env::var(VICTIM) {
        return pay_in_without_flushing(Path::new(&folder)).await;
    }
    let recording =
        record("without_a_flush_for_each_commit_a_power_cut_loses_what_was_acknowledged");
    let after = cut_again_and_again(&recording, 100).await;
    assert_eq!(after.faults, Vec::<String>::new(), "old, but never damaged");
    assert!(!after.lost.is_empty(), "the rig sees what is lost");
}

/// What was found after all the cuts.
#[derive(Default)]
pub(crate) struct After {
    /// What was acknowledged and is not there.
    pub(crate) lost: Vec<String>,
    /// What else is wrong.
    pub(crate) faults: Vec<String>,
}

/// Runs this test once more, as the one that writes, and records it.
fn record(test: &str) -> Recording {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let program = std::env::current_exe().expect("a running test has an executable");
    let mut program = Command::new(program);
    program
        .args(["--exact", "--nocapture"])
        .arg(format!("power_cut::{test}"))
        .env(VICTIM, folder.path());
    // The index of the log lives in shared memory and is made anew from the log when the file is opened.
    let recording = Recording::of(&program, folder.path(), &["-shm"]);
    let (steps, flushes) = (recording.len(), recording.flushes());
    let told = acknowledged(&recording, steps).count();
    println!("{steps} steps, {flushes} flushes, {told} acknowledged");
    assert!(told > 50, "much was acknowledged: {:?}", recording.said());
    recording
}

/// What was acknowledged before a cut.
fn acknowledged(recording: &Recording, cut: usize) -> impl Iterator<Item = &str> {
    let said = recording.said();
    let before = said.partition_point(|(steps, _)| *steps <= cut);
    said[..before]
        .iter()
        // The test runner has begun the first line with the test's name.
        .filter_map(|(_, line)| line.split_once(ACKNOWLEDGED))
        .filter_map(|(_, what)| what.strip_suffix('.'))
}

/// Half of the cuts anywhere, half right behind an acknowledgement.
async fn cut_again_and_again(recording: &Recording, cuts: u32) -> After {
    let mut dice = Dice::thrown();
    let told = recording.said();
    let mut places: Vec<usize> = (0..cuts)
        .map(|cut| match cut % 2 {
            0 => dice.roll(recording.len() + 1),
            _ => dice.pick(told).0,
        })
        .collect();
    places.sort_unstable();
    let mut replay = recording.replay();
    let mut looks = JoinSet::new();
    let mut after = After::default();
    for cut in places {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let sector = *dice.pick(&SECTORS);
        replay.go_on_to(cut);
        replay.cut(&mut dice, sector, folder.path());
        let told: Vec<String> = acknowledged(recording, cut).map(str::to_owned).collect();
        looks.spawn(async move { (cut, look(folder, &told).await) });
        if looks.len() >= SIDE_BY_SIDE {
            after.take(looks.join_next().await);
        }
    }
    while let Some(look) = looks.join_next().await {
        after.take(Some(look));
    }
    after
}

impl After {
    fn take(&mut self, look: Option<Result<(usize, Self), tokio::task::JoinError>>) {
        let Some(look) = look else { return };
        let (cut, found) = look.expect("an image is opened");
        let at = |what: String| format!("cut after {cut} steps: {what}");
        self.lost.extend(found.lost.into_iter().map(at));
        self.faults.extend(found.faults.into_iter().map(at));
    }
}

/// Opens what a cut left, as the gateway would, and looks at it.
async fn look(folder: TempDir, acknowledged: &[String]) -> After {
    look_at(url(folder.path()), Some(folder), acknowledged).await
}

pub(crate) async fn look_at(
    url: String,
    folder: Option<TempDir>,
    acknowledged: &[String],
) -> After {
    let store = match Store::open(&url).await {
        Ok(store) => store,
        Err(error) => {
            return After {
                faults: vec![format!("it does not open: {error}")],
                ..After::default()
            };
        }
    };
    let db = Database { store, url, folder };
    let report = store::check::check(&db.url).await;
    let mut faults = match report {
        Ok(report) => report.faults,
        Err(error) => vec![format!("it cannot be checked: {error}")],
    };
    let stored: BTreeSet<String> = db.column(STORED).await.into_iter().flatten().collect();
    let lost = acknowledged.iter().filter(|one| !stored.contains(*one));
    let lost = lost.cloned().collect();
    let newcomer = customer(999);
    let goes_on = commit!(db.store, [newcomer], |conn| async {
        customers::insert(conn, &newcomer).await?;
        give(conn, newcomer.id, 999_000, 1).await
    });
    if let Err(error) = goes_on {
        faults.push(format!("it cannot be written to: {error}"));
    }
    db.store.close().await;
    After { lost, faults }
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join(FILE).display())
}

fn acknowledge(what: &str) {
    // With its end: of a line that a crash cuts short nothing counts.
    println!("{ACKNOWLEDGED}{what}.");
}

/// The writer: drivers side by side, each with a charge point and an account; each unit is told when it was answered.
pub(crate) async fn charge_and_pay(url: &str) {
    let store = open(url).await;
    let price = UnitPrice {
        micro: 500_000,
        currency: euros(0).currency,
    };
    let day = Tariff {
        rates: Rates::per_kwh(price, Percent { milli: 19_000 }).into(),
        ..tariff(50, "Day", "EUR")
    };
    commit!(store, [day], |conn| async {
        stations::insert(conn, &station(1)).await?;
        tariffs::insert(conn, &day).await
    })
    .expect("a new station");
    let drivers = (1..=DRIVERS).map(|driver| {
        let (store, day) = (store.clone(), day.clone());
        async move {
            let point = charge_point(driver, id(1));
            let plug = connector(point.id, 1);
            let owner = customer(driver);
            commit!(store, [point, plug, owner], |conn| async {
                charge_points::insert(conn, &point).await?;
                connectors::save(conn, &plug).await?;
                customers::insert(conn, &owner).await
            })
            .expect("a new driver");
            for charge in 0..CHARGES {
                let number = driver * 1_000 + charge;
                let terms = Some(day.terms(clock("UTC")));
                pay_in(&store, &owner, number).await;
                let charge = Session {
                    customer_id: Some(owner.id),
                    terms,
                    funding: Funding {
                        on_account: true,
                        held: Some(euros(500)),
                        ..Funding::default()
                    },
                    ..session(number, &point, 0)
                };
                charge_once(&store, &owner, charge, number).await;
            }
        }
    });
    futures_util::future::join_all(drivers).await;
    store.close().await;
}

async fn pay_in(store: &Store, owner: &Customer, number: u128) {
    let road = (AccountKind::Adjustments, AccountKind::Wallet);
    let (who, number) = (owner.id, number * 10);
    commit!(store, [], |conn| post(
        conn,
        number,
        who,
        road,
        (2_000, TransferKind::Adjustment, None)
    ))
    .expect("money moves");
    acknowledge(&format!("moved post:{number}"));
}

/// A charge of 1.00, held, measured and billed.
async fn charge_once(store: &Store, owner: &Customer, charge: Session, number: u128) {
    let (who, of) = (owner.id, Some(charge.id));
    let charge = commit!(store, [charge], |conn| async {
        let transaction = sessions::next_transaction_id(conn).await?;
        let charge = Session {
            transaction_id: Some(transaction),
            meter_start: WattHours(500 + transaction),
            meter_last: WattHours(500 + transaction),
            ..charge
        };
        sessions::insert(conn, &charge).await?;
        let hold = Hold::place(charge.id, who, euros(500), at(5)).expect("an amount");
        holds::insert(conn, &hold).await?;
        let road = (AccountKind::Wallet, AccountKind::Held);
        post(
            conn,
            number * 10 + 1,
            who,
            road,
            (500, TransferKind::Hold, of),
        )
        .await?;
        Ok::<_, store::StoreError>(charge)
    })
    .expect("a charge begins");
    acknowledge(&format!("began {}", charge.id));
    acknowledge(&format!("held {}", charge.id));
    acknowledge(&format!("moved post:{}", number * 10 + 1));

    let transaction = charge.transaction_id.expect("it was just given");
    measure(store, charge.charge_point_id, transaction, number).await;
    acknowledge(&format!("read {transaction}"));
    acknowledge(&format!("told {}", id::<SessionId>(number)));

    end(store, owner, charge.clone(), number).await;
    for what in ["ended", "billed"] {
        acknowledge(&format!("{what} {}", charge.id));
    }
    for transfer in 2..=4 {
        acknowledge(&format!("moved post:{}", number * 10 + transfer));
    }
}

async fn measure(store: &Store, point: ChargePointId, transaction: i64, number: u128) {
    commit!(store, [], |conn| async {
        let taken = reading(8_000);
        store_reading(conn, point, 1, Some(transaction), &taken, at(8_000)).await?;
        outbox::append(conn, NODE, &event(point, "told"), at(1), || id(number)).await
    })
    .expect("a reading is stored");
}

/// Ends a charge and takes its bill out of its hold.
async fn end(store: &Store, owner: &Customer, charge: Session, number: u128) {
    let last = WattHours(charge.meter_start.0 + 2_000);
    let charge = Session {
        status: SessionStatus::Stopped,
        stopped_at: Some(at(9_000)),
        stop_reason: Some(StopReason::Local),
        meter_last: last,
        meter_stop: Some(last),
        energy: WattHours(2_000),
        funding: Funding {
            on_account: true,
            ..Funding::default()
        },
        ..charge
    };
    let cost = charge.cost().expect("it has a price");
    let bill = Bill {
        id: id(number),
        session_id: charge.id,
        customer_id: owner.id,
        revision: 1,
        kind: BillKind::Bill,
        energy: charge.energy,
        cost,
        paid: cost.total,
        owed: euros(0),
        created_at: at(9_000),
    };
    let who = owner.id;
    commit!(store, [charge, bill], |conn| async {
        sessions::update(conn, &charge).await?;
        let hold = holds::find(conn, charge.id).await?;
        let mut hold = hold.expect("it was placed");
        let left = hold
            .capture(bill.cost.total, at(9_000))
            .expect("it is open");
        holds::update(conn, &hold).await?;
        bills::insert(conn, &bill).await?;
        let (held, revenue) = (AccountKind::Held, AccountKind::Revenue);
        let (total, tax) = (bill.cost.total.minor, bill.cost.tax.minor);
        for (place, road, minor, kind) in [
            (2, (held, revenue), total, TransferKind::Charge),
            (3, (revenue, AccountKind::Tax), tax, TransferKind::Tax),
            (
                4,
                (held, AccountKind::Wallet),
                left.minor,
                TransferKind::Release,
            ),
        ] {
            let moved = (minor, kind, Some(charge.id));
            post(conn, number * 10 + place, who, road, moved).await?;
        }
        Ok::<_, store::StoreError>(())
    })
    .expect("a charge is billed");
}

/// The control's writer: a cent at a time, on a connection of its own whose commits are not flushed.
async fn pay_in_without_flushing(folder: &Path) {
    let url = url(folder);
    let store = open(&url).await;
    let owner = customer(1);
    commit!(store, [owner], |conn| customers::insert(conn, &owner)).expect("a new customer");
    pay_in(&store, &owner, 1).await;
    store.close().await;
    let options = SqliteConnectOptions::new()
        .filename(folder.join(FILE))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let mut connection = options.connect().await.expect("the file is there");
    for number in 100..200 {
        sqlx::query(
            "INSERT INTO ledger_transfer (id, reference, kind, debit_account, debit_version, debit_balance,
               credit_account, credit_version, credit_balance, currency, amount, reason, customer_id, wallet_version,
               wallet_amount, wallet_balance, created_at)
             SELECT SUBSTR('00000000-0000-0000-0000-000000000000', 1, 33) || $1, 'post:' || $1, 'adjustment', d.id, d.version + 1, d.balance - 1, c.id, c.version + 1,
               c.balance + 1, c.currency, 1, 'a cent', c.customer_id, c.version + 1, 1, c.balance + 1, $1
             FROM ledger_account d, ledger_account c WHERE d.kind = 'adjustments' AND c.kind = 'wallet'",
        )
        .bind(number)
        .execute(&mut connection)
        .await
        .expect("money moves");
        acknowledge(&format!("moved post:{number}"));
    }
    connection.close().await.expect("it was open");
}
