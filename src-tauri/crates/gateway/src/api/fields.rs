//! A JSON body field by field: every fault is named with its place, all of them at once, and a field that
//! nobody asked for is one. What was left out stays out, so that one reader serves POST and PUT. Not for rules
//! that need the database: those are the ops'.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use domain::money::{Amount, AmountError, Percent, UnitPrice};
use domain::{Code, Currency, Money, Timestamp};
use serde_json::{Map, Value};

use super::Api;
use super::problem::{FieldError, Problem};
use crate::audit;
use crate::ops::change::Change;
use crate::settings::site;

/// The most entries of a list.
const MOST: usize = 1_000;

const NO_CURRENCY: &str = "It is no currency of ISO 4217, such as EUR.";
const NO_ZONE: &str = "It is no time zone of the IANA list.";
const NO_PERCENT: &str =
    "It is a decimal text from 0 to 100 with three decimals at most, such as \"19.0\".";

/// The fields of a body that were not read yet, and what is wrong with those that were.
#[derive(Debug, Default)]
pub(super) struct Fields {
    at: String,
    rest: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// Why a value does not do: what is wrong for programs, and for people.
type Fault = (&'static str, String);

impl FromRequest<Api> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let read: Result<Json<Value>, JsonRejection> = Json::from_request(request, api).await;
        let Json(said) = read?;
        audit::says(&said);
        match said {
            Value::Object(rest) => Ok(Self {
                rest,
                ..Self::default()
            }),
            _ => Err(Problem::new(
                Code::RequestInvalidJson,
                "The body is a JSON object.",
            )),
        }
    }
}

impl Fields {
    /// Fields that must be there, and not be null.
    pub(super) fn need(&mut self, names: &[&str]) {
        for name in names {
            if self.rest.get(*name).is_none_or(Value::is_null) {
                self.rest.remove(*name);
                self.fault(name, ("required", format!("{name} is missing.")));
            }
        }
    }

    /// A text of so many characters, none of them a control character; spaces around it go.
    pub(super) fn text(&mut self, name: &str, length: (usize, usize)) -> Option<String> {
        self.read(name, |value| read_text(value, length))
    }

    /// A text that may be absent.
    pub(super) fn text_or_none(&mut self, name: &str, longest: usize) -> Change<String> {
        self.change(name, |value| read_text(value, (1, longest)))
    }

    /// A text of several lines that may be absent; spaces around it go.
    pub(super) fn lines_or_none(&mut self, name: &str, longest: usize) -> Change<String> {
        self.change(name, |value| {
            let lines = value.as_str().ok_or_else(|| kind("a text"))?;
            let whole = lines.lines().map(str::trim).collect::<Vec<_>>().join("\n");
            let whole = whole.trim().to_owned();
            if whole.contains(|c: char| c.is_control() && c != '\n') {
                return Err(("characters", "It holds a control character.".to_owned()));
            }
            if (1..=longest).contains(&whole.chars().count()) {
                Ok(whole)
            } else {
                Err((
                    "out_of_bounds",
                    format!("It has 1 to {longest} characters."),
                ))
            }
        })
    }

    /// A password: as it is, spaces and all.
    pub(super) fn password(&mut self, name: &str) -> Option<String> {
        self.read(name, |value| {
            let text = value.as_str().ok_or_else(|| kind("a text"))?;
            if (8..=256).contains(&text.chars().count()) {
                Ok(text.to_owned())
            } else {
                let detail = "A password has 8 to 256 characters; 15 or more are advised.";
                Err(("out_of_bounds", detail.to_owned()))
            }
        })
    }

    /// A password to be compared with one that is known: whatever it is, within reason.
    pub(super) fn secret(&mut self, name: &str) -> Option<String> {
        self.read(name, |value| match value {
            Value::String(text) if text.len() <= 1_024 => Ok(text),
            Value::String(_) => Err(("out_of_bounds", "It is too long.".to_owned())),
            _ => Err(kind("a text")),
        })
    }

