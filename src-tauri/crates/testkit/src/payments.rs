//! A payment provider on loopback that speaks Stripe's and Razorpay's published HTTP formats and signatures: checkouts,
//! refunds, signed webhooks. It fails as it is told, one request at a time. It knows none of our crates.
//!
//! Sources: docs.stripe.com/api/checkout/sessions, /api/refunds, /webhooks; razorpay.com/docs/api/payments/payment-links,
//! /api/refunds, /docs/webhooks/payment-links, /docs/webhooks/refunds. Not for showing a page to pay on: a test pays.

mod delivery;
mod razorpay;
mod stripe;
mod wire;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub use delivery::Delivery;
use wire::Answer;
pub use wire::Asked;

/// `payments.stripe.secret` of this provider.
pub const STRIPE_SECRET: &str = "sk_test_forecourt";
/// `payments.razorpay.secret` of this provider.
pub const RAZORPAY_SECRET: &str = "rzp_test_forecourt:made-for-tests";
/// `payments.*.webhook_secret` of both.
pub const WEBHOOK_SECRET: &str = "whsec_made_for_tests";

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is taken and never answered.
    Silence,
    /// The connection ends before anything is done.
    HangUp,
    /// It takes effect, and the answer is lost.
    LostAnswer,
    /// It takes effect, and half of the answer comes.
    CutBody,
    /// Nothing is done; this status and this body come.
    Status(u16, &'static str),
    /// Nothing is done; the answer points elsewhere.
    Redirect(String),
    /// It takes effect; the answer is 2 MiB long.
    Huge,
    /// It takes effect; the answer has a unit more in each amount.
    WrongAmount,
    /// It takes effect; the answer names another currency.
    WrongCurrency,
    /// It takes effect; the answer names another object.
    OtherObject,
    /// It takes effect; the page to pay on is this.
    Page(&'static str),
}

/// Whose API is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    Stripe,
    Razorpay,
}

/// How a checkout stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Open,
    /// Paid by a method that takes days (Stripe).
    Processing,
    Paid,
    Failed,
    Expired,
}

/// A checkout, in the provider's own units.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    speaks: Speaks,
    id: String,
    reference: String,
    amount: i64,
    currency: String,
    url: String,
    expires_at: i64,
    standing: Standing,
    payment: String,
}

/// A refund, in the provider's own units.
#[derive(Clone, Debug)]
pub(crate) struct RefundRow {
    id: String,
    payment: String,
    amount: i64,
    currency: String,
    reference: String,
}

/// Everything the provider knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    base_url: String,
    rows: Vec<Row>,
    refunds: Vec<RefundRow>,
    /// The key's request and its answer.
    keys: HashMap<String, (String, Answer)>,
    faults: VecDeque<Fault>,
    asked: Vec<Asked>,
    last: u32,
}

/// The provider. It is gone when it is dropped.
#[derive(Debug)]
pub struct PaymentServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

