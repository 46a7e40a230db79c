//! Who may call what: THE matrix of routes and roles (WEB-06). Not for trying it.

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Anybody, with or without a sign-in.
    All,
    /// Drivers with an account.
    Drivers,
    /// Every user of the CMS.
    Viewers,
    /// Operators and admins.
    Operators,
    /// Admins.
    Admins,
}

/// Whoever calls.
pub const CALLERS: [&str; 6] = [
    "nobody", "garbage", "customer", "viewer", "operator", "admin",
];

impl Open {
    /// What each of [`CALLERS`] is told: 0 lets it in, whatever it is told then.
    pub const fn answers(self) -> [u16; 6] {
        match self {
            Self::All => [0, 0, 0, 0, 0, 0],
            Self::Drivers => [401, 401, 0, 403, 403, 403],
            Self::Viewers => [401, 401, 403, 0, 0, 0],
            Self::Operators => [401, 401, 403, 403, 0, 0],
            Self::Admins => [401, 401, 403, 403, 403, 0],
        }
    }
}

/// THE matrix: every documented route and whom it is open to. A route that is not here fails.
pub const ROUTES: &[(&str, &str, Open)] = &[
    ("get", "/api/user/stations", Open::All),
    ("get", "/api/user/stations/{id}", Open::All),
    ("get", "/api/user/stations/{id}/points", Open::All),
    ("get", "/api/user/charging-points/{id}", Open::All),
    ("post", "/api/user/auth/register", Open::All),
    ("post", "/api/user/auth/login", Open::All),
    ("post", "/api/user/auth/forgot-password", Open::All),
    ("post", "/api/user/auth/logout", Open::Drivers),
    ("get", "/api/user/auth/me", Open::Drivers),
    ("delete", "/api/user/auth/me", Open::Drivers),
    ("put", "/api/user/auth/profile", Open::Drivers),
    ("put", "/api/user/auth/change-password", Open::Drivers),
    ("get", "/api/user/auth/export", Open::Drivers),
    ("post", "/api/user/charging/start", Open::Drivers),
    ("post", "/api/user/charging/stop", Open::Drivers),
    ("get", "/api/user/charging/active-session", Open::Drivers),
    ("get", "/api/user/sessions", Open::Drivers),
    ("get", "/api/user/sessions/{id}", Open::Drivers),
    ("get", "/api/user/wallet/balance", Open::Drivers),
    ("get", "/api/user/wallet/transactions", Open::Drivers),
    ("post", "/api/cms/auth/login", Open::All),
    ("post", "/api/cms/auth/logout", Open::Viewers),
    ("get", "/api/cms/auth/me", Open::Viewers),
    ("put", "/api/cms/auth/change-password", Open::Viewers),
    ("get", "/api/cms/dashboard", Open::Viewers),
    ("get", "/api/cms/stations", Open::Viewers),
    ("post", "/api/cms/stations", Open::Operators),
    ("get", "/api/cms/stations/dropdown", Open::Viewers),
    ("get", "/api/cms/stations/{id}", Open::Viewers),
    ("put", "/api/cms/stations/{id}", Open::Operators),
    ("delete", "/api/cms/stations/{id}", Open::Operators),
    ("get", "/api/cms/charging-points", Open::Viewers),
    ("post", "/api/cms/charging-points", Open::Operators),
    ("get", "/api/cms/charging-points/dropdown", Open::Viewers),
    ("get", "/api/cms/charging-points/{id}", Open::Viewers),
    ("put", "/api/cms/charging-points/{id}", Open::Operators),
    ("delete", "/api/cms/charging-points/{id}", Open::Operators),
    ("get", "/api/cms/tariffs", Open::Viewers),
    ("post", "/api/cms/tariffs", Open::Operators),
    ("get", "/api/cms/tariffs/dropdown", Open::Viewers),
    ("post", "/api/cms/tariffs/preview", Open::Viewers),
    ("post", "/api/cms/tariffs/what-if", Open::Viewers),
    ("get", "/api/cms/tariffs/{id}", Open::Viewers),
    ("put", "/api/cms/tariffs/{id}", Open::Operators),
    ("delete", "/api/cms/tariffs/{id}", Open::Operators),
    ("get", "/api/cms/customers", Open::Viewers),
    ("post", "/api/cms/customers", Open::Operators),
    ("get", "/api/cms/customers/dropdown", Open::Viewers),
    ("get", "/api/cms/customers/{id}", Open::Viewers),
    ("put", "/api/cms/customers/{id}", Open::Operators),
    ("delete", "/api/cms/customers/{id}", Open::Operators),
    ("get", "/api/cms/id-tokens", Open::Viewers),
    ("post", "/api/cms/id-tokens", Open::Operators),
    ("get", "/api/cms/id-tokens/dropdown", Open::Viewers),
    ("get", "/api/cms/id-tokens/{id}", Open::Viewers),
    ("put", "/api/cms/id-tokens/{id}", Open::Operators),
    ("delete", "/api/cms/id-tokens/{id}", Open::Operators),
    ("get", "/api/cms/users", Open::Admins),
    ("post", "/api/cms/users", Open::Admins),
    ("get", "/api/cms/users/dropdown", Open::Admins),
    ("get", "/api/cms/users/{id}", Open::Admins),
    ("put", "/api/cms/users/{id}", Open::Admins),
    ("delete", "/api/cms/users/{id}", Open::Admins),
    (
        "post",
        "/api/cms/charging-points/{id}/rotate-key",
        Open::Operators,
    ),
    ("get", "/api/cms/stations/{id}/points", Open::Viewers),
    ("get", "/api/cms/stations/{id}/sessions", Open::Viewers),
    ("get", "/api/cms/customers/{id}/sessions", Open::Viewers),
    (
        "get",
        "/api/cms/customers/{id}/wallet-transactions",
        Open::Viewers,
    ),
    ("get", "/api/cms/customers/{id}/wallet", Open::Viewers),
    (
        "get",
        "/api/cms/customers/{id}/wallet/adjustments",
        Open::Viewers,
    ),
    (
        "post",
        "/api/cms/customers/{id}/wallet/adjustments",
        Open::Operators,
    ),
    (
        "post",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/approve",
        Open::Operators,
    ),
    (
        "post",
        "/api/cms/customers/{id}/wallet/adjustments/{adjustmentId}/reject",
        Open::Operators,
    ),
    ("post", "/api/cms/sessions/{id}/refund", Open::Operators),
    ("get", "/api/cms/sessions/active", Open::Viewers),
    ("get", "/api/cms/sessions/completed", Open::Viewers),
    ("get", "/api/cms/sessions/{id}", Open::Viewers),
    ("get", "/api/cms/transactions", Open::Viewers),
    ("get", "/api/cms/alerts", Open::Viewers),
    ("post", "/api/cms/alerts/{id}/acknowledge", Open::Operators),
    ("get", "/api/cms/unknown-charge-points", Open::Viewers),
    (
        "post",
        "/api/cms/unknown-charge-points/{id}/accept",
        Open::Operators,
    ),
    ("get", "/api/cms/ocpp-messages", Open::Viewers),
    ("post", "/api/charger/remote-start", Open::Operators),
    ("post", "/api/charger/remote-stop", Open::Operators),
    ("post", "/api/charger/change-configuration", Open::Operators),
    ("post", "/api/charger/get-configuration", Open::Operators),
    ("post", "/api/charger/reset", Open::Operators),
    ("post", "/api/charger/unlock-connector", Open::Operators),
    ("post", "/api/charger/change-availability", Open::Operators),
    ("post", "/api/charger/clear-cache", Open::Operators),
    ("post", "/api/charger/trigger-message", Open::Operators),
    ("post", "/api/charger/data-transfer", Open::Operators),
    ("post", "/api/charger/reserve-now", Open::Operators),
    ("post", "/api/charger/cancel-reservation", Open::Operators),
    ("post", "/api/charger/update-firmware", Open::Operators),
    ("post", "/api/charger/get-diagnostics", Open::Operators),
    (
        "post",
        "/api/charger/get-local-list-version",
        Open::Operators,
    ),
    ("post", "/api/charger/send-local-list", Open::Operators),
    ("post", "/api/charger/set-charging-profile", Open::Operators),
    (
        "post",
        "/api/charger/clear-charging-profile",
        Open::Operators,
    ),
    (
        "post",
        "/api/charger/get-composite-schedule",
        Open::Operators,
    ),
    ("post", "/api/charger/commands", Open::Operators),
    ("get", "/api/charger/commands/{id}", Open::Viewers),
    ("get", "/api/live", Open::All),
    ("get", "/health/live", Open::All),
    ("get", "/health/ready", Open::All),
    ("get", "/metrics", Open::Admins),
];
