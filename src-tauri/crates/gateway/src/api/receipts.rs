//! Receipts: as an object and as a file for whoever may see the charge, and as a page behind a link that nobody can guess;
//! several of a time as a statement.

mod object;
pub(super) mod statement;

use std::sync::{Arc, LazyLock};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use domain::object::MoneyLine;
use domain::receipt::{Issued, ReceiptKind};
use domain::session::Session as Charge;
use domain::{Code, SessionId, Timestamp};
use receipts::{Fonts, Language, Receipt, ReceiptFault, SignedData, to_html, to_pdf};
use store::repo::{receipts as rows, sessions, signed_readings};
use store::{Conn, StoreError};
use tokio::sync::Semaphore;

use super::Api;
use super::problem::Problem;
use super::{pages, snapshots};
use crate::ops::issue_receipt;

pub(super) use object::ReceiptObject;
use object::{Seller, SignedMeterData, Tax};

/// How many files are drawn at once: a charge must never wait for a receipt.
static DRAWING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Where the pages' own Hindi letters are.
const DEVANAGARI: &str =
    "vendor/fonts/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-wght-normal.woff2";

/// Read once. Without the pages' font a Hindi receipt has English words.
static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let own = Fonts::built_in();
    let Some(bytes) = pages::file(DEVANAGARI) else {
        tracing::warn!("receipts have no Hindi letters: the pages' font is not there");
        return own;
    };
    match own.clone().with(&bytes) {
        Ok(fonts) => fonts,
        Err(fault) => {
            tracing::warn!(%fault, "receipts have no Hindi letters");
            own
        }
    }
});

/// The receipt of a charge that stands, as an object.
pub(super) async fn show(api: &Api, charge: &Charge) -> Result<ReceiptObject, Problem> {
    let mut conn = api.core.store.read().await?;
    let issued = standing(&mut conn, charge).await?;
    print(api, &mut conn, charge, &issued).await
}

/// The same as a file.
pub(super) async fn draw(api: &Api, charge: &Charge) -> Result<Response, Problem> {
    let receipt = {
        let mut conn = api.core.store.read().await?;
        let issued = standing(&mut conn, charge).await?;
        whole(&mut conn, charge, &issued).await?
    };
    receipt_file(receipt).await
}

/// None yet: it is not billed, or cost nothing.
async fn standing(conn: &mut Conn, charge: &Charge) -> Result<Issued, Problem> {
    let issued = rows::standing(conn, charge.id).await?;
    issued.ok_or_else(|| Code::ReceiptNotReady.into())
}

/// The receipt with what the charger signed.
async fn whole(conn: &mut Conn, charge: &Charge, issued: &Issued) -> Result<Receipt, StoreError> {
    let mut receipt = issue_receipt::read(issued)?;
    if let Some(number) = charge.transaction_id
        && issued.kind == ReceiptKind::Invoice
    {
        let signed = signed_readings::list(conn, (charge.charge_point_id, number)).await?;
        receipt.signed = signed
            .into_iter()
            .map(|signed| SignedData {
                format: signed.format,
                data: signed.data,
                public_key: signed.public_key,
            })
            .collect();
    }
    Ok(receipt)
}

/// Where a receipt's page is, while its link holds.
pub(super) fn url(api: &Api, issued: &Issued) -> Option<String> {
    let holds = issued.link_ends_at > api.core.clock.now();
    holds.then(|| api.core.rules().receipts.url(&issued.link))
}

/// A receipt as an object.
async fn print(
    api: &Api,
    conn: &mut Conn,
    charge: &Charge,
    issued: &Issued,
) -> Result<ReceiptObject, Problem> {
    let receipt = whole(conn, charge, issued).await?;
    let session = snapshots::session(conn, charge, api).await?;
    let totals = receipt.totals().map_err(broken)?;
    let lines = receipt.lines.iter();
    let reverses = match &receipt.kind {
        receipts::Kind::Invoice => None,
        receipts::Kind::Reversal { of } => Some(of.clone()),
    };
    Ok(ReceiptObject {
        number: issued.number.clone(),
        kind: issued.kind,
        reverses,
        issued_at: issued.issued_at,
        session,
        seller: Seller::from(&receipt.seller),
        lines: lines
            .map(|line| MoneyLine::of(line, receipt.tax_basis))
            .collect(),
        taxes: totals.taxes.iter().map(Tax::from).collect(),
        net: totals.net.print(),
        tax: totals.tax.print(),
        total: totals.total.print(),
        meter_start_wh: receipt.charge.meter_start.map(|wh| wh.0),
        meter_stop_wh: receipt.charge.meter_stop.map(|wh| wh.0),
        signed_meter_data: receipt.signed.iter().map(SignedMeterData::from).collect(),
        language: receipt.language.code().to_owned(),
        url: url(api, issued),
    })
}

