//! An admin changes settings while the gateway runs. They hold at once here, and within a second at other gateways. What the
//! file or the environment names is not changed here; the currency neither, once money has moved.

use std::borrow::Cow;

use domain::Code;
use domain::money::{Amount, UnitPrice};
use store::repo::settings::{self as rows, Stored};

use super::change::Change;
use crate::core::{Core, OpError};
use crate::settings::Settings;

/// What is to become of settings: the name each has in `forecourt.toml`, where it stands in a body, and the new value.
/// Cleared: back to the default.
#[derive(Clone, Debug, Default)]
pub struct Wish(Vec<(&'static str, Cow<'static, str>, Change<String>)>);

impl Wish {
    /// One more.
    pub fn set(&mut self, name: &'static str, pointer: &'static str, change: Change<String>) {
        if change != Change::Stay {
            self.0.push((name, pointer.into(), change));
        }
    }

    /// The same, of an object within a body.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        let inner = self.0.into_iter();
        let moved = inner.map(|(name, at, change)| (name, format!("{place}{at}").into(), change));
        Self(moved.collect())
    }

    /// Which settings it is about.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _, _)| *name)
    }

    /// And what another says.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What is said of a setting.
    pub fn said(&self, name: &str) -> Option<&str> {
        let (_, _, change) = self.0.iter().find(|(known, _, _)| *known == name)?;
        change.set().map(String::as_str)
    }
}

/// What would be stored. What is named elsewhere may be said again, and not otherwise.
pub(super) fn wanted(core: &Core, wish: &Wish) -> Result<Stored, OpError> {
    let rules = core.rules();
    let mut stored = rules.stored().clone();
    for (name, pointer, change) in &wish.0 {
        let now = rules.settings().changeable(name);
        if rules.settings().names(name) {
            let same = match (change.set(), &now) {
                (Some(said), Some(now)) => same(said, now),
                _ => false,
            };
            if !same {
                return Err(OpError::Invalid {
                    pointer: pointer.clone(),
                    fault: "set_elsewhere",
                    detail: format!("The setting {name} is named in the gateway's file or environment. Change it there.").into(),
                });
            }
            continue;
        }
        match change {
            Change::Stay => {}
            Change::Clear => drop(stored.remove(*name)),
            Change::Set(value) => drop(stored.insert((*name).to_owned(), value.clone())),
        }
    }
    Ok(stored)
}

/// Whether two texts of a setting say the same: "19" and "19.0" do.
fn same(one: &str, other: &str) -> bool {
    let number = |text: &str| {
        let amount = Amount {
            amount: text.trim().to_owned(),
            currency: "EUR".to_owned(),
        };
        UnitPrice::read(&amount).ok().map(|number| number.micro)
    };
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

/// Changes settings.
pub async fn change_settings(core: &Core, wish: Wish) -> Result<(), OpError> {
    let stored = wanted(core, &wish)?;
    let rules = core.standing.weigh(stored.clone());
    let rules = rules.map_err(|error| OpError::refused(Code::RequestValidation, error.0))?;
    let before = core.rules();
    let other_money = rules.money.currency != before.money.currency;
    let known = before.stored().clone();
    let told: Vec<_> = wish
        .names()
        .map(|name| {
            let was = before.settings().changeable(name);
            (name, was, rules.settings().changeable(name))
        })
        .filter(|(_, was, now)| was != now)
        .map(|(name, was, now)| {
            let shown = |value: Option<String>| value.map(|value| Settings::shown(name, value));
            (name, shown(was), shown(now))
        })
        .collect();
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            if other_money && rows::has_money(unit.conn).await? {
                return Err(OpError::refused(
                    Code::ResourceConflict,
                    "Money has moved on this site already: its currency stays.",
                ));
            }
            for (name, from, to) in &told {
                unit.changed(name, from.as_deref(), to.as_deref());
            }
            for name in known.keys().filter(|name| !stored.contains_key(*name)) {
                rows::remove(unit.conn, name).await?;
            }
            for (name, value) in &stored {
                if known.get(name) != Some(value) {
                    rows::put(unit.conn, name, value, now).await?;
                }
            }
            Ok(())
        })
    })
    .await?;
    core.standing.hold(rules);
    Ok(())
}
