//! `seller.*`: who sells, as receipts say it. One that does not sell under a name of its own sells as its station.

use std::sync::Arc;

use receipts::Seller as Named;
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError, text};
use crate::core::ReceiptRules;

/// The longest line of a receipt's head, characters.
pub const LONGEST_LINE: usize = 120;
/// The most lines of an address.
const MOST_LINES: usize = 6;
/// The longest address, characters: with what ends its lines.
pub const LONGEST_ADDRESS: usize = MOST_LINES * (LONGEST_LINE + 1);
/// The longest that a number may begin with.
const LONGEST_PREFIX: usize = 12;
/// Ten years: as long as receipts are kept.
const LONGEST_LINK: u16 = 3_660;

/// `seller.*`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// The company's name; empty: each station's own.
    pub name: String,
    /// Its address, line by line.
    pub address: String,
    /// Its VAT number, GSTIN, …
    #[serde(deserialize_with = "text")]
    pub tax_id: String,
    /// What receipts' numbers begin with: letters, digits and "-". Two databases under one tax number need two of them.
    #[serde(deserialize_with = "text")]
    pub number_prefix: String,
    /// How many days a receipt's own page can be opened by its link.
    pub link_days: u16,
}

impl Default for Seller {
    fn default() -> Self {
        Self {
            name: String::new(),
            address: String::new(),
            tax_id: String::new(),
            number_prefix: String::new(),
            link_days: 90,
        }
    }
}

impl Settings {
    /// How receipts are made out.
    pub fn receipts(&self) -> Result<Arc<ReceiptRules>, SettingsError> {
        let seller = &self.seller;
        let long = |text: &str| text.chars().count() > LONGEST_LINE;
        let lines: Vec<&str> = seller.address.lines().collect();
        if long(&seller.name)
            || long(&seller.tax_id)
            || lines.len() > MOST_LINES
            || lines.into_iter().any(long)
        {
            return Err(SettingsError(format!(
                "the settings seller.name, seller.tax_id and each line of seller.address may have {LONGEST_LINE} characters, and the address {MOST_LINES} lines"
            )));
        }
        let prefix = seller.number_prefix.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if prefix.len() > LONGEST_PREFIX || !prefix.chars().all(plain) {
            return Err(SettingsError(format!(
                "the setting seller.number_prefix has at most {LONGEST_PREFIX} letters, digits and \"-\", such as \"NORD-\""
            )));
        }
        if !(1..=LONGEST_LINK).contains(&seller.link_days) {
            return Err(SettingsError(format!(
                "the setting seller.link_days must be between 1 and {LONGEST_LINK}"
            )));
        }
        let base = self.public_url.as_deref().unwrap_or_default();
        Ok(Arc::new(ReceiptRules {
            seller: Named {
                name: seller.name.trim().to_owned(),
                address: seller.address.trim().to_owned(),
                tax_id: seller.tax_id.trim().to_owned(),
            },
            number_prefix: prefix.to_owned(),
            link_days: seller.link_days,
            public_url: base.trim_end_matches('/').to_owned(),
        }))
    }
}
