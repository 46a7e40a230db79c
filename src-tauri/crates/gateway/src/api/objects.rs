//! The objects of 2-contract that only REST knows. Those that events carry too are `domain::object`'s.
//! Absent values are `null`.

use domain::Money;
use domain::object::{Amount, CostObject, LimitObject};
use domain::session as sessions;
use domain::session::{SessionStatus, StartedBy, StopReason};
use domain::topup::{Provider, Topup, TopupStatus};
use domain::{Timestamp, VehicleId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ops::sign_in;

/// Declares an object: the derives and the camelCase are the same for all.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            $($(#[$fdoc])* pub(super) $field: $kind,)*
        }
    )*};
}

objects! {
    /// A fresh sign-in.
    Login {
        /// Sent as `Authorization: Bearer …` from now on.
        token: String,
        /// `Bearer`.
        token_type: String,
        /// When it ends whatever happens.
        expires_at: Timestamp,
        /// Whose it is.
        user: User,
    }

    /// Who is signed in.
    User {
        /// Its id.
        id: Uuid,
        /// The address it signs in with.
        email: String,
        /// The name on screen.
        name: String,
        /// What it may do: `customer`, `viewer`, `operator`, `admin`.
        role: String,
        /// The language of its pages: a BCP 47 tag.
        language: String,
        /// (O) Whose rows it sees; null: all.
        organization_id: Option<Uuid>,
    }

    /// Who is signed in, wrapped.
    Me {
        /// Who.
        user: User,
    }

    /// A charge from the wish to the bill.
    Session {
        /// Its id.
        id: Uuid,
        /// Where it stands.
        status: SessionStatus,
        /// Rises with each change.
        version: i64,
        /// Where.
        station_id: Uuid,
        /// The station's name.
        station_name: String,
        /// At which box.
        charge_point_id: Uuid,
        /// The box's name.
        charge_point_name: String,
        /// At which plug.
        connector_id: i64,
        /// The charger's number for it.
        transaction_id: Option<i64>,
        /// Who began it.
        started_by: StartedBy,
        /// Whose, when an account's.
        customer_id: Option<Uuid>,
        /// The card, all but its last four characters hidden; null for a charge begun from a screen.
        id_token: Option<String>,
        /// The car; null where none was named.
        vehicle_id: Option<Uuid>,
        /// Where the driver wants it to end; null: at the stop button.
        limit: Option<LimitObject>,
        /// When it was asked for.
        requested_at: Timestamp,
        /// When it began.
        started_at: Option<Timestamp>,
        /// When it ended.
        stopped_at: Option<Timestamp>,
        /// How long it lasted so far.
        duration_seconds: i64,
        /// Energy taken, Wh.
        energy_wh: i64,
        /// Energy taken, kWh.
        energy_consumed: f64,
        /// Power now, W.
        power_w: Option<i64>,
        /// The battery's state of charge.
        soc_percent: Option<i64>,
        /// The register at the start.
        meter_start_wh: Option<i64>,
        /// The register at the stop.
        meter_stop_wh: Option<i64>,
        /// What it costs so far, or in all; null where nothing is charged.
        cost: Option<CostObject>,
        /// What is held for it; null where nothing is.
        held: Option<Amount>,
        /// The tariff whose price it keeps.
        tariff_id: Option<Uuid>,
        /// Which version of it.
        tariff_version: Option<i64>,
        /// Why it ended.
        stop_reason: Option<StopReason>,
        /// Why it never came to be.
        failure: Option<Failure>,
        /// Whether its end was inferred and not reported.
        inferred: bool,
        /// Where the receipt is; null where there is none.
        receipt_url: Option<String>,
    }

    /// Why a session never came to be.
    Failure {
        /// For programs.
        code: String,
        /// For people.
        detail: String,
    }
}

impl From<&sign_in::User> for User {
    fn from(user: &sign_in::User) -> Self {
        match user {
            sign_in::User::Operator(operator) => Self {
                id: operator.id.0,
                email: operator.email.clone(),
                name: operator.name.clone(),
                role: operator.role.as_str().to_owned(),
                language: "en".to_owned(),
                organization_id: operator.organization_id.map(|id| id.0),
            },
            sign_in::User::Customer(customer) => Self {
                id: customer.id.0,
                email: customer.email.clone(),
                name: customer.name.clone(),
                role: "customer".to_owned(),
                language: customer.language.clone(),
                organization_id: None,
            },
        }
    }
}