    /// An e-mail address, in lower case.
    pub(super) fn email(&mut self, name: &str) -> Option<String> {
        self.read(name, read_email)
    }

    /// The same where it may be absent.
    pub(super) fn email_or_none(&mut self, name: &str) -> Change<String> {
        self.change(name, read_email)
    }

    /// A whole number within bounds.
    pub(super) fn integer(&mut self, name: &str, bounds: (i64, i64)) -> Option<i64> {
        self.read(name, |value| read_integer(&value, bounds))
    }

    /// The same where it may be absent.
    pub(super) fn integer_or_none(&mut self, name: &str, bounds: (i64, i64)) -> Change<i64> {
        self.change(name, |value| read_integer(&value, bounds))
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, name: &str, bounds: (f64, f64)) -> Option<f64> {
        self.read(name, |value| {
            let number = value.as_f64().ok_or_else(|| kind("a number"))?;
            if (bounds.0..=bounds.1).contains(&number) {
                Ok(number)
            } else {
                Err((
                    "out_of_bounds",
                    format!("It is {} to {}.", bounds.0, bounds.1),
                ))
            }
        })
    }

    /// What `parse` makes of a text.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        detail: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(name, |value| read_parsed(value, detail, parse))
    }

    /// The same where it may be absent.
    pub(super) fn parsed_or_none<T>(
        &mut self,
        name: &str,
        detail: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Change<T> {
        self.change(name, |value| read_parsed(value, detail, parse))
    }

    /// An id that may be absent.
    pub(super) fn id_or_none<T: std::str::FromStr>(&mut self, name: &str) -> Change<T> {
        self.parsed_or_none(name, "It is no id.", |text| text.parse().ok())
    }

    /// A time that may be absent.
    pub(super) fn time_or_none(&mut self, name: &str) -> Change<Timestamp> {
        self.parsed_or_none(name, "It is no time in the form of RFC 3339.", |text| {
            text.parse().ok()
        })
    }

    /// Ids, each once.
    pub(super) fn ids<T: std::str::FromStr + PartialEq>(&mut self, name: &str) -> Option<Vec<T>> {
        let listed: Vec<Value> = self.read(name, |value| match value {
            Value::Array(items) if items.len() > MOST => {
                Err(("out_of_bounds", format!("It has {MOST} entries at most.")))
            }
            Value::Array(items) => Ok(items),
            _ => Err(kind("a list of ids")),
        })?;
        let mut ids = Vec::with_capacity(listed.len());
        for (place, value) in listed.into_iter().enumerate() {
            match read_parsed(value, "It is no id.", |text| text.parse().ok()) {
                Ok(id) if ids.contains(&id) => {
                    let twice = ("duplicate", "It is there twice.".to_owned());
                    self.fault(&format!("{name}/{place}"), twice);
                }
                Ok(id) => ids.push(id),
                Err(fault) => self.fault(&format!("{name}/{place}"), fault),
            }
        }
        Some(ids)
    }

    /// A currency's code.
    pub(super) fn currency(&mut self, name: &str) -> Option<Currency> {
        self.parsed(name, NO_CURRENCY, Currency::from_code)
    }

    /// The same where it may be absent.
    pub(super) fn currency_or_none(&mut self, name: &str) -> Change<Currency> {
        self.parsed_or_none(name, NO_CURRENCY, Currency::from_code)
    }

    /// A time zone's name.
    pub(super) fn time_zone(&mut self, name: &str) -> Option<String> {
        self.parsed(name, NO_ZONE, site::time_zone)
    }

    /// The same where it may be absent.
    pub(super) fn time_zone_or_none(&mut self, name: &str) -> Change<String> {
        self.parsed_or_none(name, NO_ZONE, site::time_zone)
    }

    /// A percentage.
    pub(super) fn percent(&mut self, name: &str) -> Option<Percent> {
        self.parsed(name, NO_PERCENT, Percent::read)
    }

    /// The same where it may be absent.
    pub(super) fn percent_or_none(&mut self, name: &str) -> Change<Percent> {
        self.parsed_or_none(name, NO_PERCENT, Percent::read)
    }

    /// A price per unit.
    pub(super) fn price(&mut self, name: &str) -> Option<UnitPrice> {
        let amount = self.amount(name)?;
        self.checked(name, UnitPrice::read(&amount))
    }

    fn amount(&mut self, name: &str) -> Option<Amount> {
        self.read(name, |value| {
            serde_json::from_value(value)
                .map_err(|_| kind("an object {\"amount\":\"0.45\",\"currency\":\"EUR\"}"))
        })
    }

    fn checked<T>(&mut self, name: &str, read: Result<T, AmountError>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                let part = match error {
                    AmountError::Currency => "currency",
                    AmountError::Number => "amount",
                };
                self.fault(&format!("{name}/{part}"), ("format", format!("{error}.")));
                None
            }
        }
    }

    /// The fields of an object within.
    pub(super) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let rest = self.read(name, read_object)?;
        Some(self.within(name, rest, read))
    }

    /// The same where it may be absent.
    pub(super) fn object_or_none<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Change<T> {
        match self.change(name, read_object) {
            Change::Stay => Change::Stay,
            Change::Clear => Change::Clear,
            Change::Set(rest) => self
                .within(name, rest, read)
                .map_or(Change::Stay, Change::Set),
        }
    }

    /// Objects of a list, each read by itself.
    pub(super) fn objects<T>(
        &mut self,
        name: &str,
        most: usize,
        mut read: impl FnMut(&mut Self) -> T,
    ) -> Option<Vec<T>> {
        let listed: Vec<Value> = self.read(name, |value| match value {
            Value::Array(items) if items.len() > most => {
                Err(("out_of_bounds", format!("It has {most} entries at most.")))
            }
            Value::Array(items) => Ok(items),
            _ => Err(kind("a list of objects")),
        })?;
        let mut read_all = Vec::with_capacity(listed.len());
        for (place, value) in listed.into_iter().enumerate() {
            let at = format!("{name}/{place}");
            match read_object(value) {
                Ok(rest) => read_all.push(self.within(&at, rest, &mut read)),
                Err(fault) => self.fault(&at, fault),
            }
        }
        Some(read_all)
    }

    /// Texts of a list, each once, as `parse` reads them.
    pub(super) fn texts<T: PartialEq>(
        &mut self,
        name: &str,
        detail: &str,
        mut parse: impl FnMut(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let listed: Vec<Value> = self.read(name, |value| match value {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) if items.len() <= MOST => Ok(items),
            Value::Array(_) => Err(("out_of_bounds", format!("It has {MOST} entries at most."))),
            _ => Err(kind("a list of texts")),
        })?;
        let mut texts = Vec::with_capacity(listed.len());
        for (place, value) in listed.into_iter().enumerate() {
            match read_parsed(value, detail, &mut parse) {
                Ok(text) if texts.contains(&text) => {
                    let twice = ("duplicate", "It is there twice.".to_owned());
                    self.fault(&format!("{name}/{place}"), twice);
                }
                Ok(text) => texts.push(text),
                Err(fault) => self.fault(&format!("{name}/{place}"), fault),
            }
        }
        Some(texts)
    }

    /// Whether a field is there and null. It is read by that.
    fn is_null(&mut self, name: &str) -> bool {
        let null = self.rest.get(name).is_some_and(Value::is_null);
        if null {
            self.rest.remove(name);
        }
        null
    }

    /// Whether a field is there, be it null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.rest.contains_key(name)
    }

    /// Whether a fault of a field was found.
    pub(super) fn is_faulty(&self, name: &str) -> bool {
        let pointer = format!("{}/{name}", self.at);
        self.errors.iter().any(|error| error.pointer == pointer)
    }

    /// A price per unit that may be absent.
    pub(super) fn price_or_none(&mut self, name: &str) -> Change<UnitPrice> {
        if self.is_null(name) {
            return Change::Clear;
        }
        self.price(name).map_or(Change::Stay, Change::Set)
    }

    /// An amount of money that may be absent.
    pub(super) fn money_or_none(&mut self, name: &str) -> Change<Money> {
        if self.is_null(name) {
            return Change::Clear;
        }
        let amount = self.amount(name);
        let money = amount.and_then(|amount| self.checked(name, Money::read(&amount)));
        money.map_or(Change::Stay, Change::Set)
    }

    /// What another check found.
    pub(super) fn fault(&mut self, name: &str, (code, detail): Fault) {
        self.errors.push(FieldError {
            pointer: format!("{}/{name}", self.at),
            code: code.to_owned(),
            detail,
        });
    }

    /// All was read: what is left is nobody's, and any fault refuses the whole.
    pub(super) fn done(mut self) -> Result<(), Problem> {
        self.refuse_rest();
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Problem::invalid(self.errors))
    }

    fn refuse_rest(&mut self) {
        for name in std::mem::take(&mut self.rest).keys() {
            let pointer = name.replace('~', "~0").replace('/', "~1");
            let cut: String = pointer.chars().take(100).collect();
            self.fault(&cut, ("unknown", "There is no such field.".to_owned()));
        }
    }

    fn within<T>(
        &mut self,
        name: &str,
        rest: Map<String, Value>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut inner = Self {
            at: format!("{}/{name}", self.at),
            rest,
            errors: Vec::new(),
        };
        let value = read(&mut inner);
        inner.refuse_rest();
        self.errors.append(&mut inner.errors);
        value
    }

    fn read<T>(&mut self, name: &str, read: impl FnOnce(Value) -> Result<T, Fault>) -> Option<T> {
        let value = self.rest.remove(name)?;
        read(value).map_err(|fault| self.fault(name, fault)).ok()
    }

    fn change<T>(&mut self, name: &str, read: impl FnOnce(Value) -> Result<T, Fault>) -> Change<T> {
        match self.rest.get(name) {
            None => Change::Stay,
            Some(Value::Null) => {
                self.rest.remove(name);
                Change::Clear
            }
            Some(_) => self.read(name, read).map_or(Change::Stay, Change::Set),
        }
    }
}

