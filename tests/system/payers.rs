//! Drivers who pay in on a provider's page while the gateway is killed again and again: each order is asked for until it is
//! answered, paid or given up, told of by webhooks that come late, twice, side by side and again much later, or not at
//! all. In the end each paid one is in the wallet once, and nothing else is. Not for the kills: see `kill_loop`.
//!
//! Planted once and seen red: an order without its key at the provider (`stripe.rs`); a payment noted in one commit and
//! credited in the next; one credited with each webhook (`settle_topup.rs`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::ledger::TransferKind;
use domain::{CustomerId, TopupId};
use serde_json::{Value, json};
use store::Store;
use store::repo::{Slice, holds, ledger};
use testkit::payments::{Delivery, Fault};
use testkit::{Dice, PaymentServer, wait_until};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::rest::{Answer, Rest};

/// How long an answer may take, kills among it.
const LIMIT: Duration = Duration::from_mins(2);
/// What a driver needs between two orders at least: there are to be some in each moment, not as many as can be.
const PACE: Duration = Duration::from_millis(300);
/// How many payments of a driver nobody tells of at most but its browser, once: five that wait are the most a driver may have.
const UNTOLD: usize = 3;
/// How many copies of a webhook come side by side at most.
const COPIES: usize = 3;

/// The drivers, at it until they are told to stop.
pub struct Payers {
    provider: Arc<PaymentServer>,
    enough: Arc<AtomicBool>,
    tasks: JoinSet<Payer>,
}

/// A driver, and what it ordered so far.
struct Payer {
    rest: Rest,
    id: CustomerId,
    provider: Arc<PaymentServer>,
    hook: String,
    dice: Dice,
    orders: Vec<Order>,
    told: Vec<Delivery>,
    /// The pages that were paid on and of which no webhook told.
    untold: Vec<String>,
}

/// A top-up that was answered.
struct Order {
    key: String,
    wish: Value,
    answer: Value,
    /// What was paid on its page, in cents.
    paid: Option<i64>,
}

impl Order {
    fn id(&self) -> TopupId {
        let id = self.answer["topup"]["id"].as_str();
        id.and_then(|id| id.parse().ok()).expect("a top-up's id")
    }

    fn page(&self) -> String {
        let url = self.answer["topup"]["checkoutUrl"].as_str();
        let page = url.and_then(|url| url.rsplit('/').next());
        page.expect("a page to pay on").to_owned()
    }
}

impl Payers {
    /// Signs drivers in, and lets them pay in.
    pub async fn begin(http: &str, provider: &Arc<PaymentServer>, emails: &[String]) -> Self {
        let dice = Dice::thrown();
        let enough = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for (number, email) in (1..).zip(emails) {
            let (rest, id) = Rest::sign_in_driver(http, email).await;
            let payer = Payer {
                rest,
                id: id.parse().expect("a customer's id"),
                provider: Arc::clone(provider),
                hook: format!("{http}/api/payments/stripe/webhook"),
                dice: Dice::new(dice.clone().bits().wrapping_add(number)),
                orders: Vec::new(),
                told: Vec::new(),
                untold: Vec::new(),
            };
            let (enough, here) = (Arc::clone(&enough), Handle::current());
            // A thread each: what waits with an async closure cannot be moved to another.
            tasks.spawn_blocking(move || here.block_on(payer.pay_in(enough)));
        }
        Self {
            provider: Arc::clone(provider),
            enough,
            tasks,
        }
    }

    /// Lets them end what they are at, with a gateway that stays, and looks at their money.
    pub async fn check(self, database: &str) {
        self.enough.store(true, Ordering::Relaxed);
        let payers = self.tasks.join_all().await;
        let store = Store::open(database).await;
        let store = store.expect("others may read it too");
        let (mut orders, mut paid) = (0, 0);
        for payer in &payers {
            payer.check_answers().await;
            payer.check_books(&store).await;
            orders += payer.orders.len();
            paid += payer.paid().len();
        }
        println!("{orders} top-ups asked for, {paid} of them paid");
        assert!(paid > 3 && paid < orders, "some of each: {paid}, {orders}");
        assert_eq!(
            self.provider.checkouts(),
            orders,
            "one page for each, however often it was asked for"
        );
        let released = wait_until(LIMIT, async || {
            let mut conn = store.read().await.ok()?;
            let left = holds::list_left_over(&mut conn).await.ok()?;
            left.is_empty().then_some(())
        });
        released
            .await
            .expect("no hold is left open on a charge that is over");
        store.close().await;
    }
}

impl Payer {
    async fn pay_in(mut self, enough: Arc<AtomicBool>) -> Self {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !enough.load(Ordering::Relaxed) {
            pace.tick().await;
            let mut order = self.order().await;
            let page = order.page();
            if self.dice.once_in(6) {
                let expired = self.provider.expire(&page);
                self.tell(expired).await;
            } else {
                let amount = order.wish["amount"]["amount"].as_str();
                let cents = amount
                    .map(|amount| amount.replace('.', ""))
                    .map(|text| text.parse());
                order.paid = Some(cents.and_then(Result::ok).expect("an amount in euros"));
                let paid = self.provider.pay(&page);
                if self.dice.once_in(6) {
                    self.come_back(&page).await;
                    if self.untold.len() < UNTOLD {
                        self.untold.push(page);
                    } else {
                        self.reload_until_paid(&page, order.id()).await;
                    }
                } else {
                    self.tell(paid).await;
                }
            }
            self.orders.push(order);
            self.tell_again().await;
        }
        self
    }

