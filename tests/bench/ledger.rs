//! How fast money is booked: transfers a second, each a unit of work of its own that is answered when it is on the disk,
//! through the store as the gateway uses it. No gateway, no charge. SQLite flushes each group of commits; PostgreSQL is
//! one that waits for its disk too, on the same machine.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::customer::Customer;
use domain::ledger::{Account, AccountKind, Purse, Side, Transfer, TransferKind};
use domain::{Currency, CustomerId, Money, Timestamp};
use store::repo::{customers, ledger};
use store::{Conn, Store, StoreError};
use testkit::Postgres;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::Outcome;
use crate::figures::Figure;
use crate::site::Ground;

/// How many customers' money moves at once.
const CUSTOMERS: u32 = 64;
/// What each has at first, minor units: more than is moved.
const MUCH: i64 = 1_000_000_000;
/// The accounts a customer has.
const OWN: [AccountKind; 3] = [
    AccountKind::Held,
    AccountKind::Receivable,
    AccountKind::Wallet,
];

/// What is moved again and again.
#[derive(Clone, Copy)]
struct Road {
    from: AccountKind,
    to: AccountKind,
    kind: TransferKind,
}

/// Money that comes in: every transfer moves the same account of the house.
const IN: Road = Road {
    from: AccountKind::Cash,
    to: AccountKind::Wallet,
    kind: TransferKind::Adjustment,
};
/// Money that is held: nobody's account but the customer's own.
const HELD: Road = Road {
    from: AccountKind::Wallet,
    to: AccountKind::Held,
    kind: TransferKind::Hold,
};

/// Times both, each so long, on a database of their own.
pub async fn measure(ground: Ground, disk: &Path, lasting: Duration) -> Outcome<[Figure; 2]> {
    let folder = tempfile::Builder::new()
        .prefix("bench-ledger-")
        .tempdir_in(disk)?;
    let server = match ground {
        Ground::Sqlite => None,
        Ground::Servers => Some(Postgres::start_durable(disk).await),
    };
    let url = match &server {
        None => format!("sqlite://{}", folder.path().join("ledger.db").display()),
        Some(server) => server.database_url("ledger").await,
    };
    let store = Store::open(&url).await?;
    open_accounts(&store).await?;
    let incoming = a_second(&store, IN, lasting).await?;
    let held = a_second(&store, HELD, lasting).await?;
    store.close().await;
    let figure = |name, value, what: &str| {
        let what = format!("{CUSTOMERS} customers at once, a commit each: {what}");
        Figure::new(name, value, "transfers/s", what)
    };
    Ok([
        figure("ledger_in", incoming, "money in, past one house account"),
        figure("ledger_holds", held, "money held, in their own accounts"),
    ])
}

fn currency() -> Outcome<Currency> {
    Ok(Currency::from_code("EUR").ok_or("EUR is a currency")?)
}

fn customer(number: u32) -> CustomerId {
    Uuid::from_u128(number.into()).into()
}

async fn open_accounts(store: &Store) -> Outcome {
    let currency = currency()?;
    let now = Timestamp::UNIX_EPOCH;
    for number in 1..=CUSTOMERS {
        store
            .write(move |conn| {
                Box::pin(async move {
                    let id = customer(number);
                    customers::insert(conn, &somebody(number)).await?;
                    let own = OWN.map(|kind| (kind, Some(id)));
                    for (place, of) in (1..).zip(own.into_iter().chain([(IN.from, None)])) {
                        let account = Uuid::from_u128(u128::from(number) * 10 + place);
                        ledger::open(conn, &Account::new(account.into(), of, currency, now))
                            .await?;
                    }
                    let number = u128::from(number);
                    transfer(conn, id, IN, (number, MUCH), currency).await
                })
            })
            .await
            .map_err(|error: StoreError| error.to_string())?;
    }
    Ok(())
}

fn somebody(number: u32) -> Customer {
    Customer {
        id: customer(number),
        email: format!("driver{number}@example.org"),
        name: String::new(),
        phone: None,
        language: "en".to_owned(),
        price_group: None,
        password_hash: String::new(),
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// How many transfers a second all of them get.
async fn a_second(store: &Store, road: Road, lasting: Duration) -> Outcome<f64> {
    let currency = currency()?;
    let began = Instant::now();
    let mut all = JoinSet::new();
    for number in 1..=CUSTOMERS {
        let store = store.clone();
        all.spawn(async move {
            let mut done = 0_u32;
            while began.elapsed() < lasting {
                done += 1;
                let road_bits = u128::from(road.kind == TransferKind::Hold) << 96;
                let id = road_bits | u128::from(number) << 64 | u128::from(done);
                store
                    .write(move |conn| {
                        Box::pin(transfer(conn, customer(number), road, (id, 1), currency))
                    })
                    .await?;
            }
            Ok::<_, StoreError>(done)
        });
    }
    let mut transfers = 0.0;
    for done in all.join_all().await {
        transfers += f64::from(done?);
    }
    Ok(transfers / began.elapsed().as_secs_f64())
}

/// One transfer, as the gateway books it: the customer's accounts are this unit's first, then the house's where needed.
async fn transfer(
    conn: &mut Conn,
    who: CustomerId,
    road: Road,
    (number, minor): (u128, i64),
    currency: Currency,
) -> Result<(), StoreError> {
    let mut own = ledger::hold_all(conn, Some(who), currency).await?;
    let mut house = Vec::new();
    if !(road.from.is_customers() && road.to.is_customers()) {
        house = ledger::hold_all(conn, None, currency).await?;
    }
    let amount = Money { minor, currency };
    let zero = Money::zero(currency);
    let mut sides = Vec::new();
    for (kind, moved) in [(road.from, zero - amount), (road.to, amount)] {
        let mut there = own.iter_mut().chain(&mut house);
        let account = there.find(|one| one.kind == kind);
        let account = account.expect("they were all opened");
        account.version += 1;
        account.balance = account.balance + moved;
        sides.push(Side {
            account: account.id,
            version: account.version,
            balance: account.balance,
        });
    }
    let [held, receivable, wallet] = own.try_into().expect("each customer has three");
    let purse = Purse {
        customer_id: who,
        wallet,
        held,
        receivable,
    };
    let transfer = Transfer {
        id: Uuid::from_u128(number).into(),
        reference: format!("bench:{number}"),
        kind: road.kind,
        debit: sides[0],
        credit: sides[1],
        amount,
        session_id: None,
        reason: None,
        wallet: purse.side(road.from, road.to, amount),
        created_at: Timestamp::UNIX_EPOCH,
    };
    ledger::insert(conn, &transfer).await
}
