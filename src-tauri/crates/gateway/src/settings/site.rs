//! `site.*`: what is true of the whole site, as it is written and as it reads.

use domain::Currency;
use domain::money::Percent;
use jiff::tz::TimeZone;
use receipts::Language;
use serde::{Deserialize, Serialize};

use super::{Settings, SettingsError, text};

/// The longest name, characters.
pub const LONGEST_NAME: usize = 60;
/// The longest number to call, characters.
pub const LONGEST_HELPLINE: usize = 100;

/// `site.*`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// What its pages are headed with; may be empty.
    pub name: String,
    /// What prices are in where nothing else is said: ISO 4217.
    pub currency: String,
    /// The clock of a new station where nothing else is said: an IANA name.
    pub time_zone: String,
    /// The tax inside prices where nothing else is said, a decimal string.
    #[serde(deserialize_with = "text")]
    pub tax_percent: String,
    /// The language of screens and receipts where nobody chose one: of those that the pages speak.
    pub language: String,
    /// Whom drivers call where the station names nobody; may be empty.
    #[serde(deserialize_with = "text")]
    pub helpline: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            name: String::new(),
            currency: "EUR".to_owned(),
            time_zone: "UTC".to_owned(),
            tax_percent: "19".to_owned(),
            language: "en".to_owned(),
            helpline: String::new(),
        }
    }
}

/// The name of a time zone of the IANA list.
pub(crate) fn time_zone(name: &str) -> Option<String> {
    TimeZone::get(name).ok()?.iana_name().map(str::to_owned)
}

/// The codes of the languages that the pages speak, as a sentence lists them.
pub(crate) fn spoken() -> String {
    Language::ALL.map(Language::code).join(", ")
}

/// The code of a language that the pages speak.
pub(crate) fn language(code: &str) -> Option<String> {
    let mut spoken = Language::ALL.into_iter().map(Language::code);
    spoken.find(|spoken| *spoken == code).map(str::to_owned)
}

impl Settings {
    /// What the site's money is in.
    pub fn currency(&self) -> Result<Currency, SettingsError> {
        Currency::from_code(&self.site.currency).ok_or_else(|| {
            SettingsError(
                "the setting site.currency must be a currency of ISO 4217, such as EUR".to_owned(),
            )
        })
    }
}

impl Site {
    /// Refuses the first that is out of its bounds; the currency is looked at by itself.
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let plain = |text: &str, longest| {
            text.chars().count() <= longest && !text.contains(char::is_control)
        };
        let short =
            |longest| format!("has {longest} characters at most, none of them a control character");
        for (right, name, sentence) in [
            (plain(&self.name, LONGEST_NAME), "name", short(LONGEST_NAME)),
            (
                time_zone(&self.time_zone).is_some(),
                "time_zone",
                "must be a time zone of the IANA list, such as Europe/Berlin".to_owned(),
            ),
            (
                Percent::read(&self.tax_percent).is_some(),
                "tax_percent",
                "must be 0 to 100 with three decimals at most, such as \"19\"".to_owned(),
            ),
            (
                language(&self.language).is_some(),
                "language",
                format!("must be one of {}", spoken()),
            ),
            (
                plain(&self.helpline, LONGEST_HELPLINE),
                "helpline",
                short(LONGEST_HELPLINE),
            ),
        ] {
            if !right {
                return Err(SettingsError(format!("the setting site.{name} {sentence}")));
            }
        }
        Ok(())
    }
}
