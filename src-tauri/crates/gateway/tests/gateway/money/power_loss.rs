//! A charge on account whose end nobody told (FLT-06, with money): mains gone with or without a reading before, its end
//! inferred by the boot or by the next start at its plug, the charger's own stop before that, before the bill, after it, or
//! never. The bill that stands is of the true meter, to the Wh, and what was billed before is taken back whole.
//!
//! Planted once and seen red: a bill that is not taken back (`ops/bill.rs`); readings priced at more than they count
//! (`session/counting.rs`).

use domain::bill::BillKind;
use domain::session::SessionStatus;
use gateway::ops::bill::settle_due;
use serde_json::json;
use store::repo::{bills, sessions};
use testkit::Charger;

use super::till::{Till, meter, start, stop};
use crate::user::charger;

on_both_engines! {
    the_bill_that_stands_is_of_the_true_meter,
}

/// When the charger's own stop comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Before anything says that the charge is over.
    First,
    /// When it is known to be over and no bill was made yet: no money moves just now.
    BeforeTheBill,
    AfterTheBill,
    Never,
}

/// What says that the charge is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Boot,
    NextStart,
}

/// What the charge really drew, and what of it was measured before the mains went, Wh.
const TRUE: i64 = 7_000;
const MEASURED: i64 = 4_000;

/// So much costs so many cents.
const fn cents(wh: i64) -> i64 {
    wh / 20
}

/// What is over is told so: by the box that is back, or by the next driver at the plug, whose charge ends at once.
async fn end(charger: &mut Charger, till: &Till, ends: Ends) {
    match ends {
        Ends::Boot => {
            let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
            charger.call("BootNotification", boot).await;
        }
        Ends::NextStart => {
            let at = till.ago(1_000);
            let (next, _) = start(charger, "NOBODYS", at).await;
            stop(charger, next, 0, till.ago(990)).await;
        }
    }
}

/// One power loss; gives what its driver paid.
async fn lose_power(
    till: &Till,
    charger: &mut Charger,
    (is_measured, told, ends): (bool, Told, Ends),
    tag: &str,
) -> i64 {
    let core = &till.house.gateway.core;
    let (transaction, status) = start(charger, tag, till.ago(3_600)).await;
    assert_eq!(status, "Accepted");
    if is_measured {
        meter(charger, transaction, MEASURED, till.ago(2_400)).await;
    }
    let own_stop = async |charger: &mut Charger| {
        // As often as a charger repeats itself.
        for _ in 0..2 {
            stop(charger, transaction, TRUE, till.ago(1_800)).await;
        }
    };
    if told == Told::First {
        own_stop(charger).await;
    }
    till.house.freeze(told == Told::BeforeTheBill).await;
    end(charger, till, ends).await;
    if told == Told::BeforeTheBill {
        own_stop(charger).await;
        till.house.freeze(false).await;
        settle_due(core).await.expect("the store writes");
    }
    if told == Told::AfterTheBill {
        own_stop(charger).await;
    }

    let mut conn = core.store.read().await.expect("a reader");
    let found = sessions::find_by_transaction(&mut conn, till.house.point, transaction).await;
    let session = found.expect("a sound store").expect("it is there");
    let all = bills::list_of(&mut conn, session.id).await;
    let all: Vec<_> = all
        .expect("a list")
        .iter()
        .map(|bill| {
            (
                bill.revision,
                bill.kind,
                bill.energy.0,
                bill.cost.total.minor,
            )
        })
        .collect();
    let measured = if is_measured { MEASURED } else { 0 };
    let first = (measured, cents(measured));
    let truth = (TRUE, cents(TRUE));
    let bill = |revision, kind, (wh, cents)| (revision, kind, wh, cents);
    let expect = match told {
        Told::First | Told::BeforeTheBill => vec![bill(1, BillKind::Bill, truth)],
        Told::Never => vec![bill(1, BillKind::Bill, first)],
        Told::AfterTheBill => vec![
            bill(1, BillKind::Bill, first),
            bill(1, BillKind::Reversal, first),
            bill(2, BillKind::Bill, truth),
        ],
    };
    assert_eq!(all, expect);
    assert_eq!(session.status, SessionStatus::Stopped);
    assert_eq!(session.inferred, told == Told::Never, "marked as inferred");
    if told == Told::Never {
        first.1
    } else {
        truth.1
    }
}

async fn the_bill_that_stands_is_of_the_true_meter(till: Till) {
    till.card(
        till.driver("next@example.org", "50.00").await.customer(),
        "NOBODYS",
    )
    .await;
    let mut charger = charger(&till.house).await;
    let mut number = 0;
    for is_measured in [false, true] {
        for told in [
            Told::First,
            Told::BeforeTheBill,
            Told::AfterTheBill,
            Told::Never,
        ] {
            for ends in [Ends::Boot, Ends::NextStart] {
                number += 1;
                let case = (is_measured, told, ends);
                println!("{case:?}");
                let tag = format!("CARD-{number}");
                let driver = till
                    .driver(&format!("driver{number}@example.org"), "50.00")
                    .await;
                till.card(driver.customer(), &tag).await;
                let paid = lose_power(&till, &mut charger, case, &tag).await;
                assert_eq!(
                    till.has(driver.customer()).await,
                    (5_000 - paid, 0, 0),
                    "{case:?}: that is paid, once, and nothing is held"
                );
                till.is_sound().await;
            }
        }
    }
    // Each of them, and the next driver's at each second one: but no card is taken while no money moves.
    assert_eq!(till.bills_anew().await, 16 + 6);
}