impl From<sign_in::SignedIn> for Login {
    fn from(signed_in: sign_in::SignedIn) -> Self {
        Self {
            user: User::from(&signed_in.user),
            token: signed_in.token,
            token_type: "Bearer".to_owned(),
            expires_at: signed_in.expires_at,
        }
    }
}

/// What stands beside a session's ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The station's.
    pub(super) station: String,
    /// The charge point's.
    pub(super) charge_point: String,
    /// Where its receipt is.
    pub(super) receipt: Option<String>,
    /// Which of the customer's vehicles it is for.
    pub(super) vehicle: Option<VehicleId>,
}

impl Session {
    /// A session as it is at `now`.
    pub(super) fn print(session: &sessions::Session, names: Names, now: Timestamp) -> Self {
        let begun = session.started_at.is_some();
        Self {
            id: session.id.0,
            status: session.status,
            version: session.version,
            station_id: session.station_id.0,
            station_name: names.station,
            charge_point_id: session.charge_point_id.0,
            charge_point_name: names.charge_point,
            connector_id: session.connector_id,
            transaction_id: session.transaction_id,
            started_by: session.started_by,
            customer_id: session.customer_id.map(|id| id.0),
            id_token: (session.started_by == StartedBy::Rfid).then(|| masked(&session.id_token)),
            vehicle_id: names.vehicle.map(|id| id.0),
            limit: session.limit.map(LimitObject::from),
            requested_at: session.requested_at,
            started_at: session.started_at,
            stopped_at: session.stopped_at,
            duration_seconds: session.duration_seconds(now),
            energy_wh: session.energy().0,
            energy_consumed: session.energy().as_kwh(),
            power_w: session.power_w,
            soc_percent: session.soc_percent,
            meter_start_wh: begun.then_some(session.meter_start.0),
            meter_stop_wh: session.meter_stop.map(|_| session.meter_last.0),
            cost: CostObject::of_session(session).filter(|_| begun),
            held: session.held().map(Money::print),
            tariff_id: session.terms.as_ref().map(|terms| terms.tariff_id.0),
            tariff_version: session.terms.as_ref().map(|terms| terms.tariff_version),
            stop_reason: session.stop_reason,
            failure: session.failure.as_ref().map(|failure| Failure {
                code: failure.code.as_str().to_owned(),
                detail: failure.detail.clone(),
            }),
            inferred: session.inferred,
            receipt_url: names.receipt,
        }
    }
}

/// A token as it may be shown: `****7F2A`. A short one shows nothing.
fn masked(token: &str) -> String {
    let count = token.chars().count();
    let shown: String = token.chars().skip(count.saturating_sub(4)).collect();
    if count > 4 {
        format!("****{shown}")
    } else {
        "****".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_its_last_four_at_most() {
        for (token, shown) in [
            ("04A1B27F2A", "****7F2A"),
            ("12345", "****2345"),
            ("1234", "****"),
            ("", "****"),
        ] {
            assert_eq!(masked(token), shown);
        }
    }
}

/// Money that a driver pays in through a provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Topup)]
pub(super) struct TopupObject {
    /// Its id.
    id: Uuid,
    /// Whose.
    customer_id: Uuid,
    /// Who takes the money in.
    provider: Provider,
    /// Where it stands.
    status: TopupStatus,
    /// How much.
    amount: Amount,
    /// What of it went back.
    refunded: Amount,
    /// The page to pay on; null once it can no longer be paid.
    checkout_url: Option<String>,
    /// When the page ends.
    expires_at: Timestamp,
    /// When it was asked for.
    created_at: Timestamp,
}

impl From<&Topup> for TopupObject {
    fn from(topup: &Topup) -> Self {
        let pending = topup.status == TopupStatus::Pending;
        let page = topup.checkout.as_ref().filter(|_| pending);
        Self {
            id: topup.id.0,
            customer_id: topup.customer_id.0,
            provider: topup.provider,
            status: topup.status,
            amount: topup.amount.print(),
            refunded: topup.refunded.print(),
            checkout_url: page.map(|page| page.url.clone()),
            expires_at: topup.expires_at,
            created_at: topup.created_at,
        }
    }
}
