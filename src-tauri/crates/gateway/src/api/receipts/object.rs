//! A receipt as REST sends it (2-contract, Receipt).

use domain::Timestamp;
use domain::money::Percent;
use domain::object::{Amount, MoneyLine};
use domain::receipt::ReceiptKind;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::objects::Session;

/// A receipt: what was paid for a charge, or what takes that back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Receipt)]
pub(in crate::api) struct ReceiptObject {
    /// Of its series, without holes.
    pub(in crate::api) number: String,
    /// Which of the two.
    pub(in crate::api) kind: ReceiptKind,
    /// The number of what it takes back; null for an invoice.
    pub(in crate::api) reverses: Option<String>,
    /// When.
    pub(in crate::api) issued_at: Timestamp,
    /// The charge as it is now.
    pub(in crate::api) session: Session,
    /// Who sold.
    pub(in crate::api) seller: Seller,
    /// Line by line, tax included; below zero on a reversal.
    pub(in crate::api) lines: Vec<MoneyLine>,
    /// One per rate.
    pub(in crate::api) taxes: Vec<Tax>,
    /// Without tax.
    pub(in crate::api) net: Amount,
    /// The tax.
    pub(in crate::api) tax: Amount,
    /// What is paid.
    pub(in crate::api) total: Amount,
    /// The register at the start, Wh.
    pub(in crate::api) meter_start_wh: Option<i64>,
    /// The register at the end, Wh.
    pub(in crate::api) meter_stop_wh: Option<i64>,
    /// What the charger signed, byte for byte.
    pub(in crate::api) signed_meter_data: Vec<SignedMeterData>,
    /// The language it is written in.
    pub(in crate::api) language: String,
    /// Its own page, for whoever has this address; with `.pdf` behind it the file. Null once that has ended.
    pub(in crate::api) url: Option<String>,
}

/// Who sold.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Seller {
    /// The company's name.
    pub(in crate::api) name: String,
    /// Line by line.
    pub(in crate::api) address: String,
    /// VAT number, GSTIN, …; may be empty.
    pub(in crate::api) tax_id: String,
}

impl From<&receipts::Seller> for Seller {
    fn from(seller: &receipts::Seller) -> Self {
        Self {
            name: seller.name.clone(),
            address: seller.address.clone(),
            tax_id: seller.tax_id.clone(),
        }
    }
}

/// The tax of one rate.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Tax {
    /// The rate, a decimal string.
    percent: String,
    /// What it is on.
    net: Amount,
    /// The tax.
    tax: Amount,
}

impl From<&receipts::Tax> for Tax {
    fn from(tax: &receipts::Tax) -> Self {
        Self {
            percent: tax.percent.unwrap_or(Percent { milli: 0 }).print(),
            net: tax.net.print(),
            tax: tax.tax.print(),
        }
    }
}

/// What a charger signed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct SignedMeterData {
    /// `OCMF`, …
    format: String,
    /// As it came.
    data: String,
    /// As it came; may be empty.
    public_key: String,
}

impl From<&receipts::SignedData> for SignedMeterData {
    fn from(signed: &receipts::SignedData) -> Self {
        Self {
            format: signed.format.clone(),
            data: signed.data.clone(),
            public_key: signed.public_key.clone(),
        }
    }
}
