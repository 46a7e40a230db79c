//! Trying a tariff out before it is one: on a charge that somebody thinks of, and on last month's.

use axum::Json;
use axum::extract::State;
use domain::money::Amount;
use domain::object::{CostObject, PriceLimit, TariffElement, summarise};
use domain::pricing::Rates;
use domain::tariff::{Terms, clock};
use domain::{Code, Scope, StationId, TariffId, Timestamp, WattHours};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::Serialize;
use store::repo::tariffs;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{bodies, rates};
use crate::api::Api;
use crate::api::auth::Viewer;
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::ops::change::Change;
use crate::ops::new_rates::NewRates;
use crate::ops::revenue;
use crate::ops::weigh_tariff::{Imagined, Weighed, preview, what_if};

/// The longest charge that is thought of, minutes: a month.
const LONGEST: i64 = 31 * 24 * 60;

/// The most energy, Wh, and power, W: of a lorry.
const MOST: i64 = 10_000_000;

bodies! {
    /// Prices as a tariff has them, or a tariff that is there with what is to become of it; and a charge.
    PreviewBody {
        /// A tariff that is there; what is left out below is its.
        tariff_id: Option<String>,
        /// ISO 4217.
        currency: Option<String>,
        /// Short form: per kWh, tax included.
        per_kwh: Option<Amount>,
        /// Short form: per minute of charging; null: none.
        per_minute: Option<Amount>,
        /// Short form: per session; null: none.
        session_fee: Option<Amount>,
        /// Short form: per minute of not charging; null: none.
        idle_per_minute: Option<Amount>,
        /// Short form: the tax inside.
        tax_percent: Option<String>,
        /// OCPI 2.2.1 `TariffElement`s instead, without tax.
        elements: Option<Vec<TariffElement>>,
        /// A charge costs no less; null: no least price.
        min_price: Option<PriceLimit>,
        /// A charge costs no more; null: no highest price.
        max_price: Option<PriceLimit>,
        /// How long each stretch of not charging costs nothing, minutes.
        idle_grace_minutes: Option<i64>,
        /// The charge.
        #[schema(required = true)]
        charge: Option<ImaginedBody>,
    }

    /// A charge that somebody thinks of.
    ImaginedBody {
        /// What the car takes, Wh.
        #[schema(required = true)]
        energy_wh: Option<i64>,
        /// How long it charges.
        #[schema(required = true)]
        minutes: Option<i64>,
        /// How long it stands there afterwards; left out: not at all.
        idle_minutes: Option<i64>,
        /// At what power, W; left out: at what the energy takes in the time.
        power_w: Option<i64>,
        /// When it begins; left out: now.
        starts_at: Option<Timestamp>,
        /// By which clock, an IANA name; left out: that of most stations.
        time_zone: Option<String>,
    }

    /// Prices as a tariff has them, or a tariff that is there with what is to become of it; and whose charges.
    WhatIfBody {
        /// A tariff that is there; what is left out below is its.
        tariff_id: Option<String>,
        /// ISO 4217.
        currency: Option<String>,
        /// Short form: per kWh, tax included.
        per_kwh: Option<Amount>,
        /// Short form: per minute of charging; null: none.
        per_minute: Option<Amount>,
        /// Short form: per session; null: none.
        session_fee: Option<Amount>,
        /// Short form: per minute of not charging; null: none.
        idle_per_minute: Option<Amount>,
        /// Short form: the tax inside.
        tax_percent: Option<String>,
        /// OCPI 2.2.1 `TariffElement`s instead, without tax.
        elements: Option<Vec<TariffElement>>,
        /// A charge costs no less; null: no least price.
        min_price: Option<PriceLimit>,
        /// A charge costs no more; null: no highest price.
        max_price: Option<PriceLimit>,
        /// How long each stretch of not charging costs nothing, minutes.
        idle_grace_minutes: Option<i64>,
        /// Whose charges; left out: all.
        station_ids: Option<Vec<String>>,
    }
}

/// What a charge would cost.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Preview {
    /// The tariff in a sentence.
    summary: String,
    /// The bill.
    cost: CostObject,
}

/// What last month's charges would have cost.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct WhatIf {
    /// The month's first moment.
    from: Timestamp,
    /// The next month's.
    to: Timestamp,
    /// How many charges ended in it, in this currency.
    sessions: i64,
    /// What they cost.
    then: Amount,
    /// What they would have cost.
    now: Amount,
    /// How many would have been dearer.
    dearer: i64,
    /// How many would have been cheaper.
    cheaper: i64,
    /// Whether these are all; false: there were too many.
    complete: bool,
}

/// What somebody tries out, read from a body.
struct Tried {
    tariff: Option<TariffId>,
    rates: NewRates,
}

