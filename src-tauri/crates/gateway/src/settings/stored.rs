//! The settings that an admin may change while the gateway runs: they are stored in the database, over the defaults. What the
//! file, the environment or a flag names goes over them. Not for when they begin to hold: that is `standing`.

use domain::Money;
use domain::money::{Amount, Percent};
use store::repo::settings::Stored;

use super::site::time_zone;
use super::{Settings, SettingsError, bounds};

/// What stands in one currency, and means nothing in another.
const AMOUNTS: [&str; 2] = ["wallet.", "payments."];

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
/// What is stored and cannot hold here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Which setting.
    pub name: &'static str,
    /// Why, in one sentence.
    pub why: String,
}

/// The names of those that can be changed.
pub fn names() -> impl Iterator<Item = &'static str> {
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

    /// These settings with all of what is stored that goes with them, and what does not. An error is their own.
    pub fn with_stored(&self, stored: &Stored) -> Result<(Self, Vec<Misfit>), SettingsError> {
        let mut settings = self.clone();
        settings.tidy();
        let rows = CHANGEABLE.iter().filter_map(|(name, place)| {
            let value = stored.get(*name).filter(|_| !self.names(name))?;
            Some((*name, *place, value))
        });
        let mut left: Vec<_> = rows.collect();
        let mut all = settings.clone();
        for (_, place, value) in &left {
            place(&mut all).clone_from(value);
        }
        all.tidy();
        if bounds::check(&all).is_ok() {
            return Ok((all, Vec::new()));
        }
        bounds::check(&settings)?;
        // One by one, and those that do not fit yet again: the least may need the most to be there first.
        loop {
            let (mut misfits, before) = (Vec::new(), left.len());
            left.retain(
                |(name, place, value)| match settings.and(name, *place, value, stored) {
                    Ok(next) => {
                        settings = next;
                        false
                    }
                    Err(SettingsError(why)) => {
                        misfits.push(Misfit { name, why });
                        true
                    }
                },
            );
            if left.len() == before {
                return Ok((settings, misfits));
            }
        }
    }

    /// These with one more that is stored.
    fn and(
        &self,
        name: &str,
        place: Place,
        value: &str,
        stored: &Stored,
    ) -> Result<Self, SettingsError> {
        let meant = stored.get("site.currency");
        let meant = meant.filter(|_| !self.names("site.currency"));
        if AMOUNTS.iter().any(|area| name.starts_with(area))
            && let Some(meant) = meant.filter(|meant| **meant != self.site.currency)
        {
            return Err(SettingsError(format!(
                "the setting {name} is an amount in {meant:?}, which does not hold here"
            )));
        }
        let mut next = self.clone();
        value.clone_into(place(&mut next));
        next.tidy();
        bounds::check(&next)?;
        Ok(next)
    }

    /// Writes what can be written in several ways in one: as the pages say it, so that the same is seen to be the same.
    pub(super) fn tidy(&mut self) {
        let currency = self.site.currency.clone();
        for (name, place) in CHANGEABLE {
            let text = place(self);
            *text = match *name {
                "site.time_zone" => time_zone(text.trim()),
                "site.tax_percent" => Percent::read(text.trim()).map(Percent::print),
                "seller.address" => Some(lines(text)),
                amount if AMOUNTS.iter().any(|area| amount.starts_with(area)) => {
                    let amount = Amount {
                        amount: text.trim().to_owned(),
                        currency: currency.clone(),
                    };
                    Money::read(&amount).ok().map(|money| money.print().amount)
                }
                _ => Some(text.trim().to_owned()),
            }
            .unwrap_or_else(|| text.clone());
        }
    }
}

/// Each without the spaces around it.
fn lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
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
        let plain = whole(&of_file(""), &rows).site;
        assert_eq!((&*plain.currency, &*plain.name), ("INR", "Harbour"));
        let given = of_file("[site]\ncurrency = \"CHF\"\n");
        let site = whole(&given, &rows).site;
        assert_eq!(
            (&*site.currency, &*site.name),
            ("CHF", "Harbour"),
            "what the file names is the file's, the rest is not"
        );
        assert_eq!(given.fixed(), ["site.currency"]);
        // Named with the very default: named all the same.
        let same = of_file("[site]\ncurrency = \"EUR\"\n");
        assert_eq!(whole(&same, &rows).site.currency, "EUR");
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
            let rows = stored(&[(name, value), ("site.name", "Harbour")]);
            let (held, misfits) = of_file("")
                .with_stored(&rows)
                .expect("no fault of the file");
            let names: Vec<_> = misfits.iter().map(|misfit| misfit.name).collect();
            assert_eq!(names, [name], "{value}");
            let plain = whole(&of_file(""), &stored(&[("site.name", "Harbour")]));
            assert_eq!(
                (held.site.clone(), held.changeable(name)),
                (plain.site.clone(), plain.changeable(name)),
                "{name} = {value}: the default holds, and the rest of what is stored"
            );
        }
    }

    #[test]
    fn what_does_not_go_with_the_file_stays_away_alone_and_amounts_with_their_currency() {
        let rows = stored(&[
            ("payments.smallest", "900"),
            ("payments.largest", "1000"),
            ("wallet.hold", "0"),
        ]);
        let (held, misfits) = of_file("").with_stored(&rows).expect("a sound file");
        assert_eq!(
            (&*held.payments.smallest, &*held.payments.largest),
            ("900.00", "1000.00"),
            "which comes first does not matter"
        );
        assert_eq!(misfits.len(), 1, "{misfits:?}");
        assert!(misfits[0].why.contains("wallet.hold"), "{misfits:?}");
        let rows = stored(&[("site.currency", "JPY"), ("wallet.minimum", "500")]);
        assert_eq!(whole(&of_file(""), &rows).wallet.minimum, "500");
        let file = of_file("[wallet]\nhold = \"7.50\"\n");
        let (held, misfits) = file.with_stored(&rows).expect("a sound file");
        assert_eq!(
            (&*held.site.currency, &*held.wallet.minimum),
            ("EUR", "1.00"),
            "500 yen are not 500 euros"
        );
        assert_eq!(misfits.len(), 2, "{misfits:?}");
    }

    #[test]
    fn what_can_be_written_in_several_ways_is_read_as_one() {
        let file = of_file(
            "[site]\nname = \" Hafen \"\ntime_zone = \"europe/berlin\"\ntax_percent = 19\n[wallet]\nhold = 7.5\n
             [seller]\naddress = \"Am Kai 1 \\n 20457 Hamburg\"\n",
        );
        let site = whole(&file, &Stored::new());
        assert_eq!(
            (
                &*site.site.name,
                &*site.site.time_zone,
                &*site.site.tax_percent
            ),
            ("Hafen", "Europe/Berlin", "19.0")
        );
        assert_eq!(
            (&*site.wallet.hold, &*site.seller.address),
            ("7.50", "Am Kai 1\n20457 Hamburg")
        );
    }

    /// All of it fits.
    fn whole(given: &Settings, rows: &Stored) -> Settings {
        let (settings, misfits) = given.with_stored(rows).expect("a sound file");
        assert_eq!(misfits, []);
        settings
    }
}