impl PaymentServer {
    /// Starts it on a port of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("some port is free");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(Mutex::new(State {
            base_url: format!("http://{address}"),
            ..State::default()
        }));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            state,
            accepting,
        }
    }

    /// `payments.*.base_url`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What goes wrong with the next request that none is set for yet.
    pub fn fail_next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// How many checkouts there are.
    pub fn checkouts(&self) -> usize {
        self.state().rows.len()
    }

    /// How much was given back, in the provider's units.
    pub fn refunded(&self) -> i64 {
        self.state()
            .refunds
            .iter()
            .map(|refund| refund.amount)
            .sum()
    }

    /// The provider's id of the last refund.
    pub fn last_refund(&self) -> String {
        let state = self.state();
        let last = state.refunds.last().expect("something was given back");
        last.id.clone()
    }

    /// The driver pays: the webhook that follows.
    pub fn pay(&self, checkout: &str) -> Delivery {
        self.turn(checkout, Standing::Paid)
    }

    /// The driver pays by a method that takes days (Stripe): the webhook that follows at once.
    pub fn pay_slowly(&self, checkout: &str) -> Delivery {
        self.turn(checkout, Standing::Processing)
    }

    /// The payment fails for good.
    pub fn fail(&self, checkout: &str) -> Delivery {
        self.turn(checkout, Standing::Failed)
    }

    /// Nobody pays in time.
    pub fn expire(&self, checkout: &str) -> Delivery {
        self.turn(checkout, Standing::Expired)
    }

    /// The refund is done: the webhook that follows.
    pub fn finish_refund(&self, refund: &str) -> Delivery {
        let mut state = self.state();
        let event = state.next("evt");
        let refunds = state.refunds.iter();
        let row = refunds.clone().find(|row| row.id == refund);
        let row = row.unwrap_or_else(|| panic!("{refund} is no refund here"));
        if refund.starts_with("re_") {
            stripe::refunded(row, &event)
        } else {
            razorpay::refunded(row, &event)
        }
    }

    /// The query string with which the driver's browser comes back.
    pub fn return_query(&self, checkout: &str) -> String {
        let state = self.state();
        let row = state.row(checkout);
        match row.speaks {
            Speaks::Stripe => format!("session_id={}", row.id),
            Speaks::Razorpay => razorpay::return_query(row),
        }
    }

    fn turn(&self, checkout: &str, standing: Standing) -> Delivery {
        let mut state = self.state();
        let event = state.next("evt");
        let row = state
            .rows
            .iter_mut()
            .find(|row| row.id == checkout)
            .unwrap_or_else(|| panic!("{checkout} is no checkout here"));
        let before = std::mem::replace(&mut row.standing, standing);
        match row.speaks {
            Speaks::Stripe => stripe::turned(row, before, &event),
            Speaks::Razorpay => razorpay::turned(row, &event),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for PaymentServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    /// An id that looks like the provider's.
    fn next(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}_{:014}", self.last)
    }

    fn row(&self, id: &str) -> &Row {
        let row = self.rows.iter().find(|row| row.id == id);
        row.unwrap_or_else(|| panic!("{id} is no checkout here"))
    }

    /// What an idempotency key gave before; a different request under it is refused.
    fn under_key(&self, key: &str, request: &Asked) -> Option<Result<Answer, ()>> {
        let (before, answer) = self.keys.get(key)?;
        let same = *before == format!("{} {}", request.path, request.body);
        Some(if same { Ok(answer.clone()) } else { Err(()) })
    }

    fn keep_key(&mut self, key: &str, request: &Asked, answer: &Answer) {
        let request = format!("{} {}", request.path, request.body);
        self.keys.insert(key.to_owned(), (request, answer.clone()));
    }

    /// What this request does and gives.
    fn answer(&mut self, request: &Asked) -> Answer {
        let path = request.path.as_str();
        if path.starts_with("/v1/checkout/") || path == "/v1/refunds" {
            stripe::answer(self, request)
        } else {
            razorpay::answer(self, request)
        }
    }
}

/// Seconds since 1970, by this machine's clock.
pub fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.map_or(0, |since| since.as_secs())).unwrap_or_default()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&state)));
    }
}

/// One request on one connection.
async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(request) = wire::read(&mut stream).await else {
        return;
    };
    let (fault, answer) = {
        let mut state = lock(&state);
        state.asked.push(request.clone());
        let fault = state.faults.pop_front();
        let answer = match &fault {
            Some(Fault::Silence | Fault::HangUp) => None,
            Some(Fault::Status(status, body)) => Some(Answer::new(*status, (*body).to_owned())),
            Some(Fault::Redirect(to)) => Some(Answer::elsewhere(to)),
            _ => Some(state.answer(&request)),
        };
        (fault, answer)
    };
    match (fault, answer) {
        (Some(Fault::Silence), _) => wire::hold(stream).await,
        (Some(Fault::CutBody), Some(answer)) => wire::write_half(&mut stream, &answer).await,
        (Some(Fault::LostAnswer), _) | (_, None) => {}
        (fault, Some(answer)) => wire::write(&mut stream, &spoiled(answer, fault)).await,
    }
}

fn spoiled(answer: Answer, fault: Option<Fault>) -> Answer {
    let Some(fault) = fault else {
        return answer;
    };
    let Ok(mut value) = serde_json::from_str::<Value>(&answer.body) else {
        return answer;
    };
    let mut set = |names: &[&str], change: &dyn Fn(&Value) -> Value| {
        for name in names {
            if let Some(field) = value.get_mut(*name).filter(|field| !field.is_null()) {
                *field = change(field);
            }
        }
    };
    match fault {
        Fault::WrongAmount => set(&["amount", "amount_total", "amount_paid"], &|amount| {
            json!(amount.as_i64().unwrap_or_default() + 100)
        }),
        Fault::WrongCurrency => set(&["currency"], &|_| json!("chf")),
        Fault::OtherObject => set(&["id"], &|_| json!("cs_other")),
        Fault::Page(page) => set(&["url", "short_url"], &|_| json!(page)),
        Fault::Huge => set(&["id"], &|_| json!("x".repeat(2 * 1024 * 1024))),
        _ => {}
    }
    Answer::new(answer.status, value.to_string())
}
