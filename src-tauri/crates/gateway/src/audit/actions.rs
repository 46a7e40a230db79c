//! THE table of what can be changed at the desk: by route, what is done to what. A route that changes something and is not in
//! here fails a test.

use domain::audit::{AuditKind, AuditVerb};

use AuditKind as Kind;
use AuditVerb as Verb;

/// What commands to chargers begin with.
const COMMANDS: &str = "/api/charger/";

/// By method and route.
const ACTIONS: &[(&str, &str, Verb, Kind)] = &[
    ("POST", "/api/cms/stations", Verb::Created, Kind::Station),
    (
        "PUT",
        "/api/cms/stations/{id}",
        Verb::Changed,
        Kind::Station,
    ),
    (
        "DELETE",
        "/api/cms/stations/{id}",
        Verb::Removed,
        Kind::Station,
    ),
    (
        "POST",
        "/api/cms/charging-points",
        Verb::Created,
        Kind::ChargingPoint,
    ),
    (
        "PUT",
        "/api/cms/charging-points/{id}",
        Verb::Changed,
        Kind::ChargingPoint,
    ),
    (
        "DELETE",
        "/api/cms/charging-points/{id}",
        Verb::Removed,
        Kind::ChargingPoint,
    ),
    (
        "POST",
        "/api/cms/charging-points/{id}/rotate-key",
        Verb::Rekeyed,
        Kind::ChargingPoint,
    ),
    (
        "POST",
        "/api/cms/unknown-charge-points/{id}/accept",
        Verb::Accepted,
        Kind::ChargingPoint,
    ),
    ("POST", "/api/cms/tariffs", Verb::Created, Kind::Tariff),
    ("PUT", "/api/cms/tariffs/{id}", Verb::Changed, Kind::Tariff),
    (
        "DELETE",
        "/api/cms/tariffs/{id}",
        Verb::Removed,
        Kind::Tariff,
    ),
    ("POST", "/api/cms/customers", Verb::Created, Kind::Customer),
    (
        "PUT",
        "/api/cms/customers/{id}",
        Verb::Changed,
        Kind::Customer,
    ),
    (
        "DELETE",
        "/api/cms/customers/{id}",
        Verb::Removed,
        Kind::Customer,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments",
        Verb::Created,
        Kind::Adjustment,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/approve",
        Verb::Approved,
        Kind::Adjustment,
    ),
    (
        "POST",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/reject",
        Verb::Rejected,
        Kind::Adjustment,
    ),
    (
        "POST",
        "/api/cms/topups/{id}/refund",
        Verb::Refunded,
        Kind::Topup,
    ),
    (
        "POST",
        "/api/cms/prepaid-codes",
        Verb::Created,
        Kind::PrepaidCodes,
    ),
    (
        "DELETE",
        "/api/cms/prepaid-codes/{id}",
        Verb::Voided,
        Kind::PrepaidCodes,
    ),
    ("POST", "/api/cms/id-tokens", Verb::Created, Kind::IdToken),
    (
        "PUT",
        "/api/cms/id-tokens/{id}",
        Verb::Changed,
        Kind::IdToken,
    ),
    (
        "DELETE",
        "/api/cms/id-tokens/{id}",
        Verb::Removed,
        Kind::IdToken,
    ),
    ("POST", "/api/cms/users", Verb::Created, Kind::User),
    ("PUT", "/api/cms/users/{id}", Verb::Changed, Kind::User),
    ("DELETE", "/api/cms/users/{id}", Verb::Removed, Kind::User),
    (
        "PUT",
        "/api/cms/auth/change-password",
        Verb::Changed,
        Kind::Password,
    ),
    (
        "POST",
        "/api/cms/sessions/{id}/refund",
        Verb::Refunded,
        Kind::Session,
    ),
    ("POST", "/api/cms/shifts", Verb::Closed, Kind::Shift),
    (
        "POST",
        "/api/cms/alerts/{id}/acknowledge",
        Verb::Acknowledged,
        Kind::Alert,
    ),
    ("PUT", "/api/cms/settings", Verb::Changed, Kind::Settings),
];

/// What a request changes; nothing where it only looks.
pub(crate) fn action(method: &str, route: &str) -> Option<(Verb, Kind)> {
    if method == "POST" && route.starts_with(COMMANDS) {
        return Some((Verb::Commanded, Kind::ChargingPoint));
    }
    let known = ACTIONS
        .iter()
        .find(|(way, path, ..)| *way == method && *path == route);
    known.map(|(_, _, verb, kind)| (*verb, *kind))
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
