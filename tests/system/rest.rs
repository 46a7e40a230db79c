//! REST as an operator's own program uses it: signs in, sends JSON, reads JSON. Written out over TCP, for a
//! handful of calls is no reason for a client library.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::site::{EMAIL, PASSWORD};

/// A signed-in operator.
pub struct Rest {
    host: String,
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
        let host = http.strip_prefix("http://").expect("a plain http address");
        let mut rest = Self {
            host: host.to_owned(),
            token: String::new(),
            sent: 0,
        };
        let credentials = json!({ "email": email, "password": password });
        let answer = rest.post("/api/cms/auth/login", &credentials).await;
        let token = answer.body["token"].as_str();
        token
            .unwrap_or_else(|| panic!("the sign-in was answered {answer:?}"))
            .clone_into(&mut rest.token);
        rest
    }

    /// Registers a driver and signs it in; gives its id as well.
    pub async fn register(http: &str, email: &str) -> (Self, String) {
        Self::driver(http, "register", email).await
    }

    /// Signs a driver in; gives its id as well.
    pub async fn sign_in_driver(http: &str, email: &str) -> (Self, String) {
        Self::driver(http, "login", email).await
    }

    async fn driver(http: &str, verb: &str, email: &str) -> (Self, String) {
        let host = http.strip_prefix("http://").expect("a plain http address");
        let mut rest = Self {
            host: host.to_owned(),
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
        let Self { host, token, .. } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&**host).await.ok()?;
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
}

/// What a driver who registers on a screen of these tests is known by.
pub const DRIVER: &str = "driver@example.org";

/// Puts money into a driver's wallet, as an operator at the desk does: a charge that costs something wants some.
pub async fn give(http: &str, amount: &str) {
    let mut desk = Rest::sign_in(http).await;
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
