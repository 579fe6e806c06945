//! Columns as values of the model.

use aurora_team::wire::Vote;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::people::nothing;
use crate::model::VoteKey;
use crate::repo::RepoError;

/// The column `at`.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T, RepoError> {
    row.try_get(at).map_err(|_| nothing())
}

/// The column `at`, 32 bytes.
pub(super) fn key32(row: &Row, at: usize) -> Result<[u8; 32], RepoError> {
    get::<&[u8]>(row, at)?.try_into().map_err(|_| nothing())
}

/// The column `at`, a number that the schema keeps within the range of the model's smaller type.
pub(super) fn small<'a, S: FromSql<'a>, T: TryFrom<S>>(row: &'a Row, at: usize) -> Result<T, RepoError> {
    T::try_from(get::<S>(row, at)?).map_err(|_| nothing())
}

/// The key of the columns domain, grp, cell, action from `at` on.
pub(super) fn key_of(row: &Row, at: usize) -> Result<VoteKey, RepoError> {
    Ok(VoteKey {
        domain: small::<i16, _>(row, at)?,
        group: small::<i32, _>(row, at + 1)?,
        cell: small::<i16, _>(row, at + 2)?,
        action: small::<i32, _>(row, at + 3)?,
    })
}

/// The vote of the columns domain, grp, cell, action, yes from `at` on.
pub(super) fn vote_of(row: &Row, at: usize) -> Result<Vote, RepoError> {
    Ok(key_of(row, at)?.vote(get(row, at + 4)?))
}

/// Keys as the arrays that a statement takes: `unnest($1, $2, $3, $4)`.
pub(super) struct Keys {
    pub(super) domains: Vec<i16>,
    pub(super) groups: Vec<i32>,
    pub(super) cells: Vec<i16>,
    pub(super) actions: Vec<i32>,
}

impl FromIterator<VoteKey> for Keys {
    fn from_iter<I: IntoIterator<Item = VoteKey>>(keys: I) -> Self {
        let mut arrays =
            Self { domains: Vec::new(), groups: Vec::new(), cells: Vec::new(), actions: Vec::new() };
        for key in keys {
            arrays.domains.push(key.domain.into());
            arrays.groups.push(key.group.into());
            arrays.cells.push(key.cell.into());
            arrays.actions.push(key.action.into());
        }
        arrays
    }
}
