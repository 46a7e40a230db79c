//! THE error codes: the closed list that REST, Socket.IO and the pages branch on.

/// An error code. Its text, HTTP status and title are all decided here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A parameter of the path or query is not of its form.
    RequestInvalidParameter,
    /// The body is not JSON of the expected shape.
    RequestInvalidJson,
    /// No token, or one that is not known.
    AuthRequired,
    /// Wrong address or password.
    AuthInvalidCredentials,
    /// The token has ended.
    AuthExpired,
    /// The Host header names no address of this gateway.
    RequestHostRefused,
    /// The Origin header names a page that is not ours.
    RequestOriginRefused,
    /// Nothing there.
    ResourceNotFound,
    /// The charge has no receipt: it is not billed yet, or cost nothing.
    ReceiptNotReady,
    /// The method is not one of the route's.
    RequestMethod,
    /// Older events than the log still has: fetch a snapshot.
    LiveGap,
    /// There is an operator: nobody sets the site up any more.
    SetupDone,
    /// The body is larger than allowed.
    RequestTooLarge,
    /// The body is not `application/json`.
    RequestMediaType,
    /// A field or parameter is outside its bounds; `errors` names each.
    RequestValidation,
    /// Too many requests of one kind from one place: wait.
    RequestRateLimited,
    /// Too many wrong passwords: wait.
    AuthTooManyAttempts,
    /// Signed in, and not allowed to do that.
    AuthForbidden,
    /// A request that may be repeated came without its key.
    IdempotencyMissing,
    /// The same key, another body.
    IdempotencyReused,
    /// A twin of this request is not answered yet.
    IdempotencyInProgress,
    /// It clashes with what is there.
    ResourceConflict,
    /// Somebody charges there, or is about to.
    ConnectorBusy,
    /// Out of order, switched off or not connected.
    ConnectorUnavailable,
    /// The customer charges elsewhere already.
    AlreadyActive,
    /// There is nothing to stop.
    NotActive,
    /// Another price than the one that was shown.
    PriceChanged,
    /// What a guest paid came when nobody stood there any more.
    PaidTooLate,
    /// The account has too little money; `missing` says how much.
    InsufficientFunds,
    /// The books do not add up, and no money moves until they do.
    WalletFrozen,
    /// There is no socket to send a command over.
    ChargerOffline,
    /// Not an action of the version it speaks.
    CommandUnsupported,
    /// Refused by the action's schema.
    CommandPayloadInvalid,
    /// A fault of ours.
    ServerInternal,
    /// Not now: starting, stopping or the database is away.
    ServerUnavailable,
    /// A room this reader may not join (Socket.IO and IPC only).
    LiveRoomRefused,
}

impl Code {
    /// Every code built so far.
    pub const ALL: &[Self] = &[
        Self::RequestInvalidParameter,
        Self::RequestInvalidJson,
        Self::AuthRequired,
        Self::AuthInvalidCredentials,
        Self::AuthExpired,
        Self::RequestHostRefused,
        Self::RequestOriginRefused,
        Self::ResourceNotFound,
        Self::ReceiptNotReady,
        Self::RequestMethod,
        Self::LiveGap,
        Self::SetupDone,
        Self::RequestTooLarge,
        Self::RequestMediaType,
        Self::RequestValidation,
        Self::RequestRateLimited,
        Self::AuthTooManyAttempts,
        Self::AuthForbidden,
        Self::IdempotencyMissing,
        Self::IdempotencyReused,
        Self::IdempotencyInProgress,
        Self::ResourceConflict,
        Self::ConnectorBusy,
        Self::ConnectorUnavailable,
        Self::AlreadyActive,
        Self::NotActive,
        Self::PriceChanged,
        Self::PaidTooLate,
        Self::InsufficientFunds,
        Self::WalletFrozen,
        Self::ChargerOffline,
        Self::CommandUnsupported,
        Self::CommandPayloadInvalid,
        Self::ServerInternal,
        Self::ServerUnavailable,
        Self::LiveRoomRefused,
    ];

    /// The text that stands in `code`.
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The HTTP status it travels under.
    pub const fn status(self) -> u16 {
        self.facts().1
    }

