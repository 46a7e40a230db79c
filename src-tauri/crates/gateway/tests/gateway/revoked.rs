//! A sign-in that ends while it is used (WEB-05): within a second it is nobody's, on REST and on the live sockets, however
//! it ended. Three rounds of four ways, in the long form 50.
//!
//! Planted once and seen red: readers of an ended sign-in kept (`jobs.rs`); a sign-in kept when its account goes
//! (`change_operator.rs`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::http::Method;
use domain::operator::Role;
use gateway::settings::Listen;
use serde_json::json;
use testkit::{SocketIoProbe, rounds, wait_until};

use crate::house::{House, PASSWORD};
use crate::user::{SECRET, text};

const DEAD: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
enum Ends {
    SignedOut,
    PasswordChangedElsewhere,
    DriverRemoved,
    OperatorRemoved,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_ends_is_dead_everywhere_within_a_second() {
    use Ends::{DriverRemoved, OperatorRemoved, PasswordChangedElsewhere, SignedOut};
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
    })
    .await;
    let house = Arc::new(house);
    let admin = house.token_of(Role::Admin).await;
    let (mut rest, mut live) = (Duration::ZERO, Duration::ZERO);
    let count = rounds(2, 50);
    for round in 0..count {
        for ends in [
            SignedOut,
            PasswordChangedElsewhere,
            DriverRemoved,
            OperatorRemoved,
        ] {
            let (a, b) = end(&house, &admin, round, ends).await;
            (rest, live) = (rest.max(a), live.max(b));
        }
    }
    println!(
        "dead on REST after {rest:?}, on the live socket after {live:?}, at worst of {}",
        count * 4
    );
    assert!(rest < DEAD, "REST: {rest:?}");
    assert!(live < DEAD + Duration::from_millis(200), "live: {live:?}");
}

/// Somebody signs in, uses it in every way, and it ends. How long it was good for after that, on REST and live.
async fn end(house: &Arc<House>, admin: &str, round: u32, ends: Ends) -> (Duration, Duration) {
    let email = format!("{ends:?}-{round}@example.org").to_lowercase();
    let (token, id, path) = if matches!(ends, Ends::OperatorRemoved) {
        let body = json!({ "email": email, "name": "O", "role": "operator", "password": PASSWORD });
        let made = house
            .ask(Method::POST, "/api/cms/users", Some(admin), Some(body))
            .await;
        let id = text(&made.body["id"]);
        let body = json!({ "email": email, "password": PASSWORD });
        let login = house
            .ask(Method::POST, "/api/cms/auth/login", None, Some(body))
            .await;
        (text(&login.body["token"]), id, "/api/cms/stations")
    } else {
        let body = json!({ "email": email, "name": "D", "password": SECRET });
        house
            .ask(Method::POST, "/api/cms/customers", Some(admin), Some(body))
            .await;
        let body = json!({ "email": email, "password": SECRET });
        let login = house
            .ask(Method::POST, "/api/user/auth/login", None, Some(body))
            .await;
        let id = text(&login.body["user"]["id"]);
        (text(&login.body["token"]), id, "/api/user/wallet/balance")
    };
    let http = house.gateway.http.expect("the door is open");
    let mut probe = SocketIoProbe::connect(&format!("http://{http}"), Some(&token))
        .await
        .expect("it is signed in");
    let over = Arc::new(AtomicBool::new(false));
    let good = Arc::new(AtomicU32::new(0));
    let users = [(); 3].map(|()| {
        let (house, token, over) = (Arc::clone(house), token.clone(), Arc::clone(&over));
        let good = Arc::clone(&good);
        tokio::spawn(async move {
            let mut last = None;
            while !over.load(Ordering::SeqCst) {
                let began = Instant::now();
                let status = house.get(path, Some(&token)).await.status.as_u16();
                if status == 200 {
                    if last.replace(began).is_none() {
                        good.fetch_add(1, Ordering::SeqCst);
                    }
                } else {
                    assert_eq!(status, 401, "{ends:?}");
                    break;
                }
            }
            last.expect("it was good at first")
        })
    });
    let listening = tokio::spawn(async move {
        while probe.next().await.is_some() {}
        Instant::now()
    });
    let all = wait_until(DEAD * 10, async || {
        (good.load(Ordering::SeqCst) == 3).then_some(())
    });
    all.await.expect("it is good at first");

    let body = json!({});
    let (method, target, by, body) = match ends {
        Ends::SignedOut => (
            Method::POST,
            "/api/user/auth/logout".to_owned(),
            &*token,
            body,
        ),
        Ends::PasswordChangedElsewhere => {
            let body = json!({ "email": email, "password": SECRET });
            let other = house
                .ask(Method::POST, "/api/user/auth/login", None, Some(body))
                .await;
            let other = text(&other.body["token"]);
            let body = json!({ "currentPassword": SECRET, "newPassword": "green birds walk" });
            let path = "/api/user/auth/change-password";
            let done = house.ask(Method::PUT, path, Some(&other), Some(body)).await;
            assert_eq!(done.status.as_u16(), 204, "{}", done.body);
            let ended = Instant::now();
            return measure(ended, users, listening, &over).await;
        }
        Ends::DriverRemoved => (
            Method::DELETE,
            format!("/api/cms/customers/{id}"),
            admin,
            body,
        ),
        Ends::OperatorRemoved => (Method::DELETE, format!("/api/cms/users/{id}"), admin, body),
    };
    let done = house.ask(method, &target, Some(by), Some(body)).await;
    assert_eq!(done.status.as_u16(), 204, "{ends:?}: {}", done.body);
    measure(Instant::now(), users, listening, &over).await
}

async fn measure(
    ended: Instant,
    users: [tokio::task::JoinHandle<Instant>; 3],
    listening: tokio::task::JoinHandle<Instant>,
    over: &AtomicBool,
) -> (Duration, Duration) {
    let closed = tokio::time::timeout(DEAD * 10, listening).await;
    let closed = closed.expect("the live socket is still open");
    let closed = closed.expect("it listens to the end");
    // Whoever still gets answers now gets them after the row's second.
    over.store(closed.duration_since(ended) > DEAD, Ordering::SeqCst);
    let mut rest = Duration::ZERO;
    for user in users {
        let last = user.await.expect("it is told why");
        rest = rest.max(last.saturating_duration_since(ended));
    }
    (rest, closed.saturating_duration_since(ended))
}
