//! Razorpay's side: Payment Links, refunds of payments, and their events.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::delivery::{Delivery, sign};
use super::wire::{Answer, Asked};
use super::{RAZORPAY_SECRET, RefundRow, Row, Speaks, Standing, State, now_s};

/// What Razorpay answers.
pub(crate) fn answer(state: &mut State, request: &Asked) -> Answer {
    let expect = format!("Basic {}", STANDARD.encode(RAZORPAY_SECRET));
    if request.header("authorization") != expect {
        return refusal(401, "The api key provided is invalid");
    }
    let path = request.path.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("POST", ["payment_links"]) => create(state, request),
        ("GET", ["payment_links"]) => {
            let reference = request.query.strip_prefix("reference_id=");
            let found = state.rows.iter().filter(|row| {
                row.speaks == Speaks::Razorpay && Some(row.reference.as_str()) == reference
            });
            ok(&json!({ "payment_links": found.map(link).collect::<Vec<_>>() }))
        }
        ("GET", ["payment_links", id]) => {
            let row = state.rows.iter().find(|row| row.id == *id);
            row.map_or_else(
                || refusal(400, "The id provided does not exist"),
                |row| ok(&link(row)),
            )
        }
        ("POST", ["payments", payment, "refund"]) => refund(state, request, payment),
        _ => refusal(404, "The requested URL was not found on the server."),
    }
}

fn create(state: &mut State, request: &Asked) -> Answer {
    let Ok(body) = serde_json::from_str::<Value>(&request.body) else {
        return refusal(400, "Invalid JSON");
    };
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (amount, currency) = (
        body["amount"].as_i64().unwrap_or_default(),
        text("currency"),
    );
    let (reference, expires_at) = (text("reference_id"), &body["expire_by"]);
    let expires_at = expires_at.as_i64().unwrap_or_default();
    if amount <= 0 || currency.len() != 3 || currency != currency.to_uppercase() {
        return refusal(400, "The amount or the currency is invalid.");
    }
    if body["accept_partial"] != false || body["callback_method"] != "get" {
        return refusal(400, "The callback method is invalid.");
    }
    if reference.is_empty() || reference.len() > 40 {
        return refusal(
            400,
            "The reference id may not be greater than 40 characters.",
        );
    }
    if expires_at - now_s() < 15 * 60 {
        return refusal(400, "expire_by should be at least 15 minutes in the future");
    }
    let mut rows = state.rows.iter();
    if rows.any(|row| row.speaks == Speaks::Razorpay && row.reference == reference) {
        let message = format!("payment link already exists with the reference id {reference}");
        return refusal(400, &message);
    }
    let (id, payment) = (state.next("plink"), state.next("pay"));
    let row = Row {
        speaks: Speaks::Razorpay,
        url: format!("{}/i/{id}", state.base_url),
        id,
        reference,
        amount,
        currency,
        expires_at,
        standing: Standing::Open,
        payment,
    };
    let answer = ok(&link(&row));
    state.rows.push(row);
    answer
}

