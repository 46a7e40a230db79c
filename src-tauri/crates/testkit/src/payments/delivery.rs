//! A webhook on its way: signed as the provider signs, posted when, how often and in which order a test likes.

use std::net::SocketAddr;

use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Speaks, WEBHOOK_SECRET, now_s};

/// A signed webhook.
#[derive(Clone, Debug)]
pub struct Delivery {
    speaks: Speaks,
    event_id: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Byte for byte.
    pub body: Vec<u8>,
}

impl Delivery {
    pub(crate) fn new(speaks: Speaks, event_id: &str, body: &Value) -> Self {
        let body = serde_json::to_vec_pretty(body).expect("JSON prints");
        Self::signed(speaks, event_id, body, WEBHOOK_SECRET, now_s())
    }

    fn signed(speaks: Speaks, event_id: &str, body: Vec<u8>, secret: &str, at_s: i64) -> Self {
        let header = |name: &str, value: String| (name.to_owned(), value);
        let headers = match speaks {
            Speaks::Stripe => {
                let signed = [at_s.to_string().as_bytes(), b".", &body].concat();
                let signature = sign(secret, &signed);
                vec![header(
                    "stripe-signature",
                    format!("t={at_s},v1={signature}"),
                )]
            }
            Speaks::Razorpay => vec![
                header("x-razorpay-signature", sign(secret, &body)),
                header("x-razorpay-event-id", event_id.to_owned()),
            ],
        };
        Self {
            speaks,
            event_id: event_id.to_owned(),
            headers,
            body,
        }
    }

    /// The same, signed at another time (Stripe's holds it).
    pub fn signed_at(&self, at_s: i64) -> Self {
        let body = self.body.clone();
        Self::signed(self.speaks, &self.event_id, body, WEBHOOK_SECRET, at_s)
    }

    /// The same, signed by somebody who does not know the secret.
    pub fn forged(&self) -> Self {
        let body = self.body.clone();
        Self::signed(self.speaks, &self.event_id, body, "whsec_guessed", now_s())
    }

    /// The provider itself says something else: `from` is `to`, and it is signed. For wrong amounts and currencies.
    pub fn saying(&self, from: &str, to: &str) -> Self {
        let body = String::from_utf8_lossy(&self.body).replace(from, to);
        let body = body.into_bytes();
        assert_ne!(body, self.body, "{from} is in no webhook of this kind");
        Self::signed(self.speaks, &self.event_id, body, WEBHOOK_SECRET, now_s())
    }

    /// Posts it to a hook (`http://127.0.0.1:…/api/payments/…/webhook`) and gives the status it is answered with.
    pub async fn post(&self, url: &str) -> u16 {
        let status = self.try_post(url).await;
        status.unwrap_or_else(|| panic!("{url} answers"))
    }

    /// The same where nobody may listen, or whoever does may end before it has answered: then it is nothing.
    pub async fn try_post(&self, url: &str) -> Option<u16> {
        let rest = url.strip_prefix("http://").expect("a plain address");
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        let address: SocketAddr = address.parse().expect("an address with a port");
        let mut stream = TcpStream::connect(address).await.ok()?;
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect::<Vec<_>>()
            .concat();
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n{headers}\
             connection: close\r\ncontent-length: {}\r\n\r\n",
            self.body.len()
        );
        let request = [head.as_bytes(), &self.body].concat();
        stream.write_all(&request).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8_lossy(&answer);
        answer.split(' ').nth(1)?.parse().ok()
    }
}

/// HMAC-SHA256 in hex.
pub(crate) fn sign(secret: &str, text: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = mac.expect("a key of any length");
    mac.update(text);
    hex::encode(mac.finalize().into_bytes())
}
