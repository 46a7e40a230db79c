//! The operator's desk over REST, a file per area. Viewers look, operators and admins act, admins alone manage
//! users. Whom an organisation's users may call says the handler: `ScopedViewer`, `ScopedActing`; nothing else lets them in.

pub(super) mod account;
pub(super) mod alerts;
pub(super) mod audit;
pub(super) mod customers;
pub(super) mod dashboard;
pub(super) mod exports;
pub(super) mod id_tokens;
pub(super) mod messages;
pub(super) mod money;
pub(super) mod organizations;
pub(super) mod points;
mod rates;
pub(super) mod sessions;
pub(super) mod settings;
pub(super) mod shifts;
pub(super) mod statements;
pub(super) mod stations;
pub(super) mod tariffs;
pub(super) mod topups;
pub(super) mod unknown;
pub(super) mod update;
pub(super) mod users;
pub(super) mod weigh;

use std::str::FromStr;

use domain::{AccessTokenId, Code};

use super::Api;
use super::problem::Problem;

/// The longest name of anything.
const NAME: (usize, usize) = (1, 100);

/// The id in a path. What is no id is nobody's.
fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Code::ResourceNotFound.into())
}

/// The id in a query.
fn filter_id<T: FromStr>(name: &str, text: Option<&str>) -> Result<Option<T>, Problem> {
    let read = |text: &str| {
        let fault = || Problem::new(Code::RequestInvalidParameter, format!("{name} is no id."));
        text.parse().map_err(|_| fault())
    };
    text.map(read).transpose()
}

/// The word in a query.
fn filter_word<T>(
    name: &str,
    text: Option<&str>,
    from_word: fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let read = |text: &str| {
        let detail = format!("{name} is no word of its list.");
        from_word(text).ok_or_else(|| Problem::new(Code::RequestInvalidParameter, detail))
    };
    text.map(read).transpose()
}

/// Closes the live connections of sign-ins that ended.
fn end(api: &Api, ended: &[AccessTokenId]) {
    for token in ended {
        api.hub.revoke(*token);
    }
}

/// Describes bodies in the OpenAPI; `Fields` reads them, so that every fault is named at its place.
macro_rules! bodies {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(utoipa::ToSchema)]
        #[schema(rename_all = "camelCase")]
        #[expect(dead_code, reason = "it describes a body that is read field by field")]
        pub(in crate::api) struct $name {
            $($(#[$fdoc])* $field: $kind,)*
        }
    )*};
}
pub(super) use bodies;
