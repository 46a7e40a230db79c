//! The settings that an admin may change while the gateway runs: they are stored in the database, over the defaults. What the
//! file, the environment or a flag names goes over them. Not for when they begin to hold: that is `standing`.

use store::repo::settings::Stored;

use super::{Settings, SettingsError, bounds};

/// Finds the text of a setting.
type Place = fn(&mut Settings) -> &mut String;

/// THE table of them.
const CHANGEABLE: &[(&str, Place)] = &[
    ("site.name", |s| &mut s.site.name),
    ("site.currency", |s| &mut s.site.currency),
    ("site.time_zone", |s| &mut s.site.time_zone),
    ("site.tax_percent", |s| &mut s.site.tax_percent),
    ("site.language", |s| &mut s.site.language),
    ("site.helpline", |s| &mut s.site.helpline),
    ("seller.name", |s| &mut s.seller.name),
    ("seller.address", |s| &mut s.seller.address),
    ("seller.tax_id", |s| &mut s.seller.tax_id),
    ("wallet.hold", |s| &mut s.wallet.hold),
    ("wallet.minimum", |s| &mut s.wallet.minimum),
    ("wallet.approval_above", |s| &mut s.wallet.approval_above),
    ("payments.smallest", |s| &mut s.payments.smallest),
    ("payments.largest", |s| &mut s.payments.largest),
    (PIN, |s| &mut s.kiosk.pin),
];

/// The one that is a secret: stored as a hash, shown to nobody.
const PIN: &str = "kiosk.pin";

/// The names of those that can be changed.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CHANGEABLE.iter().map(|(name, _)| *name)
}

impl Settings {
    /// Whether the file, the environment or a flag names a setting: then nobody changes it while the gateway runs.
    pub fn names(&self, setting: &str) -> bool {
        self.named.contains(setting)
    }

    /// Those that can be changed and are named where they were read from.
    pub fn fixed(&self) -> Vec<&'static str> {
        names().filter(|name| self.names(name)).collect()
    }

    /// How the trail of changes shows a value: a secret is only said to be there.
    pub fn shown(setting: &str, value: String) -> String {
        if setting == PIN && !value.is_empty() {
            "***".to_owned()
        } else {
            value
        }
    }

    /// One that can be changed.
    pub fn changeable(&self, setting: &str) -> Option<String> {
        let (_, place) = CHANGEABLE.iter().find(|(name, _)| *name == setting)?;
        Some(place(&mut self.clone()).clone())
    }

    /// These settings with what is stored, looked at as a whole.
    pub fn with_stored(&self, stored: &Stored) -> Result<Self, SettingsError> {
        let mut settings = self.clone();
        for (name, place) in CHANGEABLE {
            if let Some(value) = stored.get(*name).filter(|_| !self.names(name)) {
                place(&mut settings).clone_from(value);
            }
        }
        bounds::check(&settings)?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(rows: &[(&str, &str)]) -> Stored {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        rows.iter().map(own).collect()
    }

    fn of_file(toml: &str) -> Settings {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("forecourt.toml");
        std::fs::write(&file, toml).expect("a temporary file can be written");
        Settings::load(Some(&file), serde_json::json!({})).expect("a file that reads")
    }

    #[test]
    fn what_is_stored_goes_over_the_defaults_and_under_the_file() {
        let rows = stored(&[
            ("site.currency", "INR"),
            ("site.name", "Harbour"),
            ("made.up", "x"),
        ]);
        let plain = of_file("").with_stored(&rows).expect("both do").site;
        assert_eq!((&*plain.currency, &*plain.name), ("INR", "Harbour"));
        let given = of_file("[site]\ncurrency = \"CHF\"\n");
        let site = given.with_stored(&rows).expect("both do").site;
        assert_eq!(
            (&*site.currency, &*site.name),
            ("CHF", "Harbour"),
            "what the file names is the file's, the rest is not"
        );
        assert_eq!(given.fixed(), ["site.currency"]);
        // Named with the very default: named all the same.
        let same = of_file("[site]\ncurrency = \"EUR\"\n");
        assert_eq!(
            same.with_stored(&rows).expect("it does").site.currency,
            "EUR"
        );
    }

    #[test]
    fn what_is_stored_is_looked_at_like_what_is_written() {
        for (name, value) in [
            ("site.currency", "XXY"),
            ("site.time_zone", "Mars/Base"),
            ("site.tax_percent", "101"),
            ("site.language", "tlh"),
            ("wallet.hold", "0"),
            ("payments.largest", "1"),
            ("seller.address", "1\n2\n3\n4\n5\n6\n7"),
        ] {
            let error = of_file("").with_stored(&stored(&[(name, value)]));
            assert!(error.is_err(), "{name} = {value}");
        }
    }
}