fn kind(what: &str) -> Fault {
    ("type", format!("It is {what}."))
}

fn read_email(value: Value) -> Result<String, Fault> {
    let text = read_text(value, (3, 254))?.to_lowercase();
    let sound = text
        .split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'));
    if sound && !text.contains(char::is_whitespace) {
        Ok(text)
    } else {
        Err(("format", "It is no e-mail address.".to_owned()))
    }
}

fn read_integer(value: &Value, (least, most): (i64, i64)) -> Result<i64, Fault> {
    let number = value.as_i64().ok_or_else(|| kind("a whole number"))?;
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(("out_of_bounds", format!("It is {least} to {most}.")))
    }
}

fn read_object(value: Value) -> Result<Map<String, Value>, Fault> {
    match value {
        Value::Object(rest) => Ok(rest),
        _ => Err(kind("an object")),
    }
}

fn read_text(value: Value, (shortest, longest): (usize, usize)) -> Result<String, Fault> {
    let Value::String(text) = value else {
        return Err(kind("a text"));
    };
    let text = text.trim();
    if text.contains(char::is_control) {
        return Err(("characters", "It holds a control character.".to_owned()));
    }
    if !(shortest..=longest).contains(&text.chars().count()) {
        let detail = format!("It has {shortest} to {longest} characters.");
        return Err(("out_of_bounds", detail));
    }
    Ok(text.to_owned())
}

fn read_parsed<T>(
    value: Value,
    detail: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Fault> {
    let Value::String(text) = value else {
        return Err(kind("a text"));
    };
    parse(&text).ok_or_else(|| ("format", detail.to_owned()))
}