fn refund(state: &mut State, request: &Asked, payment: &str) -> Answer {
    let key = request.header("x-refund-idempotency").to_owned();
    if key.len() < 10 {
        return refusal(400, "The idempotency key is invalid");
    }
    let key = format!("razorpay {key}");
    match state.under_key(&key, request) {
        Some(Ok(answer)) => return answer,
        Some(Err(())) => {
            let message =
                "Different request with the same idempotency key has already been processed.";
            return refusal(400, message);
        }
        None => {}
    }
    let Ok(body) = serde_json::from_str::<Value>(&request.body) else {
        return refusal(400, "Invalid JSON");
    };
    let amount = body["amount"].as_i64().unwrap_or_default();
    let paid = state
        .rows
        .iter()
        .find(|row| row.payment == payment && row.standing == Standing::Paid);
    let Some(paid) = paid.cloned() else {
        return refusal(400, "The id provided does not exist");
    };
    let given = state.refunds.iter().filter(|row| row.payment == payment);
    if amount <= 0 || amount > paid.amount - given.map(|row| row.amount).sum::<i64>() {
        return refusal(
            400,
            "The total refund amount is greater than the refund payment amount",
        );
    }
    let row = RefundRow {
        id: state.next("rfnd"),
        payment: payment.to_owned(),
        amount,
        currency: paid.currency,
        reference: body["notes"]["reference"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    };
    let answer = ok(&refund_entity(&row, "pending"));
    state.keep_key(&key, request, &answer);
    state.refunds.push(row);
    answer
}

fn link(row: &Row) -> Value {
    let status = match row.standing {
        Standing::Open | Standing::Processing => "created",
        Standing::Paid => "paid",
        Standing::Failed => "cancelled",
        Standing::Expired => "expired",
    };
    let paid = row.standing == Standing::Paid;
    let payment = json!({
        "amount": row.amount,
        "created_at": now_s(),
        "method": "upi",
        "payment_id": row.payment,
        "status": "captured",
    });
    json!({
        "accept_partial": false,
        "amount": row.amount,
        "amount_paid": if paid { row.amount } else { 0 },
        "currency": row.currency,
        "expire_by": row.expires_at,
        "id": row.id,
        "notes": { "reference": row.reference },
        "payments": if paid { json!([payment]) } else { Value::Null },
        "reference_id": row.reference,
        "short_url": row.url,
        "status": status,
        "user_id": "",
    })
}

fn refund_entity(row: &RefundRow, status: &str) -> Value {
    json!({
        "id": row.id,
        "entity": "refund",
        "amount": row.amount,
        "currency": row.currency,
        "payment_id": row.payment,
        "notes": { "reference": row.reference },
        "receipt": null,
        "status": status,
        "speed_requested": "normal",
    })
}

/// The event of a link that changed.
pub(crate) fn turned(row: &Row, event: &str) -> Delivery {
    let name = match row.standing {
        Standing::Paid => "payment_link.paid",
        Standing::Failed => "payment_link.cancelled",
        Standing::Expired => "payment_link.expired",
        Standing::Open | Standing::Processing => "payment_link.partially_paid",
    };
    let mut payload = json!({ "payment_link": { "entity": link(row) } });
    if row.standing == Standing::Paid {
        payload["payment"] = json!({ "entity": {
            "id": row.payment,
            "entity": "payment",
            "amount": row.amount,
            "currency": row.currency,
            "status": "captured",
        } });
    }
    event_of(event, name, &payload)
}

/// The event of a refund that is done.
pub(crate) fn refunded(row: &RefundRow, event: &str) -> Delivery {
    let payload = json!({ "refund": { "entity": refund_entity(row, "processed") } });
    event_of(event, "refund.processed", &payload)
}

/// Signed over link, reference, status and payment with the API's secret.
pub(crate) fn return_query(row: &Row) -> String {
    let text = format!("{}|{}|paid|{}", row.id, row.reference, row.payment);
    let secret = RAZORPAY_SECRET.split(':').nth(1).unwrap_or_default();
    format!(
        "razorpay_payment_id={}&razorpay_payment_link_id={}&razorpay_payment_link_reference_id={}\
         &razorpay_payment_link_status=paid&razorpay_signature={}",
        row.payment,
        row.id,
        row.reference,
        sign(secret, text.as_bytes())
    )
}

fn event_of(event: &str, name: &str, payload: &Value) -> Delivery {
    let body = json!({
        "entity": "event",
        "account_id": "acc_made_for_tests",
        "event": name,
        "contains": payload.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>()),
        "payload": payload,
        "created_at": now_s(),
    });
    Delivery::new(Speaks::Razorpay, event, &body)
}

fn ok(value: &Value) -> Answer {
    Answer::new(200, value.to_string())
}

fn refusal(status: u16, description: &str) -> Answer {
    let error = json!({ "code": "BAD_REQUEST_ERROR", "description": description });
    Answer::new(status, json!({ "error": error }).to_string())
}