    /// The title for people who read the raw answer.
    pub const fn title(self) -> &'static str {
        self.facts().2
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one line or three for each code of the list"
    )]
    const fn facts(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::RequestInvalidParameter => (
                "request.invalid_parameter",
                400,
                "A parameter is not of its form",
            ),
            Self::RequestInvalidJson => (
                "request.invalid_json",
                400,
                "The body is not the JSON expected here",
            ),
            Self::AuthRequired => ("auth.required", 401, "Sign in first"),
            Self::AuthInvalidCredentials => (
                "auth.invalid_credentials",
                401,
                "Wrong e-mail address or password",
            ),
            Self::AuthExpired => ("auth.expired", 401, "The sign-in has ended"),
            Self::RequestHostRefused => (
                "request.host_refused",
                403,
                "This gateway does not answer to that host name",
            ),
            Self::RequestOriginRefused => (
                "request.origin_refused",
                403,
                "That page may not call this gateway",
            ),
            Self::ResourceNotFound => ("resource.not_found", 404, "Nothing is there"),
            Self::ReceiptNotReady => ("receipt.not_ready", 404, "There is no receipt, or not yet"),
            Self::RequestMethod => ("request.method", 405, "That method is not allowed here"),
            Self::LiveGap => ("live.gap", 410, "Those events are gone; fetch a snapshot"),
            Self::SetupDone => ("setup.done", 410, "The site is set up; sign in"),
            Self::RequestTooLarge => ("request.too_large", 413, "The body is too large"),
            Self::RequestMediaType => (
                "request.media_type",
                415,
                "The body must be application/json",
            ),
            Self::RequestValidation => (
                "request.validation",
                422,
                "Something in the request is outside its bounds",
            ),
            Self::RequestRateLimited => ("request.rate_limited", 429, "Too many requests; wait"),
            Self::AuthTooManyAttempts => ("auth.too_many_attempts", 429, "Too many attempts; wait"),
            Self::AuthForbidden => ("auth.forbidden", 403, "That is not open to this account"),
            Self::IdempotencyMissing => (
                "idempotency.missing",
                400,
                "The header Idempotency-Key is missing",
            ),
            Self::IdempotencyReused => (
                "idempotency.reused",
                409,
                "That Idempotency-Key stands for another request",
            ),
            Self::IdempotencyInProgress => (
                "idempotency.in_progress",
                409,
                "The same request is still being worked on",
            ),
            Self::ResourceConflict => (
                "resource.conflict",
                409,
                "Something of that kind is there already",
            ),
            Self::ConnectorBusy => ("charging.connector_busy", 409, "That connector is in use"),
            Self::ConnectorUnavailable => (
                "charging.connector_unavailable",
                409,
                "That connector cannot be used now",
            ),
            Self::AlreadyActive => (
                "charging.already_active",
                409,
                "A charge is running already",
            ),
            Self::NotActive => ("charging.not_active", 409, "That charge is not running"),
            Self::PriceChanged => (
                "charging.price_changed",
                409,
                "The price has changed since it was shown",
            ),
            Self::PaidTooLate => (
                "charging.paid_too_late",
                409,
                "The payment came too late to begin a charge",
            ),
            Self::InsufficientFunds => (
                "wallet.insufficient_funds",
                402,
                "There is too little money in the account",
            ),
            Self::WalletFrozen => ("wallet.frozen", 503, "No money can be moved right now"),
            Self::ChargerOffline => (
                "command.charger_offline",
                409,
                "The charger is not connected",
            ),
            Self::CommandUnsupported => (
                "command.unsupported",
                422,
                "The charger's OCPP version has no such action",
            ),
            Self::CommandPayloadInvalid => (
                "command.payload_invalid",
                422,
                "The payload does not fit the action",
            ),
            Self::ServerInternal => ("server.internal", 500, "Something failed here"),
            Self::ServerUnavailable => ("server.unavailable", 503, "Not available right now"),
            Self::LiveRoomRefused => (
                "live.room_refused",
                403,
                "That room is not open to this reader",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_text_and_an_error_status() {
        let texts: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len(), "two codes share a text");
        assert!(
            Code::ALL
                .iter()
                .all(|code| (400..600).contains(&code.status()))
        );
    }
}
