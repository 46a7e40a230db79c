//! Stripe's side: Checkout Sessions, Refunds, and their events.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::delivery::Delivery;
use super::wire::{Answer, Asked};
use super::{RefundRow, Row, STRIPE_SECRET, Speaks, Standing, State, now_s};

type Form = HashMap<String, String>;

/// What Stripe answers.
pub(crate) fn answer(state: &mut State, request: &Asked) -> Answer {
    let expect = format!("Basic {}", STANDARD.encode(format!("{STRIPE_SECRET}:")));
    if request.header("authorization") != expect {
        return refusal(401, "invalid_request_error", "Invalid API Key provided");
    }
    let path = request.path.as_str();
    match (request.method.as_str(), path) {
        ("POST", "/v1/checkout/sessions") => once(state, request, create),
        ("POST", "/v1/refunds") => once(state, request, refund),
        ("GET", _) => {
            let id = path.rsplit('/').next().unwrap_or_default();
            let row = state.rows.iter().find(|row| row.id == id);
            let whole = request.query.contains("expand");
            row.map_or_else(
                || refusal(404, "resource_missing", "No such checkout.session"),
                |row| ok(&session(row, whole)),
            )
        }
        _ => refusal(404, "invalid_request_error", "Unrecognized request URL"),
    }
}

/// "Saves the resulting status code and body of the first request made for any given idempotency key".
fn once(state: &mut State, request: &Asked, act: fn(&mut State, &Form) -> Answer) -> Answer {
    let key = format!("stripe {}", request.header("idempotency-key"));
    match state.under_key(&key, request) {
        Some(Ok(answer)) => return answer,
        Some(Err(())) => {
            return refusal(
                400,
                "idempotency_error",
                "Keys for idempotent requests differ",
            );
        }
        None => {}
    }
    let form = form_urlencoded::parse(request.body.as_bytes());
    let answer = act(state, &form.into_owned().collect());
    state.keep_key(&key, request, &answer);
    answer
}

fn create(state: &mut State, form: &Form) -> Answer {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let number = |name: &str| text(name).parse::<i64>().unwrap_or_default();
    let item = |name: &str| format!("line_items[0][price_data]{name}");
    let amount = number(&item("[unit_amount]"));
    let expires_at = number("expires_at");
    let until = expires_at - now_s();
    let currency = text(&item("[currency]"));
    if text("mode") != "payment" || text("line_items[0][quantity]") != "1" {
        return refusal(400, "parameter_missing", "Not a single payment");
    }
    if amount <= 0 || currency.len() != 3 || currency != currency.to_lowercase() {
        return refusal(
            400,
            "parameter_invalid_integer",
            "Invalid amount or currency",
        );
    }
    if text(&item("[product_data][name]")).is_empty() {
        return refusal(400, "parameter_missing", "Missing product name");
    }
    if !text("success_url").contains("{CHECKOUT_SESSION_ID}") {
        return refusal(400, "url_invalid", "Not a valid URL");
    }
    if !(30 * 60..=24 * 3600).contains(&until) {
        let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours";
        return refusal(400, "parameter_invalid", message);
    }
    let (id, payment) = (state.next("cs_test"), state.next("pi"));
    let row = Row {
        speaks: Speaks::Stripe,
        url: format!("{}/c/pay/{id}", state.base_url),
        id,
        reference: text("client_reference_id"),
        amount,
        currency,
        expires_at,
        standing: Standing::Open,
        payment,
    };
    let answer = ok(&session(&row, false));
    state.rows.push(row);
    answer
}

fn refund(state: &mut State, form: &Form) -> Answer {
    let text = |name: &str| form.get(name).cloned().unwrap_or_default();
    let payment = text("payment_intent");
    let amount: i64 = text("amount").parse().unwrap_or_default();
    let paid = state
        .rows
        .iter()
        .find(|row| row.payment == payment && row.standing == Standing::Paid);
    let Some(paid) = paid.cloned() else {
        return refusal(404, "resource_missing", "No such payment_intent");
    };
    let given = state.refunds.iter().filter(|row| row.payment == payment);
    let left = paid.amount - given.map(|row| row.amount).sum::<i64>();
    if amount <= 0 || amount > left {
        return refusal(400, "charge_already_refunded", "Refund amount is too large");
    }
    let row = RefundRow {
        id: state.next("re"),
        payment,
        amount,
        currency: paid.currency,
        reference: text("metadata[reference]"),
    };
    let answer = ok(&refund_object(&row, "pending"));
    state.refunds.push(row);
    answer
}

fn session(row: &Row, whole: bool) -> Value {
    let (status, payment_status, intent) = match row.standing {
        Standing::Open => ("open", "unpaid", "requires_payment_method"),
        Standing::Processing => ("complete", "unpaid", "processing"),
        Standing::Paid => ("complete", "paid", "succeeded"),
        Standing::Failed => ("complete", "unpaid", "requires_payment_method"),
        Standing::Expired => ("expired", "unpaid", "canceled"),
    };
    let tried = !matches!(row.standing, Standing::Open | Standing::Expired);
    let payment = match (tried, whole) {
        (false, _) => Value::Null,
        (true, false) => json!(row.payment),
        (true, true) => json!({ "id": row.payment, "object": "payment_intent", "status": intent }),
    };
    json!({
        "id": row.id,
        "object": "checkout.session",
        "amount_subtotal": row.amount,
        "amount_total": row.amount,
        "client_reference_id": row.reference,
        "currency": row.currency,
        "expires_at": row.expires_at,
        "livemode": false,
        "metadata": { "reference": row.reference },
        "mode": "payment",
        "payment_intent": payment,
        "payment_status": payment_status,
        "status": status,
        "url": if status == "open" { json!(row.url) } else { Value::Null },
    })
}

fn refund_object(row: &RefundRow, status: &str) -> Value {
    json!({
        "id": row.id,
        "object": "refund",
        "amount": row.amount,
        "currency": row.currency,
        "metadata": { "reference": row.reference },
        "payment_intent": row.payment,
        "reason": null,
        "status": status,
    })
}

/// The event of a checkout that changed.
pub(crate) fn turned(row: &Row, before: Standing, event: &str) -> Delivery {
    let kind = match (row.standing, before) {
        (Standing::Paid, Standing::Processing) => "checkout.session.async_payment_succeeded",
        (Standing::Failed, _) => "checkout.session.async_payment_failed",
        (Standing::Expired, _) => "checkout.session.expired",
        _ => "checkout.session.completed",
    };
    event_of(event, kind, &session(row, false))
}

/// The event of a refund that is done.
pub(crate) fn refunded(row: &RefundRow, event: &str) -> Delivery {
    event_of(event, "refund.updated", &refund_object(row, "succeeded"))
}

fn event_of(event: &str, kind: &str, object: &Value) -> Delivery {
    let body = json!({
        "id": event,
        "object": "event",
        "api_version": "2024-10-28.acacia",
        "created": now_s(),
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "type": kind,
    });
    Delivery::new(Speaks::Stripe, event, &body)
}

fn ok(value: &Value) -> Answer {
    Answer::new(200, value.to_string())
}

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    let error = json!({ "code": code, "message": message, "type": "invalid_request_error" });
    Answer::new(status, json!({ "error": error }).to_string())
}
