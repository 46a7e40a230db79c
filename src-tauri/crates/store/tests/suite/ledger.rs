//! The books: transfers read back as they were written, and an account never says what its transfers do not.

use domain::adjustment::{Adjustment, AdjustmentStatus, Method};
use domain::bill::{Bill, BillKind};
use domain::hold::Hold;
use domain::ledger::{Account, AccountKind, Purse, Side, Transfer, TransferKind, WalletSide};
use domain::money::{Percent, UnitPrice};
use domain::pricing::Rates;
use domain::receipt::{Issued, ReceiptKind};
use domain::session::{Funding, Session, SessionStatus, StopReason};
use domain::shift::{Report, Shift};
use domain::tariff::{Tariff, clock};
use domain::{Currency, CustomerId, Money, OperatorId, SessionId, WattHours};
use store::repo::{
    Slice, adjustments, audit, bills, connectors, customers, holds, ledger, operators, receipts,
    sessions, shifts, shifts::Marks, tariffs,
};
use store::{Conn, StoreError};

use crate::database::{Database, ask, commit};
use crate::garage::entry;
use crate::samples::{at, connector, customer, id, operator, session, stored_point, tariff};

pub const ALL: Slice = Slice {
    limit: 10,
    offset: 0,
};

pub fn euros(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::from_code("EUR").expect("a known currency"),
    }
}

/// An account kept for this unit, opened where there is none yet.
async fn kept(
    conn: &mut Conn,
    number: u128,
    kind: AccountKind,
    customer: Option<CustomerId>,
) -> Result<Account, StoreError> {
    let currency = euros(0).currency;
    let fresh = Account::new(id(number), (kind, customer), currency, at(1));
    ledger::open(conn, &fresh).await?;
    let all = ledger::hold_all(conn, customer, currency).await?;
    let one = all.into_iter().find(|one| one.kind == kind);
    Ok(one.expect("it was just opened"))
}

fn side(account: &Account, minor: i64) -> Side {
    Side {
        account: account.id,
        version: account.version + 1,
        balance: account.balance + euros(minor),
    }
}

/// Moves money between a wallet and the operator's side: above zero to the wallet.
pub async fn give(
    conn: &mut Conn,
    customer: CustomerId,
    number: u128,
    minor: i64,
) -> Result<Transfer, StoreError> {
    let wallet = kept(conn, number + 1, AccountKind::Wallet, Some(customer)).await?;
    let giver = kept(conn, number, AccountKind::Adjustments, None).await?;
    let (wallet, giver) = (side(&wallet, minor), side(&giver, -minor));
    let (debit, credit) = if minor >= 0 {
        (giver, wallet)
    } else {
        (wallet, giver)
    };
    let transfer = Transfer {
        id: id(number + 2),
        reference: format!("test:{number}"),
        kind: TransferKind::Adjustment,
        debit,
        credit,
        amount: euros(minor.abs()),
        session_id: None,
        reason: Some("'); DROP TABLE ledger_transfer; --".to_owned()),
        wallet: Some(WalletSide {
            customer_id: customer,
            version: wallet.version,
            amount: euros(minor),
            balance: wallet.balance,
        }),
        created_at: at(3),
    };
    ledger::insert(conn, &transfer).await?;
    Ok(transfer)
}

/// Moves money for a customer, or for the house, as the gateway does.
pub async fn post(
    conn: &mut Conn,
    number: u128,
    customer: CustomerId,
    (from, to): (AccountKind, AccountKind),
    (minor, kind, session): (i64, TransferKind, Option<SessionId>),
) -> Result<(), StoreError> {
    let own = [
        AccountKind::Wallet,
        AccountKind::Held,
        AccountKind::Receivable,
    ];
    let mut accounts = Vec::new();
    for (place, kind) in own.into_iter().enumerate() {
        let number = customer.0.as_u128() * 1_000_000 + 10_000 + place as u128;
        accounts.push(kept(conn, number, kind, Some(customer)).await?);
    }
    let mut accounts = accounts.into_iter();
    let mut next = || accounts.next().expect("three");
    let mut purse = Purse {
        customer_id: customer,
        wallet: next(),
        held: next(),
        receivable: next(),
    };
    let mut sides = Vec::new();
    for (kind, minor) in [(from, -minor), (to, minor)] {
        let side = if let Some(account) = purse.account_mut(kind) {
            let side = side(account, minor);
            account.balance = side.balance;
            account.version = side.version;
            side
        } else {
            let place = AccountKind::ALL.iter().position(|one| *one == kind);
            let number = 20_000 + place.expect("a kind") as u128;
            side(&kept(conn, number, kind, None).await?, minor)
        };
        sides.push(side);
    }
    let transfer = Transfer {
        id: id(number),
        reference: format!("post:{number}"),
        kind,
        debit: sides[0],
        credit: sides[1],
        amount: euros(minor),
        session_id: session,
        reason: None,
        wallet: purse.side(from, to, euros(minor)),
        created_at: at(4),
    };
    ledger::insert(conn, &transfer).await
}

