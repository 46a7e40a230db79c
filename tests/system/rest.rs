//! REST as an operator's own program uses it: signs in, sends JSON, reads JSON. Written out over TCP, for a
//! handful of calls is no reason for a client library; or asked by a page that is open, where there is no TCP door.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::Browser;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::site::{EMAIL, PASSWORD};

/// The door that requests go through.
#[derive(Clone)]
enum Door {
    /// `127.0.0.1:PORT`.
    Tcp(String),
    /// The page's own. It is the test that asks, not the page: who counts leaves it out.
    Page(Arc<Browser>),
}

/// Somebody who is signed in: an operator, unless it is said.
pub struct Rest {
    door: Door,
    pub token: String,
    sent: u32,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    head: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut named = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value)
    }
}

impl Rest {
    /// Signs the site's operator in at `http` (`http://127.0.0.1:PORT`).
    pub async fn sign_in(http: &str) -> Self {
        Self::sign_in_as(http, EMAIL, PASSWORD).await
    }

    /// Signs an operator in.
    pub async fn sign_in_as(http: &str, email: &str, password: &str) -> Self {
        Self::enter(tcp(http), email, password).await
    }

    /// Signs the site's operator in through the door of a page.
    pub async fn sign_in_through(page: Arc<Browser>) -> Self {
        Self::enter(Door::Page(page), EMAIL, PASSWORD).await
    }

    /// Whoever has not signed in.
    pub fn nobody(http: &str) -> Self {
        Self::before(tcp(http))
    }

    fn before(door: Door) -> Self {
        Self {
            door,
            token: String::new(),
            sent: 0,
        }
    }

    async fn enter(door: Door, email: &str, password: &str) -> Self {
        let mut rest = Self::before(door);
        let credentials = json!({ "email": email, "password": password });
        let answer = rest.post("/api/cms/auth/login", &credentials).await;
        let token = answer.body["token"].as_str();
        token
            .unwrap_or_else(|| panic!("the sign-in was answered {answer:?}"))
            .clone_into(&mut rest.token);
        rest
    }

    /// A driver who makes an account, through the same door.
    pub async fn register_driver(&self) -> Self {
        Self::driver(self.door.clone(), "register", DRIVER).await.0
    }

    /// Registers a driver and signs it in; gives its id as well.
    pub async fn register(http: &str, email: &str) -> (Self, String) {
        Self::driver(tcp(http), "register", email).await
    }

    /// Signs a driver in; gives its id as well.
    pub async fn sign_in_driver(http: &str, email: &str) -> (Self, String) {
        Self::driver(tcp(http), "login", email).await
    }

    async fn driver(door: Door, verb: &str, email: &str) -> (Self, String) {
        let mut rest = Self {
            door,
            token: String::new(),
            sent: 0,
        };
        let wish = json!({ "email": email, "password": PASSWORD });
        let answer = rest.post(&format!("/api/user/auth/{verb}"), &wish).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        rest.token = text(&answer.body["token"]);
        (rest, text(&answer.body["user"]["id"]))
    }

    /// Gets a path.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    /// Posts JSON, under an idempotency key of its own.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &body.to_string()).await
    }

    /// Puts JSON.
    pub async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &body.to_string()).await
    }

    /// Deletes what is at a path.
    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send("DELETE", path, "").await
    }

    /// Posts JSON under a key; nothing where nobody listens, or whoever does ends before it has answered whole.
    pub async fn try_post(&self, key: &str, path: &str, body: &Value) -> Option<Answer> {
        self.try_send("POST", path, key, &body.to_string()).await
    }

    /// The same for a path.
    pub async fn try_get(&self, path: &str) -> Option<Answer> {
        self.try_send("GET", path, "", "").await
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.sent += 1;
        // Another sign-in of the same operator's has keys of its own.
        let own = self.token.get(..8).unwrap_or_default();
        let key = format!("test-{own}-{}", self.sent);
        let answer = self.try_send(method, path, &key, body).await;
        answer.unwrap_or_else(|| panic!("{method} {path} is answered"))
    }

    async fn try_send(&self, method: &str, path: &str, key: &str, body: &str) -> Option<Answer> {
        let headers = [
            ("Authorization", format!("Bearer {}", self.token)),
            ("Idempotency-Key", key.to_owned()),
            ("Content-Type", "application/json".to_owned()),
        ];
        match &self.door {
            Door::Tcp(host) => over_tcp(host, method, path, &headers, body).await,
            Door::Page(page) => through(page, method, path, &headers, body).await,
        }
    }
}

type Headers = [(&'static str, String)];

/// `http://127.0.0.1:PORT` as a door.
fn tcp(http: &str) -> Door {
    let host = http.strip_prefix("http://").expect("a plain http address");
    Door::Tcp(host.to_owned())
}

/// Nothing where nobody listens, or what came is no whole answer.
async fn over_tcp(
    host: &str,
    method: &str,
    path: &str,
    headers: &Headers,
    body: &str,
) -> Option<Answer> {
    let length = body.len();
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let headers = headers.join("\r\n");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let answer = Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        body: serde_json::from_str(body).unwrap_or_default(),
        head: head.to_owned(),
    };
    let whole = answer.header("content-length");
    let whole = whole.is_none_or(|length| length == body.len().to_string());
    whole.then_some(answer)
}

/// Nothing where the page was not answered.
async fn through(
    page: &Browser,
    method: &str,
    path: &str,
    headers: &Headers,
    body: &str,
) -> Option<Answer> {
    let headers: Value = headers
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect();
    let body = if body.is_empty() {
        json!(null)
    } else {
        json!(body)
    };
    let init = json!({ "method": method, "headers": headers, "body": body, "cache": "no-store" });
    let answer = page
        .execute(&format!(
            "const ask = window.uncounted ?? window.fetch.bind(window);
             return ask({path}, {init}).then(async (answer) => ({{
                 status: answer.status,
                 head: [...answer.headers].map(([name, value]) => `${{name}}: ${{value}}`).join('\\n'),
                 body: await answer.text(),
             }}))",
            path = json!(path),
        ))
        .await;
    Some(Answer {
        status: answer["status"].as_u64()?.try_into().ok()?,
        body: serde_json::from_str(answer["body"].as_str()?).unwrap_or_default(),
        head: answer["head"].as_str()?.to_owned(),
    })
}

/// What a driver who registers on a screen of these tests is known by.
pub const DRIVER: &str = "driver@example.org";

/// Puts money into a driver's wallet, as an operator at the desk does: a charge that costs something wants some.
pub async fn give(desk: &mut Rest, amount: &str) {
    let path = format!("/api/cms/customers?search={DRIVER}");
    let found = desk.get(&path).await.body;
    let id = found["items"][0]["id"].as_str();
    let id = id.unwrap_or_else(|| panic!("no such driver: {found}"));
    let body = json!({
        "amount": { "amount": amount, "currency": "EUR" },
        "reason": "Paid in at the desk",
    });
    let path = format!("/api/cms/customers/{id}/wallet/adjustments");
    let given = desk.post(&path, &body).await;
    assert_eq!(given.status, 201, "{given:?}");
}