    /// Asks for a page until there is one; the provider's own answer may be lost as well.
    async fn order(&mut self) -> Order {
        let cents = 500 + self.dice.roll(1_500);
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let wish =
            json!({ "amount": { "amount": amount, "currency": "EUR" }, "provider": "stripe" });
        let key = format!("order-{}-{}", self.id, self.orders.len());
        if self.dice.once_in(5) {
            self.provider.fail_next(Fault::LostAnswer);
        }
        let answer = self.asked(&key, &wish).await;
        Order {
            key,
            wish,
            answer: answer.body,
            paid: None,
        }
    }

    async fn asked(&self, key: &str, wish: &Value) -> Answer {
        let mut last = None;
        let answer = wait_until(LIMIT, async || {
            let topup = "/api/user/wallet/topup";
            let answer = self.rest.try_post(key, topup, wish).await?;
            let again = matches!(answer.status, 409 | 429 | 503);
            assert!(again || answer.status == 202, "{key}: {answer:?}");
            last = (answer.status != 202).then(|| answer.body.clone());
            (answer.status == 202).then_some(answer)
        });
        let answer = answer.await;
        answer.unwrap_or_else(|| panic!("whoever asks again is answered: {key}, last {last:?}"))
    }

    /// Posts a webhook until one of its copies is taken.
    async fn tell(&mut self, news: Delivery) {
        let copies = 1 + self.dice.roll(COPIES);
        let taken = wait_until(LIMIT, async || {
            let mut posts = JoinSet::new();
            for _ in 0..copies {
                let (news, hook) = (news.clone(), self.hook.clone());
                posts.spawn(async move { post(&news, &hook).await });
            }
            let taken = posts.join_all().await;
            taken.contains(&true).then_some(())
        });
        taken.await.expect("a webhook is taken in the end");
        self.told.push(news);
    }

    /// A webhook that was taken before comes once more.
    async fn tell_again(&mut self) {
        if !self.told.is_empty() {
            let old = self.dice.pick(&self.told);
            post(old, &self.hook).await;
        }
    }

    /// No webhook comes, only the driver's browser.
    async fn come_back(&self, page: &str) {
        let path = format!(
            "/api/payments/stripe/return?{}",
            self.provider.return_query(page)
        );
        let back = wait_until(LIMIT, async || {
            let answer = self.rest.try_get(&path).await?;
            (answer.status == 303).then_some(())
        });
        back.await.expect("a browser is sent on in the end");
    }

    /// A driver who looks again and again whether the money is there.
    async fn reload_until_paid(&self, page: &str, id: TopupId) {
        let path = format!("/api/user/wallet/topups/{id}");
        let paid = wait_until(LIMIT, async || {
            let topup = self.rest.try_get(&path).await?;
            if topup.body["status"] == "completed" {
                return Some(());
            }
            self.come_back(page).await;
            None
        });
        paid.await.expect("the provider is asked in the end");
    }

    fn paid(&self) -> BTreeMap<TopupId, i64> {
        let paid = self.orders.iter();
        paid.filter_map(|order| Some((order.id(), order.paid?)))
            .collect()
    }

    /// What was answered is answered again.
    async fn check_answers(&self) {
        for order in &self.orders {
            let again = self.asked(&order.key, &order.wish).await;
            assert_eq!(again.body, order.answer, "{}: it stands", order.key);
        }
    }

    /// What was paid is in the wallet, once, and nothing else came in.
    async fn check_books(&self, store: &Store) {
        let paid = self.paid();
        let came_in = async || {
            let mut conn = store.read().await.expect("a reader");
            let every = Slice {
                limit: i64::MAX,
                offset: 0,
            };
            let all = ledger::list_of(&mut conn, self.id, every).await;
            let all = all.expect("a list").items.into_iter();
            all.filter(|one| one.kind == TransferKind::Topup)
                .map(|one| {
                    let topup = one.topup_id().expect("it is a top-up's");
                    (TopupId::from(topup), one.amount.minor)
                })
                .collect::<Vec<_>>()
        };
        // Where no webhook came the provider is asked: at once, for whom it did not answer is asked a minute later.
        for page in &self.untold {
            self.come_back(page).await;
        }
        let all = wait_until(LIMIT, async || {
            (came_in().await.len() >= paid.len()).then_some(())
        });
        let all = all.await;
        let mut there = came_in().await;
        there.sort_unstable();
        let paid: Vec<_> = paid.into_iter().collect();
        assert!(all.is_some(), "what was paid comes in: {paid:?}, {there:?}");
        assert_eq!(there, paid, "each once, and to the cent");
    }
}

/// Whether a webhook was taken.
async fn post(news: &Delivery, hook: &str) -> bool {
    let status = news.try_post(hook).await;
    assert!(matches!(status, None | Some(204 | 429 | 503)), "{status:?}");
    status == Some(204)
}
