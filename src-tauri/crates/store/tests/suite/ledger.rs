//! The books: transfers read back as they were written, and an account never says what its transfers do not.
//!
//! Planted once and seen red: the bounds left out of the tables (`0010_ledger.sql`); everybody's transfers read.

use domain::ledger::{Account, AccountKind, Transfer, TransferKind, WalletSide};
use domain::{Currency, CustomerId, Money};
use store::repo::{Slice, customers, ledger};
use store::{Conn, StoreError};

use crate::database::{Database, ask, commit};
use crate::samples::{at, customer, id};

const ALL: Slice = Slice {
    limit: 10,
    offset: 0,
};

fn euros(minor: i64) -> Money {
    Money {
        minor,
        currency: Currency::from_code("EUR").expect("a known currency"),
    }
}

fn account(number: u128, kind: AccountKind, customer: Option<CustomerId>) -> Account {
    Account {
        id: id(number),
        kind,
        customer_id: customer,
        balance: euros(0),
        version: 0,
        updated_at: at(1),
    }
}

/// Opens a customer's wallet and the operator's side, and moves money in.
pub async fn give(
    conn: &mut Conn,
    customer: CustomerId,
    number: u128,
    minor: i64,
) -> Result<Transfer, StoreError> {
    let (giver, wallet) = (AccountKind::Adjustments, AccountKind::Wallet);
    let giver = ledger::open(conn, &account(number, giver, None)).await?;
    let wallet = ledger::open(conn, &account(number + 1, wallet, Some(customer))).await?;
    ledger::shift(conn, giver.id, -minor, at(2)).await?;
    let after = ledger::shift(conn, wallet.id, minor, at(2)).await?;
    let transfer = Transfer {
        id: id(number + 2),
        debit: giver.id,
        credit: wallet.id,
        amount: euros(minor),
        kind: TransferKind::Adjustment,
        reason: Some("'); DROP TABLE ledger_transfer; --".to_owned()),
        wallet: Some(WalletSide {
            account: after.id,
            version: after.version,
            balance: after.balance,
        }),
        created_at: at(3),
    };
    ledger::insert(conn, &transfer).await?;
    Ok(transfer)
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
    let wallet = given.credit;
    let taken = commit!(db.store, [], |conn| ledger::shift(
        conn,
        wallet,
        -5_001,
        at(4)
    ));
    assert!(taken.is_err(), "a cent too much: {taken:?}");
    let nothing = Transfer {
        id: id(900),
        amount: euros(0),
        wallet: None,
        ..given.clone()
    };
    let written = commit!(db.store, [nothing], |conn| ledger::insert(conn, &nothing));
    assert!(written.is_err(), "nothing is no amount: {written:?}");
    let to_itself = Transfer {
        id: id(901),
        debit: given.credit,
        wallet: None,
        ..given.clone()
    };
    let written = commit!(db.store, [to_itself], |conn| ledger::insert(
        conn, &to_itself
    ));
    assert!(
        written.is_err(),
        "an account owes itself nothing: {written:?}"
    );
    let twice = Transfer {
        id: id(902),
        ..given.clone()
    };
    let written = commit!(db.store, [twice], |conn| ledger::insert(conn, &twice));
    assert!(
        written.is_err(),
        "a wallet's version stands for one: {written:?}"
    );
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
    let wallet = ask!(db.store, |conn| ledger::find(
        conn,
        AccountKind::Wallet,
        Some(who),
        eur
    ));
    let wallet = wallet.expect("it was opened");
    assert_eq!((wallet.balance.minor, wallet.version), (32 * 7, 32));
}
