//! Razorpay's webhooks: `X-Razorpay-Signature`, HMAC-SHA256 over the raw body with the webhook's secret
//! (razorpay.com/docs/webhooks/validate-test), and the signed query of the browser that comes back
//! (razorpay.com/docs/payments/payment-links/apis, "Verify Signature").
//!
//! No time is signed: a replay is told by its `X-Razorpay-Event-Id`, or where that is missing by the body itself.

use std::collections::BTreeMap;

use ::http::HeaderMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::answers::{Link, RefundAnswer};
use crate::MAX_WEBHOOK;
use crate::error::WebhookRefusal;
use crate::order::{EventKind, Notice, PaymentEvent, is_id};
use crate::secret::Secret;
use crate::signature::signs;

/// An event: each entity of it stands under its name.
#[derive(Deserialize)]
struct Event {
    event: String,
    #[serde(default)]
    payload: Value,
}

/// Verifies and reads.
pub(super) fn read(
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Notice, WebhookRefusal> {
    if body.len() > MAX_WEBHOOK {
        return Err(WebhookRefusal::TooLong);
    }
    let signature = only(headers, "x-razorpay-signature")?.ok_or(WebhookRefusal::Unsigned)?;
    if !signs(secret, &[body], signature) {
        return Err(WebhookRefusal::Forged);
    }
    // The header is not signed: it can make one message look new, so an effect must be single by its order, too.
    let event_id = match only(headers, "x-razorpay-event-id")?.filter(|id| is_id(id)) {
        Some(id) => id.to_owned(),
        None => hex::encode(Sha256::digest(body)),
    };
    let event: Event = serde_json::from_slice(body).map_err(|_| unreadable("no event"))?;
    event.notice(event_id)
}

/// Verifies the query of a browser that comes back from a payment link, and gives the link.
pub(super) fn read_return(secret: &Secret, query: &str) -> Result<String, WebhookRefusal> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if fields.insert(name, value).is_some() {
            return Err(WebhookRefusal::Malformed);
        }
    }
    let field = |name: &str| fields.get(name).map(|value| value.as_bytes());
    let missing = WebhookRefusal::Malformed;
    let signature = fields
        .get("razorpay_signature")
        .ok_or(WebhookRefusal::Unsigned)?;
    let link = field("razorpay_payment_link_id").ok_or(missing)?;
    let reference = field("razorpay_payment_link_reference_id").ok_or(missing)?;
    let status = field("razorpay_payment_link_status").ok_or(missing)?;
    let payment = field("razorpay_payment_id").ok_or(missing)?;
    let parts = [link, b"|", reference, b"|", status, b"|", payment];
    // A bar inside a field would let two queries have one signature.
    let plain = |part: &&[u8]| std::str::from_utf8(part).is_ok_and(is_id);
    if ![link, reference, status, payment].iter().all(plain) {
        return Err(WebhookRefusal::Malformed);
    }
    if !signs(secret, &parts, signature) {
        return Err(WebhookRefusal::Forged);
    }
    String::from_utf8(link.to_vec()).map_err(|_| missing)
}

/// The one header of this name.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, WebhookRefusal> {
    let mut all = headers.get_all(name).iter();
    let first = all.next().map(|value| value.to_str());
    match (first, all.next()) {
        (None, _) => Ok(None),
        (Some(Ok(text)), None) => Ok(Some(text)),
        _ => Err(WebhookRefusal::Malformed),
    }
}

impl Event {
    fn notice(self, event_id: String) -> Result<Notice, WebhookRefusal> {
        match self.event.as_str() {
            "payment_link.paid" => self.of_link(event_id, EventKind::Paid),
            "payment_link.expired" => self.of_link(event_id, EventKind::Expired),
            "payment_link.cancelled" => self.of_link(event_id, EventKind::Failed),
            "refund.processed" => {
                self.of_refund(event_id, |refund_ref| EventKind::Refunded { refund_ref })
            }
            "refund.failed" => self.of_refund(event_id, |refund_ref| EventKind::RefundFailed {
                refund_ref,
            }),
            // `payment.failed` is one try of perhaps several: the link can still be paid.
            _ => Ok(Notice::Unrelated { kind: self.event }),
        }
    }

    fn entity<T: DeserializeOwned>(&self, name: &str) -> Result<T, WebhookRefusal> {
        let entity = self.payload[name]["entity"].clone();
        serde_json::from_value(entity).map_err(|_| unreadable("its entity has another form"))
    }

    fn of_link(self, event_id: String, kind: EventKind) -> Result<Notice, WebhookRefusal> {
        let link: Link = self.entity("payment_link")?;
        let amount = if kind == EventKind::Paid {
            link.paid()
        } else {
            link.amount()
        };
        let payment = &self.payload["payment"]["entity"]["id"];
        Ok(Notice::Payment(PaymentEvent {
            event_id,
            kind,
            amount: amount.ok_or_else(|| unreadable("no amount"))?,
            provider_ref: Some(link.id),
            payment_ref: payment.as_str().map(str::to_owned),
            reference: link.reference_id,
        }))
    }

    fn of_refund(
        self,
        event_id: String,
        kind: impl Fn(String) -> EventKind,
    ) -> Result<Notice, WebhookRefusal> {
        let refund: RefundAnswer = self.entity("refund")?;
        Ok(Notice::Payment(PaymentEvent {
            event_id,
            amount: refund.amount().ok_or_else(|| unreadable("no amount"))?,
            reference: refund.reference(),
            provider_ref: None,
            payment_ref: refund.payment_id,
            kind: kind(refund.id),
        }))
    }
}

const fn unreadable(what: &'static str) -> WebhookRefusal {
    WebhookRefusal::Unreadable { what }
}