/// The bill of a charge that was paid whole.
fn bill_of(charge: &Session, owner: CustomerId) -> Bill {
    let cost = charge.cost().expect("it has a price");
    Bill {
        id: id(700),
        session_id: charge.id,
        customer_id: owner,
        revision: 1,
        kind: BillKind::Bill,
        energy: charge.energy,
        cost,
        paid: cost.total,
        owed: euros(0),
        created_at: at(9_000),
    }
}

/// A day that was closed, with nothing in it.
fn closed(by: OperatorId) -> Shift {
    Shift {
        id: id(720),
        number: 1,
        currency: euros(0).currency,
        opened_at: None,
        closed_at: at(10_000),
        closed_by: by,
        counted: Some(euros(1_000)),
        note: None,
        report: Report::default(),
    }
}

/// The first receipt of its series.
pub fn invoice(bill: &Bill) -> Issued {
    Issued {
        id: id(710),
        series: "2026".to_owned(),
        place: 1,
        number: "2026-000001".to_owned(),
        bill_id: bill.id,
        session_id: bill.session_id,
        customer_id: bill.customer_id,
        kind: ReceiptKind::Invoice,
        sums: bill.cost,
        document: "{}".to_owned(),
        link: "abc".to_owned(),
        link_ends_at: at(20_000),
        issued_at: bill.created_at,
    }
}

/// Takes the next place of its series, and writes it.
pub async fn issue(conn: &mut Conn, bill: &Bill, receipt: &Issued) -> Result<(), StoreError> {
    assert_eq!(bill.id, receipt.bill_id, "its own");
    receipts::next_place(conn, &receipt.series).await?;
    receipts::insert(conn, receipt).await
}

/// What an operator wants to give, and may not alone.
fn pending(owner: CustomerId, by: OperatorId) -> Adjustment {
    Adjustment {
        id: id(701),
        customer_id: owner,
        amount: euros(20_000),
        method: Method::Cash,
        reason: "A great deal".to_owned(),
        needs_second: true,
        status: AdjustmentStatus::Pending,
        requested_by: by,
        requested_at: at(1),
        decided_by: None,
        decided_at: None,
    }
}

/// Sound books with a row in each table: a customer that was given 50.00, of which a charge took 1.00 out of a hold of 5.00.
pub async fn billed(db: &Database) -> (CustomerId, SessionId) {
    let point = stored_point(&db.store, 1).await;
    let (owner, user) = (customer(30), operator(1));
    let currency = euros(0).currency;
    let price = UnitPrice {
        micro: 500_000,
        currency,
    };
    let tariff = Tariff {
        rates: Rates::per_kwh(price, Percent { milli: 19_000 }).into(),
        ..tariff(50, "Day", "EUR")
    };
    let charge = Session {
        customer_id: Some(owner.id),
        status: SessionStatus::Stopped,
        stopped_at: Some(at(8_000)),
        stop_reason: Some(StopReason::Local),
        meter_last: WattHours(2_500),
        meter_stop: Some(WattHours(2_500)),
        energy: WattHours(2_000),
        terms: Some(tariff.terms(clock("UTC"))),
        funding: Funding {
            on_account: true,
            ..Funding::default()
        },
        ..session(1, &point, 1)
    };
    let (bill, adjustment) = (bill_of(&charge, owner.id), pending(owner.id, user.id));
    let plug = connector(point.id, 1);
    let ids = (owner.id, charge.id);
    commit!(
        db.store,
        [plug, owner, user, tariff, charge, bill, adjustment],
        |conn| async {
            connectors::save(conn, &plug).await?;
            customers::insert(conn, &owner).await?;
            operators::insert(conn, &user, at(1)).await?;
            tariffs::insert(conn, &tariff).await?;
            sessions::next_transaction_id(conn).await?;
            sessions::insert(conn, &charge).await?;
            let (who, of) = (owner.id, Some(charge.id));
            let (wallet, held, revenue) =
                (AccountKind::Wallet, AccountKind::Held, AccountKind::Revenue);
            let mut hold = Hold::place(charge.id, who, euros(500), at(5)).expect("an amount");
            holds::insert(conn, &hold).await?;
            hold.capture(bill.cost.total, at(9_000));
            holds::update(conn, &hold).await?;
            bills::insert(conn, &bill).await?;
            issue(conn, &bill, &invoice(&bill)).await?;
            let tax = bill.cost.tax.minor;
            for (number, road, moved) in [
                (
                    801,
                    (AccountKind::Adjustments, wallet),
                    (5_000, TransferKind::Adjustment, None),
                ),
                (802, (wallet, held), (500, TransferKind::Hold, of)),
                (803, (held, revenue), (100, TransferKind::Charge, of)),
                (
                    804,
                    (revenue, AccountKind::Tax),
                    (tax, TransferKind::Tax, of),
                ),
                (805, (held, wallet), (400, TransferKind::Release, of)),
            ] {
                post(conn, number, who, road, moved).await?;
            }
            adjustments::insert(conn, &adjustment).await?;
            audit::insert(conn, &entry(900)).await?;
            shifts::insert(conn, &closed(adjustment.requested_by), &Marks::new()).await
        }
    )
    .expect("sound books");
    ids
}

