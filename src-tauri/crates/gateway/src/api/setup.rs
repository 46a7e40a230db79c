//! What is true of the whole site, for every page; and the first set-up in a browser, open to whoever has the one-time code.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::money::Percent;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::cms::bodies;
use super::fields::Fields;
use super::objects::Login;
use super::problem::Problem;
use super::source::Source;
use crate::ops::change_settings::Wish;
use crate::ops::set_up::{self, FirstSetUp};
use crate::settings::site::{LONGEST_HELPLINE, LONGEST_NAME, language, spoken};
use crate::standing::Rules;

/// What is true of the whole site.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Site {
    /// What its pages are headed with; null: it has no name of its own.
    name: Option<String>,
    /// What prices are in where nothing else is said.
    currency: String,
    /// The tax inside prices where nothing else is said.
    tax_percent: String,
    /// The clock of a new station: an IANA name.
    time_zone: String,
    /// The language of screens and receipts where nobody chose one.
    language: String,
    /// Whom to call where the station names nobody.
    helpline: Option<String>,
    /// Another one for another site. `live.tick` says the same as `site`: where it differs, this is asked for again.
    version: String,
}

impl From<&Rules> for Site {
    fn from(rules: &Rules) -> Self {
        let site = rules.site();
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            name: said(&site.name),
            currency: site.currency.clone(),
            tax_percent: site.tax_percent.clone(),
            time_zone: site.time_zone.clone(),
            language: site.language.clone(),
            helpline: said(&site.helpline),
            version: rules.site_version().to_owned(),
        }
    }
}

/// Whether there is anything to set up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetupState {
    /// There never was an operator.
    needed: bool,
    /// What holds until somebody says otherwise.
    site: Site,
    /// What the gateway's file or environment names: it is changed there alone, such as `site.currency`.
    fixed: Vec<String>,
}

bodies! {
    /// The first set-up.
    SetupBody {
        /// The one-time code that the gateway showed when it started, in any case, with or without its hyphens.
        code: String,
        /// What is true of the site.
        site: SetupSite,
        /// Its first admin.
        operator: SetupOperator,
    }

    /// What is true of the site.
    SetupSite {
        /// What its pages are headed with, 1 to 60 characters.
        name: String,
        /// What prices and wallets are in: ISO 4217. It stays once money has moved.
        currency: String,
        /// The tax inside prices where nothing else is said, a decimal string.
        tax_percent: String,
        /// The clock of a new station: an IANA name, such as `Europe/Berlin`.
        time_zone: String,
    }

    /// The first admin.
    SetupOperator {
        /// The address it signs in with.
        email: String,
        /// 8 to 256 characters, and none of the first that others would try.
        password: String,
    }
}

/// What is true of the whole site.
#[utoipa::path(get, path = "/site", tag = "user",
    responses((status = 200, description = "The site", body = Site)))]
pub(super) async fn site(State(api): State<Api>) -> Json<Site> {
    Json(api.core.rules().as_ref().into())
}

/// Whether the site waits for its first operator.
#[utoipa::path(get, path = "/api/setup", tag = "setup", operation_id = "setup_state",
    responses((status = 200, description = "Whether there is anything to set up", body = SetupState)))]
pub(super) async fn state(State(api): State<Api>) -> Result<Json<SetupState>, Problem> {
    let rules = api.core.rules();
    let fixed = rules.settings().fixed();
    Ok(Json(SetupState {
        needed: set_up::is_needed(&api.core).await?,
        site: rules.as_ref().into(),
        fixed: fixed.into_iter().map(str::to_owned).collect(),
    }))
}

/// Sets the site up with the one-time code, and signs its first admin in. Once: afterwards 410, however the first operator was
/// made. What the gateway's file or environment names stays as it is, and may only be said again.
#[utoipa::path(post, path = "/api/setup", tag = "setup", operation_id = "set_up", request_body = SetupBody,
    responses((status = 201, description = "Set up and signed in", body = Login),
        (status = 410, description = "There is an operator already", body = Problem),
        (status = 422, description = "The code is wrong, or fields do not do, each named", body = Problem),
        (status = 429, description = "Too many wrong codes", body = Problem)))]
pub(super) async fn set_up(
    State(api): State<Api>,
    Source(place): Source,
    fields: Fields,
) -> Result<(StatusCode, Json<Login>), Problem> {
    let first = read(fields)?;
    let code = api.setup.as_deref();
    let signed_in = set_up::set_up(&api.core, code, &place, first).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}

fn read(mut fields: Fields) -> Result<FirstSetUp, Problem> {
    fields.need(&["code", "site", "operator"]);
    let code = fields.secret("code");
    let site = fields.object("site", |fields| {
        let needed = ["name", "currency", "taxPercent", "timeZone"];
        fields.need(&needed);
        read_site(fields)
    });
    let operator = fields.object("operator", |operator| {
        operator.need(&["email", "password"]);
        (operator.email("email"), operator.password("password"))
    });
    fields.done()?;
    match (code, site, operator) {
        (Some(code), Some(site), Some((Some(email), Some(password)))) => Ok(FirstSetUp {
            code,
            site: site.within("/site"),
            email,
            password,
        }),
        _ => Err(domain::Code::RequestValidation.into()),
    }
}

/// What is said of a site, as it would be stored.
pub(super) fn read_site(fields: &mut Fields) -> Wish {
    let mut wish = Wish::default();
    wish.set(
        "site.name",
        "/name",
        fields.text_or_none("name", LONGEST_NAME),
    );
    let currency = fields.currency_or_none("currency");
    let currency = currency.map(|currency| currency.code().to_owned());
    wish.set("site.currency", "/currency", currency);
    let tax = fields.percent_or_none("taxPercent").map(Percent::print);
    wish.set("site.tax_percent", "/taxPercent", tax);
    let zone = fields.time_zone_or_none("timeZone");
    wish.set("site.time_zone", "/timeZone", zone);
    let detail = format!("It is one of {}.", spoken());
    let language = fields.parsed_or_none("language", &detail, language);
    wish.set("site.language", "/language", language);
    wish.set(
        "site.helpline",
        "/helpline",
        fields.text_or_none("helpline", LONGEST_HELPLINE),
    );
    wish
}
