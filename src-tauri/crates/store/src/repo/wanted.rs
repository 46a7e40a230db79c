//! Lists as a screen asks for them: a text to search for, an order, a page. One text of SQL for the rows and
//! for their number. Not for which columns a table can be sorted by: its own file says that.

use super::Slice;

/// The orders a list can come in: the name outside, the column inside.
pub type Sorts = &'static [(&'static str, &'static str)];

/// What is wanted of a list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Only rows that hold this text, whatever its case.
    pub search: Option<String>,
    /// The order; `None`: the table's own.
    pub order: Option<Order>,
    /// Which of the rows.
    pub slice: Slice,
}

/// An order a list can come in. Equal rows come by id, so that pages never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    column: &'static str,
    descending: bool,
}

impl Order {
    /// Reads `name` or `-name`; `None` where the list has no such order.
    pub fn read(text: &str, sorts: Sorts) -> Option<Self> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let (_, column) = sorts.iter().find(|(known, _)| *known == name)?;
        Some(Self { column, descending })
    }
}

impl From<Slice> for Wanted {
    fn from(slice: Slice) -> Self {
        Self {
            search: None,
            order: None,
            slice,
        }
    }
}

impl Wanted {
    pub(super) fn pattern(&self) -> Option<String> {
        self.search.as_deref().map(super::like)
    }

    /// The ORDER BY. Rows without a value come last, whichever way: the engines disagree by themselves.
    pub(super) fn order_by(&self, own: &str) -> String {
        match self.order {
            None => own.to_owned(),
            Some(Order { column, descending }) => {
                let way = if descending { "DESC" } else { "ASC" };
                format!("{column} {way} NULLS LAST, id {way}")
            }
        }
    }
}

/// A page of rows and how many there are in all: `page!(conn, Row, "table", "WHERE…", wanted, "own order", [binds])`.
/// `columns => "table"` names the columns where there are more than the table's.
/// The conditions use `$1`, `$2` … in the order of the binds.
macro_rules! page {
    ($conn:expr, $row:ty, $table:literal, $($rest:tt)*) => {
        $crate::repo::page!($conn, $row, "*" => $table, $($rest)*)
    };
    ($conn:expr, $row:ty, $columns:expr => $table:literal, $matches:expr, $wanted:expr, $own:literal, [$($bind:expr),* $(,)?]) => {{
        let wanted: &$crate::repo::Wanted = $wanted;
        let matches = $matches;
        let binds: &[&str] = &[$(stringify!($bind)),*];
        let rows: Vec<$row> = $crate::conn::on!($conn, |c| {
            sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "SELECT {} FROM {} WHERE {matches} ORDER BY {} LIMIT ${} OFFSET ${}",
                $columns,
                $table,
                wanted.order_by($own),
                binds.len() + 1,
                binds.len() + 2
            )))
            $(.bind($bind))*
            .bind(wanted.slice.limit)
            .bind(wanted.slice.offset)
            .fetch_all(c)
            .await
        })?;
        let total: i64 = $crate::conn::on!($conn, |c| {
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "SELECT COUNT(*) FROM {} WHERE {matches}",
                $table
            )))
            $(.bind($bind))*
            .fetch_one(c)
            .await
        })?;
        let items = rows.into_iter().map(<$row>::read).collect::<Result<_, $crate::StoreError>>()?;
        $crate::repo::Page { items, total }
    }};
}
pub(super) use page;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_order_of_the_list_is_read() {
        const SORTS: Sorts = &[("name", "name"), ("createdAt", "created_at")];
        let sql = |text: &str| {
            let order = Order::read(text, SORTS)?;
            let slice = Slice {
                limit: 1,
                offset: 0,
            };
            let wanted = Wanted {
                order: Some(order),
                ..slice.into()
            };
            Some(wanted.order_by("own"))
        };
        for (text, expect) in [
            ("name", Some("name ASC NULLS LAST, id ASC")),
            ("-createdAt", Some("created_at DESC NULLS LAST, id DESC")),
            ("created_at", None),
            ("--name", None),
            ("", None),
            ("name; DROP TABLE station", None),
        ] {
            assert_eq!(sql(text).as_deref(), expect, "{text:?}");
        }
    }
}
