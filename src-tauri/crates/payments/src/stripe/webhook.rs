//! Stripe's webhooks: `Stripe-Signature: t=…,v1=…`, HMAC-SHA256 over `t.body`, 300 s of tolerance
//! (docs.stripe.com/webhooks#verify-manually), and the few of its events that are about our orders
//! (docs.stripe.com/checkout/fulfillment, /api/events/types).

use ::http::HeaderMap;
use domain::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answers::{RefundAnswer, Session};
use crate::MAX_WEBHOOK;
use crate::error::WebhookRefusal;
use crate::order::{EventKind, Notice, PaymentEvent};
use crate::secret::Secret;
use crate::signature::signs;

/// How far the clocks may differ, and the road be long, seconds.
const TOLERANCE_S: i64 = 300;

/// How many `v1` are tried: two while a secret is being changed.
const MOST_SIGNATURES: usize = 8;

/// `event`.
#[derive(Deserialize)]
struct Event<'a> {
    id: String,
    r#type: String,
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    object: &'a RawValue,
}

/// The header, taken apart. The time stays the text that was signed.
struct Header<'a> {
    time: &'a str,
    signatures: Vec<&'a str>,
}

/// Verifies and reads.
pub(super) fn read(
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Notice, WebhookRefusal> {
    if body.len() > MAX_WEBHOOK {
        return Err(WebhookRefusal::TooLong);
    }
    verify(secret, headers, body, now)?;
    let event: Event<'_> = serde_json::from_slice(body).map_err(|_| unreadable("no event"))?;
    event.notice()
}

/// The signature first, so that a forged message learns nothing of our clock.
fn verify(
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), WebhookRefusal> {
    let header = header(headers)?;
    let signed =
        |signature: &&&str| signs(secret, &[header.time.as_bytes(), b".", body], signature);
    if header.signatures.iter().find(signed).is_none() {
        return Err(WebhookRefusal::Forged);
    }
    let time: i64 = header.time.parse().map_err(|_| WebhookRefusal::Malformed)?;
    let age_s = now.as_second().saturating_sub(time);
    if age_s.abs() > TOLERANCE_S {
        return Err(WebhookRefusal::Stale { age_s });
    }
    Ok(())
}

/// One time and at least one `v1`. Other schemes are for others (`v0` is of test events).
fn header(headers: &HeaderMap) -> Result<Header<'_>, WebhookRefusal> {
    let mut all = headers.get_all("stripe-signature").iter();
    let text = all.next().ok_or(WebhookRefusal::Unsigned)?;
    let text = text.to_str().map_err(|_| WebhookRefusal::Malformed)?;
    let (mut time, mut signatures) = (None, Vec::new());
    for item in text.split(',') {
        match item.split_once('=').ok_or(WebhookRefusal::Malformed)? {
            ("t", _) if time.is_some() => return Err(WebhookRefusal::Malformed),
            ("t", value) => time = Some(value),
            ("v1", value) if signatures.len() < MOST_SIGNATURES => signatures.push(value),
            _ => {}
        }
    }
    match time {
        Some(time) if !signatures.is_empty() && all.next().is_none() => {
            Ok(Header { time, signatures })
        }
        _ => Err(WebhookRefusal::Malformed),
    }
}

impl Event<'_> {
    fn notice(self) -> Result<Notice, WebhookRefusal> {
        match self.r#type.as_str() {
            // Not yet paid: with a method that takes days, one of the next two comes later.
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                let session: Session = self.object()?;
                if session.payment_status.as_deref() == Some("paid") {
                    self.of_session(session, EventKind::Paid)
                } else {
                    Ok(self.unrelated())
                }
            }
            "checkout.session.async_payment_failed" => {
                let session = self.object()?;
                self.of_session(session, EventKind::Failed)
            }
            "checkout.session.expired" => {
                let session = self.object()?;
                self.of_session(session, EventKind::Expired)
            }
            "refund.created" | "refund.updated" | "refund.failed" => {
                let refund = self.object()?;
                self.of_refund(refund)
            }
            _ => Ok(self.unrelated()),
        }
    }

    fn object<T: DeserializeOwned>(&self) -> Result<T, WebhookRefusal> {
        serde_json::from_str(self.data.object.get())
            .map_err(|_| unreadable("its object has another form"))
    }

    fn of_session(self, session: Session, kind: EventKind) -> Result<Notice, WebhookRefusal> {
        let amount = session.amount().ok_or_else(|| unreadable("no amount"))?;
        Ok(Notice::Payment(PaymentEvent {
            event_id: self.id,
            kind,
            payment_ref: session
                .payment_intent
                .map(|payment| payment.id().to_owned()),
            provider_ref: Some(session.id),
            reference: session.client_reference_id,
            amount,
        }))
    }

    fn of_refund(self, refund: RefundAnswer) -> Result<Notice, WebhookRefusal> {
        let amount = refund.amount().ok_or_else(|| unreadable("no amount"))?;
        let refund_ref = refund.id;
        let kind = match refund.status.as_deref() {
            Some("succeeded") => EventKind::Refunded { refund_ref },
            Some("failed" | "canceled") => EventKind::RefundFailed { refund_ref },
            _ => return Ok(self.unrelated()),
        };
        Ok(Notice::Payment(PaymentEvent {
            event_id: self.id,
            kind,
            provider_ref: None,
            payment_ref: refund.payment_intent.map(|payment| payment.id().to_owned()),
            reference: refund.metadata.and_then(|written| written.reference),
            amount,
        }))
    }

    fn unrelated(self) -> Notice {
        Notice::Unrelated { kind: self.r#type }
    }
}

const fn unreadable(what: &'static str) -> WebhookRefusal {
    WebhookRefusal::Unreadable { what }
}
