//! An admin changes settings while the gateway runs. They hold at once here, and within a second at other gateways. What the
//! file or the environment names is not changed here; the currency neither, once money has moved.

use std::borrow::Cow;
use std::sync::Arc;

use domain::{Code, Currency, Money};
use store::repo::settings::{self as rows, Stored};

use super::change::Change;
use crate::core::{Core, OpError, Unit};
use crate::settings::Settings;
use crate::standing::{Rules, Standing, StandingError};

const CURRENCY: &str = "site.currency";

/// What is to become of one setting.
#[derive(Clone, Debug)]
struct Wished {
    /// Its name in `forecourt.toml`.
    name: &'static str,
    /// Where it stands in a body.
    pointer: Cow<'static, str>,
    /// Its new value. Cleared: back to the default.
    change: Change<String>,
    /// Of an amount, what it is in.
    currency: Option<Currency>,
}

/// What is to become of settings.
#[derive(Clone, Debug, Default)]
pub struct Wish(Vec<Wished>);

impl Wish {
    /// One more.
    pub fn set(&mut self, name: &'static str, pointer: &'static str, change: Change<String>) {
        if change != Change::Stay {
            self.0.push(Wished {
                name,
                pointer: pointer.into(),
                change,
                currency: None,
            });
        }
    }

    /// The same of an amount.
    pub fn set_amount(&mut self, name: &'static str, pointer: &'static str, change: Change<Money>) {
        let currency = change.set().map(|money| money.currency);
        self.set(name, pointer, change.map(|money| money.print().amount));
        if let (Some(currency), Some(last)) = (currency, self.0.last_mut()) {
            last.currency = Some(currency);
        }
    }

    /// The same, of an object within a body.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        let inner = self.0.into_iter();
        let moved = inner.map(|wished| Wished {
            pointer: format!("{place}{}", wished.pointer).into(),
            ..wished
        });
        Self(moved.collect())
    }

    /// And what another says.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl Wished {
    fn refused(&self, fault: &'static str, detail: impl Into<Cow<'static, str>>) -> OpError {
        OpError::Invalid {
            pointer: self.pointer.clone(),
            fault,
            detail: detail.into(),
        }
    }
}

/// Changes settings.
pub async fn change_settings(core: &Core, wish: Wish) -> Result<(), OpError> {
    let standing = Arc::clone(&core.standing);
    core.write(move |mut unit| Box::pin(async move { store(&mut unit, &standing, &wish).await }))
        .await?;
    Ok(core.standing.look(&core.store).await?)
}

/// Stores them. They are looked at as a whole, with what others stored meanwhile: two that do not go together cannot both come.
pub(super) async fn store(
    unit: &mut Unit<'_>,
    standing: &Standing,
    wish: &Wish,
) -> Result<(), OpError> {
    let stored = rows::hold(unit.conn).await?;
    let weigh = |stored: &Stored| standing.weigh(stored.clone()).map_err(StandingError::from);
    let before = weigh(&stored)?;
    let next = wanted(&before, wish)?;
    let after = weigh(&next)?;
    fits(wish, &before, &after)?;
    // Where the one it moved in cannot hold here, that one counts: the file is to be mended, not the money.
    let other = meant(&before) != meant(&after);
    if other && rows::has_money(unit.conn).await? {
        return Err(OpError::refused(
            Code::ResourceConflict,
            "Money has moved on this site already: its currency stays.",
        ));
    }
    for Wished { name, .. } in &wish.0 {
        let was = before.settings().changeable(name);
        let now = after.settings().changeable(name);
        if was != now {
            let shown = |value: Option<String>| value.map(|value| Settings::shown(name, value));
            unit.changed(name, shown(was).as_deref(), shown(now).as_deref());
        }
    }
    let now = unit.now();
    for name in stored.keys().filter(|name| !next.contains_key(*name)) {
        rows::remove(unit.conn, name).await?;
    }
    for (name, value) in &next {
        if stored.get(name) != Some(value) {
            rows::put(unit.conn, name, value, now).await?;
        }
    }
    Ok(())
}

/// Which currency the site's money is meant to be in: the stored one, whether or not it can hold here.
fn meant(rules: &Rules) -> &str {
    let stored = rules.stored().get(CURRENCY);
    let stored = stored.filter(|_| !rules.settings().names(CURRENCY));
    stored.map_or_else(|| rules.money.currency.code(), String::as_str)
}

/// What would be stored. What is named elsewhere may be said again, and not otherwise.
fn wanted(before: &Rules, wish: &Wish) -> Result<Stored, OpError> {
    let mut stored = before.stored().clone();
    for wished in &wish.0 {
        let name = wished.name;
        if before.settings().names(name) {
            if wished.change.set() != before.settings().changeable(name).as_ref() {
                let detail = format!(
                    "The setting {name} is named in the gateway's file or environment. Change it there."
                );
                return Err(wished.refused("set_elsewhere", detail));
            }
            continue;
        }
        match &wished.change {
            Change::Stay => {}
            Change::Clear => drop(stored.remove(name)),
            Change::Set(value) => drop(stored.insert(name.to_owned(), value.clone())),
        }
    }
    Ok(stored)
}

/// Whether what is wished can hold. What did not before, and is not spoken of, is no fault of this wish.
fn fits(wish: &Wish, before: &Rules, after: &Rules) -> Result<(), OpError> {
    let site = after.money.currency;
    let foreign = |wished: &&Wished| wished.currency.is_some_and(|currency| currency != site);
    let misfit = |name: &str| after.misfits().iter().find(|misfit| misfit.name == name);
    for wished in &wish.0 {
        if let Some(misfit) = misfit(wished.name) {
            return Err(wished.refused("out_of_bounds", misfit.why.clone()));
        }
    }
    if let Some(wished) = wish.0.iter().find(foreign) {
        return Err(wished.refused("not_an_amount", "It is in the site's currency."));
    }
    let known = |name| before.misfits().iter().any(|misfit| misfit.name == name);
    match after.misfits().iter().find(|misfit| !known(misfit.name)) {
        Some(misfit) => Err(OpError::refused(
            Code::RequestValidation,
            misfit.why.clone(),
        )),
        None => Ok(()),
    }
}