impl Tried {
    fn read(fields: &mut Fields) -> Self {
        let tariff = match fields.id_or_none("tariffId") {
            Change::Set(id) => Some(id),
            Change::Stay | Change::Clear => None,
        };
        if tariff.is_none() && !fields.has("elements") {
            fields.need(&["perKwh", "taxPercent"]);
        }
        Self {
            tariff,
            rates: rates::read(fields),
        }
    }

    /// The rates, and the tariff they are of.
    async fn rates(&self, api: &Api) -> Result<Rates, Problem> {
        let Some(id) = self.tariff else {
            return Ok(self.rates.create()?);
        };
        let mut conn = api.core.store.read().await?;
        let found = tariffs::find(&mut conn, id).await?;
        let tariff = found.ok_or(Code::ResourceNotFound)?;
        Ok(self.rates.change(&tariff.rates)?)
    }
}

/// Prices a charge that somebody thinks of.
#[utoipa::path(post, path = "/tariffs/preview", tag = "cms", request_body = PreviewBody, security(("bearer" = [])),
    responses((status = 200, description = "What it would cost", body = Preview),
        (status = 404, description = "No such tariff", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn imagine(
    State(api): State<Api>,
    _viewer: Viewer,
    mut fields: Fields,
) -> Result<Json<Preview>, Problem> {
    let site = revenue::site_zone(&mut api.core.store.read().await?, Scope::All).await?;
    let now = api.core.clock.now();
    fields.need(&["charge"]);
    let charge = fields.object("charge", |inner| imagined(inner, now, site));
    let tried = Tried::read(&mut fields);
    fields.done()?;
    let charge = charge.ok_or(Code::RequestValidation)?;
    let rates = tried.rates(&api).await?;
    let bill = preview(&rates, &charge);
    let terms = Terms {
        tariff_id: tried.tariff.unwrap_or(TariffId(Uuid::nil())),
        tariff_version: 0,
        rates: rates.into(),
        zone: charge.zone,
    };
    Ok(Json(Preview {
        summary: summarise(&terms.rates),
        cost: CostObject::of(&bill, &terms),
    }))
}

fn imagined(fields: &mut Fields, now: Timestamp, site: TimeZone) -> Imagined {
    fields.need(&["energyWh", "minutes"]);
    let minutes = |minutes: Option<i64>| SignedDuration::from_mins(minutes.unwrap_or_default());
    let detail = "It is no time zone, such as Europe/Berlin.";
    let zone = fields.parsed_or_none("timeZone", detail, |name| {
        let known = TimeZone::get(name).is_ok();
        known.then(|| clock(name))
    });
    let near = |at: &Timestamp| at.duration_since(now).abs() <= SignedDuration::from_hours(87_600);
    let detail = "It is no time in the form of RFC 3339 within ten years.";
    let starts_at =
        fields.parsed_or_none("startsAt", detail, |text| text.parse().ok().filter(near));
    let idle = fields.integer_or_none("idleMinutes", (0, LONGEST));
    let power = fields.integer_or_none("powerW", (0, MOST));
    Imagined {
        energy: WattHours(fields.integer("energyWh", (0, MOST)).unwrap_or_default()),
        charging: minutes(fields.integer("minutes", (0, LONGEST))),
        idle: minutes(idle.set().copied()),
        power_w: power.set().copied(),
        starts_at: starts_at.set().copied().unwrap_or(now),
        zone: zone.set().cloned().unwrap_or(site),
    }
}

/// Prices the charges of the last whole month anew, one question at a time. Those in another currency are left out.
#[utoipa::path(post, path = "/tariffs/what-if", tag = "cms", request_body = WhatIfBody, security(("bearer" = [])),
    responses((status = 200, description = "What they cost and would have cost", body = WhatIf),
        (status = 404, description = "No such tariff", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn look_back(
    State(api): State<Api>,
    _viewer: Viewer,
    mut fields: Fields,
) -> Result<Json<WhatIf>, Problem> {
    let stations: Option<Vec<StationId>> = fields.ids("stationIds");
    let tried = Tried::read(&mut fields);
    fields.done()?;
    let rates = tried.rates(&api).await?;
    let weighed = what_if(&api.core, rates, stations).await?;
    Ok(Json(weighed.into()))
}

impl From<Weighed> for WhatIf {
    fn from(weighed: Weighed) -> Self {
        Self {
            from: weighed.from,
            to: weighed.to,
            sessions: weighed.sessions,
            then: weighed.then.print(),
            now: weighed.now.print(),
            dearer: weighed.dearer,
            cheaper: weighed.cheaper,
            complete: weighed.complete,
        }
    }
}
