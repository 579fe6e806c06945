//! Lists by number, a page at a time.

use aurora_team::admin::PageOf;
use serde::Deserialize;

use crate::problem::Problem;
use crate::repo::Page;

/// Which page is wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only what has a greater number: `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0)]
    after: Option<i64>,
    /// At most so many.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl Wanted {
    /// The page, 50 rows where no number is given.
    pub(super) fn page(&self) -> Result<Page, Problem> {
        let (after, limit) = (self.after.unwrap_or(0), self.limit.unwrap_or(50));
        if after < 0 || !(1..=200).contains(&limit) {
            return Err(Problem::bad("bad-query", "after must be 0 or more, limit 1 to 200"));
        }
        Ok(Page { after, limit })
    }
}

/// Rows as a page: a full one has a next, which may be empty.
pub(super) fn page_of<R, T>(
    page: Page,
    rows: Vec<R>,
    id: impl Fn(&R) -> i64,
    item: impl Fn(R) -> T,
) -> PageOf<T> {
    let is_full = rows.len() >= page.limit as usize;
    let next = rows.last().filter(|_| is_full).map(id);
    PageOf { items: rows.into_iter().map(item).collect(), next }
}
