//! Lists: `?page=1&limit=20` in, `{items, page, limit, total}` out.

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::request::Parts;
use domain::Code;
use serde::{Deserialize, Serialize};
use store::repo::Slice;
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// Which page of a list.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// From 1.
    #[serde(default = "first")]
    #[param(default = 1, minimum = 1)]
    page: i64,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[param(default = 20, minimum = 1, maximum = 100)]
    limit: i64,
}

const fn first() -> i64 {
    1
}

const fn twenty() -> i64 {
    20
}

impl Paging {
    pub(super) fn slice(self) -> Slice {
        Slice {
            limit: self.limit,
            offset: (self.page - 1).saturating_mul(self.limit),
        }
    }

    /// The page that was asked for.
    pub(super) fn page<T>(self, items: Vec<T>, total: i64) -> Listed<T> {
        Listed {
            items,
            page: self.page,
            limit: self.limit,
            total,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(paging) = Query::<Self>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| {
                Problem::new(Code::RequestInvalidParameter, rejection.body_text())
            })?;
        if !(1..=100).contains(&paging.limit) {
            return Err(Problem::out_of_bounds("limit", "limit is 1 to 100."));
        }
        if paging.page < 1 {
            return Err(Problem::out_of_bounds("page", "page is 1 or more."));
        }
        Ok(paging)
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Listed<T> {
    /// The objects.
    items: Vec<T>,
    /// Which page.
    page: i64,
    /// How many a page holds at most.
    limit: i64,
    /// How many there are in all.
    total: i64,
}

impl<T> Listed<T> {
    /// A list that is never paged.
    pub(super) fn whole(items: Vec<T>) -> Self {
        let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
        Self {
            items,
            page: 1,
            limit: total,
            total,
        }
    }
}
