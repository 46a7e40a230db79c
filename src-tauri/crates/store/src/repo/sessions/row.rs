//! A row of `session` as the domain's session.

use domain::session::{
    EndsBy, Failure, FailureCode, Funding, Limit, Session, SessionStatus, StartedBy, StopReason,
    Usage,
};
use domain::tariff::{Terms, clock};
use domain::{Currency, Money, WattHours};

use crate::StoreError;
use crate::repo::tariffs::rates;
use crate::repo::{corrupt, from_ms, from_ms_opt, parse, parse_opt, word};

/// A session's columns, and the rates of the tariff version it keeps.
macro_rules! columns {
    () => {
        "session.*, (SELECT v.rates FROM tariff_version v
           WHERE v.tariff_id = session.tariff_id AND v.version = session.tariff_version) AS rates"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    station_id: String,
    charge_point_id: String,
    connector_id: i64,
    transaction_id: Option<i64>,
    customer_id: Option<String>,
    id_token: String,
    status: String,
    started_by: String,
    requested_at: i64,
    started_at: Option<i64>,
    began_at: Option<i64>,
    stopped_at: Option<i64>,
    meter_start_wh: i64,
    meter_last_wh: i64,
    meter_stop_wh: Option<i64>,
    energy_wh: Option<i64>,
    measured_at: Option<i64>,
    power_w: Option<i64>,
    soc_percent: Option<i64>,
    tariff_id: Option<String>,
    tariff_version: Option<i64>,
    rates: Option<String>,
    time_zone: Option<String>,
    usage: Option<String>,
    currency: Option<String>,
    limit_minor: Option<i64>,
    limit_energy_wh: Option<i64>,
    limit_minutes: Option<i64>,
    limit_soc_percent: Option<i64>,
    on_account: i64,
    held_minor: Option<i64>,
    ends_at: Option<i64>,
    ends_by: Option<String>,
    ends_warned: i64,
    bill_due_at: Option<i64>,
    stop_asked: Option<String>,
    stop_reason: Option<String>,
    failure_code: Option<String>,
    failure_detail: Option<String>,
    inferred: i64,
    version: i64,
}

impl Row {
    pub(super) fn read(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: parse("session.id", &self.id)?,
            station_id: parse("session.station_id", &self.station_id)?,
            charge_point_id: parse("session.charge_point_id", &self.charge_point_id)?,
            connector_id: self.connector_id,
            transaction_id: self.transaction_id,
            customer_id: parse_opt("session.customer_id", self.customer_id.as_deref())?,
            status: word("session.status", &self.status, SessionStatus::from_word)?,
            started_by: word("session.started_by", &self.started_by, StartedBy::from_word)?,
            requested_at: from_ms(self.requested_at)?,
            started_at: from_ms_opt(self.started_at)?,
            began_at: from_ms_opt(self.began_at)?,
            stopped_at: from_ms_opt(self.stopped_at)?,
            meter_start: WattHours(self.meter_start_wh),
            meter_last: WattHours(self.meter_last_wh),
            meter_stop: self.meter_stop_wh.map(WattHours),
            energy: WattHours(self.energy_wh.unwrap_or(0)),
            measured_at: from_ms_opt(self.measured_at)?,
            power_w: self.power_w,
            soc_percent: self.soc_percent,
            terms: self.terms()?,
            usage: self.usage()?,
            limit: self.limit()?,
            funding: self.funding()?,
            stop_asked: reason(self.stop_asked.as_deref())?,
            stop_reason: reason(self.stop_reason.as_deref())?,
            failure: self.failure()?,
            inferred: self.inferred != 0,
            version: self.version,
            id_token: self.id_token,
        })
    }

    fn terms(&self) -> Result<Option<Terms>, StoreError> {
        let (Some(tariff_id), Some(tariff_version), Some(text)) = (
            self.tariff_id.as_deref(),
            self.tariff_version,
            self.rates.as_deref(),
        ) else {
            return Ok(None);
        };
        Ok(Some(Terms {
            tariff_id: parse("session.tariff_id", tariff_id)?,
            tariff_version,
            rates: rates::read(text)?.into(),
            zone: clock(self.time_zone.as_deref().unwrap_or_default()),
        }))
    }

    fn usage(&self) -> Result<Usage, StoreError> {
        let Some(text) = self.usage.as_deref() else {
            return Ok(Usage::default());
        };
        serde_json::from_str(text).map_err(|_| corrupt("session.usage", text))
    }

    fn limit(&self) -> Result<Option<Limit>, StoreError> {
        let limit = Limit {
            amount: self.money(self.limit_minor)?,
            energy: self.limit_energy_wh.map(WattHours),
            minutes: self.limit_minutes,
            soc_percent: self.limit_soc_percent,
        };
        let none = Limit {
            amount: None,
            energy: None,
            minutes: None,
            soc_percent: None,
        };
        Ok((limit != none).then_some(limit))
    }

    fn funding(&self) -> Result<Funding, StoreError> {
        let ends_by = self.ends_by.as_deref();
        let ends_by = ends_by.map(|by| word("session.ends_by", by, EndsBy::from_word));
        Ok(Funding {
            on_account: self.on_account != 0,
            held: self.money(self.held_minor)?,
            ends: from_ms_opt(self.ends_at)?.zip(ends_by.transpose()?),
            warned: self.ends_warned != 0,
            bill_due: from_ms_opt(self.bill_due_at)?,
        })
    }

    /// An amount in the currency of the session's price.
    fn money(&self, minor: Option<i64>) -> Result<Option<Money>, StoreError> {
        let Some((minor, code)) = minor.zip(self.currency.as_deref()) else {
            return Ok(None);
        };
        let currency =
            Currency::from_code(code).ok_or_else(|| corrupt("session.currency", code))?;
        Ok(Some(Money { minor, currency }))
    }

    fn failure(&self) -> Result<Option<Failure>, StoreError> {
        let code = self.failure_code.as_deref();
        code.map(|code| {
            Ok(Failure {
                code: word("session.failure_code", code, FailureCode::from_word)?,
                detail: self.failure_detail.clone().unwrap_or_default(),
            })
        })
        .transpose()
    }
}

fn reason(text: Option<&str>) -> Result<Option<StopReason>, StoreError> {
    text.map(|text| word("session.stop_reason", text, StopReason::from_word))
        .transpose()
}