/// A receipt as a file.
async fn receipt_file(receipt: Receipt) -> Result<Response, Problem> {
    let number = receipt.number.clone();
    file(number, move || to_pdf(&receipt, &FONTS)).await
}

/// A file of that name, drawn when its turn comes.
async fn file(
    name: String,
    draw: impl FnOnce() -> Result<Vec<u8>, ReceiptFault> + Send + 'static,
) -> Result<Response, Problem> {
    let turn = Arc::clone(&DRAWING).acquire_owned().await;
    let drawn = tokio::task::spawn_blocking(move || {
        // It goes on when nobody waits for it any more, and so does its turn.
        let _turn = turn;
        draw()
    })
    .await;
    let bytes = drawn.map_err(|_| Code::ServerInternal)?.map_err(broken)?;
    let name = format!("inline; filename=\"{name}.pdf\"");
    let name = HeaderValue::from_str(&name).map_err(|_| Code::ServerInternal)?;
    let kind = HeaderValue::from_static("application/pdf");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn broken(fault: ReceiptFault) -> Problem {
    tracing::error!(%fault, "a receipt cannot be drawn");
    Code::ServerInternal.into()
}

/// The receipt behind a link: a page in the driver's language, or with `.pdf` at its end the file.
#[utoipa::path(get, path = "/r/{token}", tag = "receipts",
    params(("token" = String, Path, description = "From the receipt's `url`, or its code; with `.pdf` behind it the file")),
    responses((status = 200, description = "The receipt", body = String, content_type = "text/html"),
        (status = 404, description = "No such link, or it has ended: a page that says so")))]
pub(super) async fn open(
    State(api): State<Api>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (link, wants_file) = match token.strip_suffix(".pdf") {
        Some(link) => (link, true),
        None => (&*token, false),
    };
    let Some(receipt) = behind(&api, link).await? else {
        let page = Html(receipts::gone(wish(&headers)));
        return Ok((StatusCode::NOT_FOUND, page).into_response());
    };
    if wants_file {
        return receipt_file(receipt).await;
    }
    let page = to_html(&receipt, &format!("{link}.pdf")).map_err(broken)?;
    Ok(Html(page).into_response())
}

async fn behind(api: &Api, link: &str) -> Result<Option<Receipt>, StoreError> {
    let mut conn = api.core.store.read().await?;
    let now: Timestamp = api.core.clock.now();
    let Some(issued) = rows::find_by_link(&mut conn, link, now).await? else {
        return Ok(None);
    };
    let Some(charge) = sessions::find(&mut conn, issued.session_id).await? else {
        return Ok(None);
    };
    whole(&mut conn, &charge, &issued).await.map(Some)
}

/// The first language of the browser's that is ours.
fn wish(headers: &HeaderMap) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    let asked = asked.and_then(|value| value.to_str().ok());
    let first = asked.and_then(|list| list.split([',', ';']).next());
    Language::of(first.unwrap_or_default().trim())
}

/// Every receipt of a charge, oldest first.
pub(super) async fn all_of(api: &Api, charge: &Charge) -> Result<Vec<ReceiptObject>, Problem> {
    let mut printed = Vec::new();
    let mut conn = api.core.store.read().await?;
    for issued in rows::list_of(&mut conn, charge.id).await? {
        printed.push(print(api, &mut conn, charge, &issued).await?);
    }
    Ok(printed)
}

/// The charge of an id, where somebody may see it.
pub(super) async fn charge(
    api: &Api,
    id: SessionId,
    may: impl FnOnce(&Charge) -> bool,
) -> Result<Charge, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = sessions::find(&mut conn, id).await?.filter(may);
    found.ok_or_else(|| Code::ResourceNotFound.into())
}
