//! Many who spend one customer's money at once: it never falls below nothing, and no cent is lost or made (MON-05).

use domain::adjustment::Method;
use domain::operator::Role;
use domain::{CustomerId, Money, OperatorId};
use gateway::core::{Core, OpError};
use gateway::keep::Keep;
use gateway::ops::adjust_wallet::{Wish, adjust_wallet};
use gateway::ops::create_operator::create_operator;
use testkit::{Dice, Postgres, rounds};

use super::till::Till;

const WORKERS: u64 = 64;

/// Spends and gives at random; gives what it moved in all, and how often it was refused.
async fn spend(
    core: Core,
    customer: CustomerId,
    by: OperatorId,
    seed: u64,
    times: u32,
) -> (i64, u32) {
    let mut dice = Dice::new(seed);
    let (mut moved, mut refused) = (0, 0);
    for _ in 0..times {
        let size = i64::try_from(1 + dice.roll(300)).expect("small");
        let minor = if dice.once_in(3) { size } else { -size };
        let wish = Wish {
            customer,
            amount: Money {
                minor,
                currency: core.money().currency,
            },
            method: Method::Cash,
            reason: "A random spend".to_owned(),
            by,
        };
        match adjust_wallet(&core, wish, Keep::nothing()).await {
            Ok(_) => moved += minor,
            Err(OpError::Unfunded { .. }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    (moved, refused)
}

async fn many_spend_at_once(till: Till, short: u32) {
    let times = rounds(short, 10_000);
    let core = till.house.gateway.core.clone();
    let password = "a long enough password".to_owned();
    let by = create_operator(&core, "till@example.org", Role::Operator, password)
        .await
        .expect("a new address");
    let anna = till.driver("anna@example.org", "50.00").await.customer();
    let mut dice = Dice::thrown();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        let seed = dice.bits();
        workers.spawn(spend(core.clone(), anna, by, seed, times));
    }
    let (mut moved, mut refused) = (0, 0);
    while let Some(done) = workers.join_next().await {
        let (own, no) = done.expect("no spender fails");
        moved += own;
        refused += no;
        let (available, ..) = till.has(anna).await;
        assert!(available >= 0, "never below nothing: {available}");
    }
    assert_eq!(
        till.has(anna).await,
        (5_000 + moved, 0, 0),
        "no update is lost"
    );
    assert!(refused > 0, "there was too little at times");
    till.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_who_spend_at_once_lose_nothing_on_sqlite() {
    many_spend_at_once(Till::new().await, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_who_spend_at_once_lose_nothing_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("spends").await;
    let till = Till::with(|settings| settings.database_url = Some(url)).await;
    many_spend_at_once(till, 100).await;
}