pub async fn transfers_read_back_newest_first_and_add_up_to_the_balances(db: Database) {
    let owner = customer(30);
    let stranger = customer(31);
    for one in [&owner, &stranger] {
        commit!(db.store, [one], |conn| customers::insert(conn, &one)).expect("a new customer");
    }
    let mut given = Vec::new();
    for (number, minor) in [(100, 5_000), (200, 1), (300, 250)] {
        let who = owner.id;
        let transfer = commit!(db.store, [], |conn| give(conn, who, number, minor));
        given.insert(0, transfer.expect("money moves"));
    }
    let page = ask!(db.store, |conn| ledger::list_of(conn, owner.id, ALL));
    assert_eq!(page.items, given, "whole, newest first");
    assert_eq!(page.total, 3);
    let balances: Vec<_> = given.iter().filter_map(|one| one.wallet).collect();
    let balances = balances
        .iter()
        .map(|side| (side.version, side.balance.minor));
    let balances: Vec<_> = balances.collect();
    assert_eq!(balances, [(3, 5_251), (2, 5_001), (1, 5_000)]);
    let none = ask!(db.store, |conn| ledger::list_of(conn, stranger.id, ALL));
    assert_eq!(none.total, 0, "a stranger's is not there");

    let eur = euros(0).currency;
    let giver = ask!(db.store, |conn| ledger::find(
        conn,
        AccountKind::Adjustments,
        None,
        eur
    ));
    let giver = giver.expect("one for all");
    assert_eq!(
        (giver.balance.minor, giver.version),
        (-5_251, 3),
        "zero in all"
    );
}

pub async fn a_wallet_never_falls_below_nothing_and_a_transfer_is_never_of_nothing(db: Database) {
    let owner = customer(30);
    commit!(db.store, [owner], |conn| customers::insert(conn, &owner)).expect("a new customer");
    let who = owner.id;
    let given = commit!(db.store, [], |conn| give(conn, who, 100, 5_000)).expect("money moves");
    let taken = commit!(db.store, [], |conn| give(conn, who, 500, -5_001));
    assert!(taken.is_err(), "a cent too much: {taken:?}");
    let next = |number, given: &Transfer| Transfer {
        id: id(number),
        reference: format!("test:{number}"),
        wallet: None,
        ..given.clone()
    };
    let nothing = Transfer {
        amount: euros(0),
        debit: Side {
            version: 2,
            ..given.debit
        },
        credit: Side {
            version: 2,
            ..given.credit
        },
        ..next(900, &given)
    };
    let to_itself = Transfer {
        debit: Side {
            version: 2,
            ..given.credit
        },
        credit: Side {
            version: 2,
            ..given.credit
        },
        ..next(901, &given)
    };
    let stale = next(902, &given);
    let booked_before = Transfer {
        reference: given.reference.clone(),
        debit: Side {
            version: 2,
            balance: euros(-10_000),
            ..given.debit
        },
        credit: Side {
            version: 2,
            balance: euros(10_000),
            ..given.credit
        },
        ..next(903, &given)
    };
    for (transfer, why) in [
        (nothing, "nothing is no amount"),
        (to_itself, "an account owes itself nothing"),
        (stale, "a version stands for one"),
        (booked_before, "a reference stands for one"),
    ] {
        let written = commit!(db.store, [transfer], |conn| ledger::insert(conn, &transfer));
        assert!(written.is_err(), "{why}: {written:?}");
    }
    let page = ask!(db.store, |conn| ledger::list_of(conn, who, ALL));
    assert_eq!(page.items, [given], "and what was there stays");
}

/// Many who open and use the same account at once: one account, and no cent is lost.
pub async fn many_who_give_at_once_lose_nothing(db: Database) {
    let owner = customer(30);
    commit!(db.store, [owner], |conn| customers::insert(conn, &owner)).expect("a new customer");
    let who = owner.id;
    let mut givers = tokio::task::JoinSet::new();
    for number in 1..=32_u128 {
        let store = db.store.clone();
        givers.spawn(async move {
            commit!(store, [], |conn| give(conn, who, number * 1_000, 7)).expect("money moves");
        });
    }
    while let Some(done) = givers.join_next().await {
        done.expect("no giver fails");
    }
    let eur = euros(0).currency;
    let purse = ask!(db.store, |conn| ledger::find_purse(conn, who, eur));
    let purse = purse.expect("it was opened");
    assert_eq!((purse.available().minor, purse.version()), (32 * 7, 32));
}
