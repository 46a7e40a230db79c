//! THE table of what can be changed at the desk: by route, what is done to what. A route that changes something and is not in
//! here fails a test.

use domain::audit::{AuditKind, AuditVerb};

use AuditKind as Kind;
use AuditVerb as Verb;
use Keeps::{Names, Told, Values};

/// What a request does, to what, and what is kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub kind: Kind,
    /// What is kept of what was said.
    pub keeps: Keeps,
}

/// What is kept of what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// Each field with its values.
    Values,
    /// Which fields, and no value: it is about a driver.
    Names,
    /// What the op tells instead.
    Told,
    /// Which command, and to whom.
    Which,
}

/// What commands to chargers begin with.
const COMMANDS: &str = "/api/charger/";

/// By method and route.
const ACTIONS: &[(&str, &str, Verb, Kind, Keeps)] = &[
    (
        "POST",
        "/api/cms/stations",
        Verb::Created,
        Kind::Station,
        Values,
    ),
    (
        "PUT",
        "/api/cms/stations/{id}",
        Verb::Changed,
        Kind::Station,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/stations/{id}",
        Verb::Removed,
        Kind::Station,
        Values,
    ),
    (
        "POST",
        "/api/cms/charging-points",
        Verb::Created,
        Kind::ChargingPoint,
        Values,
    ),
    (
        "PUT",
        "/api/cms/charging-points/{id}",
        Verb::Changed,
        Kind::ChargingPoint,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/charging-points/{id}",
        Verb::Removed,
        Kind::ChargingPoint,
        Values,
    ),
    (
        "POST",
        "/api/cms/charging-points/{id}/rotate-key",
        Verb::Rekeyed,
        Kind::ChargingPoint,
        Values,
    ),
    (
        "POST",
        "/api/cms/unknown-charge-points/{id}/accept",
        Verb::Accepted,
        Kind::ChargingPoint,
        Values,
    ),
    (
        "POST",
        "/api/cms/tariffs",
        Verb::Created,
        Kind::Tariff,
        Values,
    ),
    (
        "PUT",
        "/api/cms/tariffs/{id}",
        Verb::Changed,
        Kind::Tariff,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/tariffs/{id}",
        Verb::Removed,
        Kind::Tariff,
        Values,
    ),
    (
        "POST",
        "/api/cms/customers",
        Verb::Created,
        Kind::Customer,
        Names,
    ),
    (
        "PUT",
        "/api/cms/customers/{id}",
        Verb::Changed,
        Kind::Customer,
        Names,
    ),
    (
        "DELETE",
        "/api/cms/customers/{id}",
        Verb::Removed,
        Kind::Customer,
        Names,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments",
        Verb::Created,
        Kind::Adjustment,
        Values,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/approve",
        Verb::Approved,
        Kind::Adjustment,
        Values,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/reject",
        Verb::Rejected,
        Kind::Adjustment,
        Values,
    ),
    (
        "POST",
        "/api/cms/topups/{id}/refund",
        Verb::Refunded,
        Kind::Topup,
        Values,
    ),
    (
        "POST",
        "/api/cms/prepaid-codes",
        Verb::Created,
        Kind::PrepaidCodes,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/prepaid-codes/{id}",
        Verb::Voided,
        Kind::PrepaidCodes,
        Values,
    ),
    (
        "POST",
        "/api/cms/id-tokens",
        Verb::Created,
        Kind::IdToken,
        Values,
    ),
    (
        "PUT",
        "/api/cms/id-tokens/{id}",
        Verb::Changed,
        Kind::IdToken,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/id-tokens/{id}",
        Verb::Removed,
        Kind::IdToken,
        Values,
    ),
    (
        "POST",
        "/api/cms/organizations",
        Verb::Created,
        Kind::Organization,
        Values,
    ),
    (
        "PUT",
        "/api/cms/organizations/{id}",
        Verb::Changed,
        Kind::Organization,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/organizations/{id}",
        Verb::Removed,
        Kind::Organization,
        Values,
    ),
    ("POST", "/api/cms/users", Verb::Created, Kind::User, Values),
    (
        "PUT",
        "/api/cms/users/{id}",
        Verb::Changed,
        Kind::User,
        Values,
    ),
    (
        "DELETE",
        "/api/cms/users/{id}",
        Verb::Removed,
        Kind::User,
        Values,
    ),
    (
        "PUT",
        "/api/cms/auth/change-password",
        Verb::Changed,
        Kind::Password,
        Values,
    ),
    (
        "POST",
        "/api/cms/sessions/{id}/refund",
        Verb::Refunded,
        Kind::Session,
        Values,
    ),
    ("POST", "/api/cms/shifts", Verb::Closed, Kind::Shift, Values),
    (
        "POST",
        "/api/cms/alerts/{id}/acknowledge",
        Verb::Acknowledged,
        Kind::Alert,
        Values,
    ),
    (
        "PUT",
        "/api/cms/settings",
        Verb::Changed,
        Kind::Settings,
        Told,
    ),
    (
        "POST",
        "/api/cms/update",
        Verb::Commanded,
        Kind::Gateway,
        Told,
    ),
];

/// What a request changes; nothing where it only looks.
pub(crate) fn action(method: &str, route: &str) -> Option<Action> {
    if method == "POST" && route.starts_with(COMMANDS) {
        return Some(Action {
            verb: Verb::Commanded,
            kind: Kind::ChargingPoint,
            keeps: Keeps::Which,
        });
    }
    let known = ACTIONS
        .iter()
        .find(|(way, path, ..)| *way == method && *path == route);
    known.map(|(_, _, verb, kind, keeps)| Action {
        verb: *verb,
        kind: *kind,
        keeps: *keeps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::contract::openapi;

    /// What writes nothing that anybody decided: signing in and out, and trying a tariff out.
    const NO_CHANGE: [&str; 4] = [
        "/api/cms/auth/login",
        "/api/cms/auth/logout",
        "/api/cms/tariffs/preview",
        "/api/cms/tariffs/what-if",
    ];

    #[test]
    fn every_route_of_the_desk_that_changes_something_is_in_the_table_and_no_other() {
        let document = serde_json::to_value(openapi()).expect("OpenAPI is JSON");
        let paths = document["paths"].as_object().expect("paths");
        let mut known = 0;
        for (path, methods) in paths {
            let ours = path.starts_with("/api/cms/") || path.starts_with(COMMANDS);
            for method in methods.as_object().expect("methods").keys() {
                let method = method.to_uppercase();
                let changes = ours && method != "GET" && !NO_CHANGE.contains(&path.as_str());
                assert_eq!(action(&method, path).is_some(), changes, "{method} {path}");
                known += usize::from(changes && !path.starts_with(COMMANDS));
            }
        }
        assert_eq!(
            known,
            ACTIONS.len(),
            "a route of the table that is not there"
        );
    }
}
