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
        let host = http.strip_prefix("http://").expect("a plain http address");
        Self::enter(Door::Tcp(host.to_owned()), email, password).await
    }

    /// Signs the site's operator in through the door of a page.
    pub async fn sign_in_through(page: Arc<Browser>) -> Self {
        Self::enter(Door::Page(page), EMAIL, PASSWORD).await
    }

    async fn enter(door: Door, email: &str, password: &str) -> Self {
        let mut rest = Self {
            door,
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

    /// A driver who makes an account, through the same door.
    pub async fn register_driver(&self) -> Self {
        let mut driver = Self {
            door: self.door.clone(),
            token: String::new(),
            sent: 0,
        };
        let account = json!({ "email": DRIVER, "password": PASSWORD });
        let answer = driver.post("/api/user/auth/register", &account).await;
        let token = answer.body["token"].as_str();
        token
            .unwrap_or_else(|| panic!("the account was answered {answer:?}"))
            .clone_into(&mut driver.token);
        driver
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

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.sent += 1;
        let token = &self.token;
        // Another sign-in of the same operator's has keys of its own.
        let own = token.get(..8).unwrap_or_default();
        let headers = [
            ("Authorization", format!("Bearer {token}")),
            ("Idempotency-Key", format!("test-{own}-{}", self.sent)),
            ("Content-Type", "application/json".to_owned()),
        ];
        let answer = match &self.door {
            Door::Tcp(host) => over_tcp(host, method, path, &headers, body).await,
            Door::Page(page) => through(page, method, path, &headers, body).await,
        };
        answer.unwrap_or_else(|answer| panic!("{method} {path} was answered {answer}"))
    }
}

type Headers = [(&'static str, String)];

/// `Err`: what came is no answer.
async fn over_tcp(
    host: &str,
    method: &str,
    path: &str,
    headers: &Headers,
    body: &str,
) -> Result<Answer, String> {
    let length = body.len();
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let headers = headers.join("\r\n");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await.expect("the door is open");
    let written = stream.write_all(request.as_bytes()).await;
    written.expect("the gateway reads requests");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer).await;
    read.expect("the gateway answers in UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let Some(status) = status else {
        return Err(answer);
    };
    Ok(Answer {
        status,
        body: serde_json::from_str(body).unwrap_or_default(),
        head: head.to_owned(),
    })
}

async fn through(
    page: &Browser,
    method: &str,
    path: &str,
    headers: &Headers,
    body: &str,
) -> Result<Answer, String> {
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
    let status = answer["status"]
        .as_u64()
        .and_then(|code| code.try_into().ok());
    let (Some(status), Some(head), Some(body)) =
        (status, answer["head"].as_str(), answer["body"].as_str())
    else {
        return Err(answer.to_string());
    };
    Ok(Answer {
        status,
        body: serde_json::from_str(body).unwrap_or_default(),
        head: head.to_owned(),
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
