//! Lists: `?page=1&limit=20&search=&sort=-name` in, `{items, page, limit, total}` out.

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::request::Parts;
use domain::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::repo::{Order, Slice, Sorts, Wanted};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// The longest text that is searched for, characters.
const LONGEST_SEARCH: usize = 100;

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

/// Reads a query, or says which parameter is not of its form.
pub(super) fn query<T: DeserializeOwned>(parts: &Parts) -> Result<T, Problem> {
    let Query(read) = Query::try_from_uri(&parts.uri)
        .map_err(|rejection| Problem::new(Code::RequestInvalidParameter, rejection.body_text()))?;
    Ok(read)
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let paging: Self = query(parts)?;
        if !(1..=100).contains(&paging.limit) {
            return Err(Problem::out_of_bounds("limit", "limit is 1 to 100."));
        }
        if paging.page < 1 {
            return Err(Problem::out_of_bounds("page", "page is 1 or more."));
        }
        Ok(paging)
    }
}

/// The filters of a list, read like the rest of the query.
pub(super) struct Filters<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        query(parts).map(Self)
    }
}

/// What a list is searched for, and its order.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Only rows that hold this text, whatever its case; 100 characters at most.
    search: Option<String>,
    /// A field to sort by, such as `createdAt`; `-createdAt` turns it round.
    sort: Option<String>,
}

/// Which page of which rows in which order.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    paging: Paging,
    search: Search,
}

impl<S: Send + Sync> FromRequestParts<S> for Listing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let paging = Paging::from_request_parts(parts, state).await?;
        let search: Search = query(parts)?;
        if let Some(text) = &search.search {
            if text.chars().count() > LONGEST_SEARCH {
                let detail = "search has 100 characters at most.";
                return Err(Problem::out_of_bounds("search", detail));
            }
            if text.contains(char::is_control) {
                let detail = "search holds a control character.";
                return Err(Problem::new(Code::RequestInvalidParameter, detail));
            }
        }
        Ok(Self { paging, search })
    }
}

impl From<Paging> for Listing {
    /// Everything in its own order.
    fn from(paging: Paging) -> Self {
        let search = Search {
            search: None,
            sort: None,
        };
        Self { paging, search }
    }
}

impl Listing {
    /// What that means for a table with these orders.
    pub(super) fn wanted(&self, sorts: Sorts) -> Result<Wanted, Problem> {
        let order = match self.search.sort.as_deref() {
            None | Some("") => None,
            Some(text) => Some(Order::read(text, sorts).ok_or_else(|| unsorted(sorts))?),
        };
        let search = self.search.search.as_deref().map(str::trim);
        Ok(Wanted {
            search: search.filter(|text| !text.is_empty()).map(str::to_owned),
            order,
            slice: self.paging.slice(),
        })
    }

    /// The page that was asked for.
    pub(super) fn page<T>(&self, items: Vec<T>, total: i64) -> Listed<T> {
        self.paging.page(items, total)
    }
}

fn unsorted(sorts: Sorts) -> Problem {
    let names: Vec<_> = sorts.iter().map(|(name, _)| *name).collect();
    Problem::new(
        Code::RequestInvalidParameter,
        format!(
            "sort is one of {}, each with or without a \"-\" before it.",
            names.join(", ")
        ),
    )
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

/// An object by its name, to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Choice {
    /// Its id.
    pub(super) id: String,
    /// The name to show.
    pub(super) name: String,
}

/// What there is to choose from: the first thousand by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Choices {
    /// By name.
    pub(super) items: Vec<Choice>,
}

/// The most a short list offers: who has more searches.
pub(super) const CHOICES: Slice = Slice {
    limit: 1_000,
    offset: 0,
};

impl Choices {
    /// A short list of what was found.
    pub(super) fn of<T>(found: Vec<T>, choice: impl Fn(T) -> (String, String)) -> Self {
        let items = found.into_iter().map(|one| {
            let (id, name) = choice(one);
            Choice { id, name }
        });
        Self {
            items: items.collect(),
        }
    }
}
