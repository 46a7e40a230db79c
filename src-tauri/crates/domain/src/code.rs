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
    /// Signed in, and not allowed to.
    AuthForbidden,
    /// The Host header names no address of this gateway.
    RequestHostRefused,
    /// The Origin header names a page that is not ours.
    RequestOriginRefused,
    /// Nothing there.
    ResourceNotFound,
    /// The method is not one of the route's.
    RequestMethod,
    /// Older events than the log still has: fetch a snapshot.
    LiveGap,
    /// The body is larger than allowed.
    RequestTooLarge,
    /// The body is not `application/json`.
    RequestMediaType,
    /// A field or parameter is outside its bounds; `errors` names each.
    RequestValidation,
    /// Too many wrong passwords: wait.
    AuthTooManyAttempts,
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
        Self::AuthForbidden,
        Self::RequestHostRefused,
        Self::RequestOriginRefused,
        Self::ResourceNotFound,
        Self::RequestMethod,
        Self::LiveGap,
        Self::RequestTooLarge,
        Self::RequestMediaType,
        Self::RequestValidation,
        Self::AuthTooManyAttempts,
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
            Self::AuthForbidden => ("auth.forbidden", 403, "Not allowed with this sign-in"),
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
            Self::RequestMethod => ("request.method", 405, "That method is not allowed here"),
            Self::LiveGap => ("live.gap", 410, "Those events are gone; fetch a snapshot"),
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
            Self::AuthTooManyAttempts => ("auth.too_many_attempts", 429, "Too many attempts; wait"),
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
