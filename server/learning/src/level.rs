//! What answers are gathered by: the levels of the back-off, and the node of a column at each.

use crate::correction::{FIRST_ROLE, LEAVE_AS_IS};
use crate::value_belief;
use crate::{ActionId, ColumnKey, ColumnPlace, DomainId, NameGroup, NameHash, roles};

/// The most answers about columns that look exactly alike that count.
pub(crate) const MAX_ALIKE: f64 = 5.0;

/// What answers are gathered by, from coarse to fine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Answers that were meant for everywhere.
    Everywhere,
    /// Columns whose names mean the same, in a domain.
    Group,
    /// Columns of a group with the same buckets.
    Cell,
    /// Columns whose role was guessed to be the same, in a domain.
    Guess,
    /// Columns of this name.
    Name,
    /// Columns that look like this one; memory only.
    Look,
    /// This very column.
    Column,
}

impl Level {
    /// All, from coarse to fine.
    pub const ALL: [Self; 7] =
        [Self::Everywhere, Self::Group, Self::Cell, Self::Guess, Self::Name, Self::Look, Self::Column];

    /// Whether answers about `action` are gathered by it.
    pub(crate) fn is_for(self, action: ActionId) -> bool {
        match self {
            Self::Group | Self::Cell => roles::role_of(action).is_none(),
            Self::Guess => roles::role_of(action).is_some(),
            Self::Look => roles::role_of(action).is_some() || is_transform(action),
            Self::Everywhere | Self::Name | Self::Column => true,
        }
    }

    /// How many answers about `action` the level before is worth. A quarter for levels where one answer must
    /// decide. Of roles, what lies between "everywhere" and "this column" is no mean of counts.
    pub fn kappa(self, action: ActionId) -> f64 {
        match value_belief::check_of(action) {
            // One value that is wrong says little of the others that no check has flagged.
            Some(value_belief::WRONG_VALUE) => return 30.0,
            // The values that were asked about are the doubtful ones: they say less of those that are not.
            Some(_) if matches!(self, Self::Cell | Self::Name) => return 3.0,
            Some(_) => return 9.0,
            None => {}
        }
        match self {
            Self::Group | Self::Guess => 3.0,
            // How well a transform serves is seen in other columns less surely than what they are.
            Self::Look => 3.0,
            Self::Cell | Self::Name => 1.0,
            Self::Everywhere | Self::Column => 0.25,
        }
    }

    /// The most answers about `action` that are remembered.
    pub fn cap(self, action: ActionId) -> f64 {
        match self {
            // A column has many values.
            Self::Everywhere | Self::Column if value_belief::check_of(action).is_some() => 20.0,
            Self::Group | Self::Guess => 40.0,
            Self::Look => MAX_ALIKE,
            Self::Cell | Self::Name => 20.0,
            // The last answer counts: whoever answers about one column again has changed their mind.
            Self::Everywhere | Self::Column => 1.0,
        }
    }
}

/// What a node is about, without its action.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum NodeKey {
    /// See [`Level::Everywhere`].
    Everywhere,
    /// See [`Level::Group`].
    Group(DomainId, NameGroup),
    /// See [`Level::Cell`]; the last is a cell's number.
    Cell(DomainId, NameGroup, u8),
    /// See [`Level::Guess`]; the last is the guessed role.
    Guess(DomainId, ActionId),
    /// See [`Level::Name`].
    Name(DomainId, NameHash),
    /// See [`Level::Column`].
    Column(ColumnPlace),
}

impl NodeKey {
    /// Its level.
    pub const fn level(self) -> Level {
        match self {
            Self::Everywhere => Level::Everywhere,
            Self::Group(..) => Level::Group,
            Self::Cell(..) => Level::Cell,
            Self::Guess(..) => Level::Guess,
            Self::Name(..) => Level::Name,
            Self::Column(_) => Level::Column,
        }
    }

    pub(crate) fn of(level: Level, key: &ColumnKey) -> Option<Self> {
        Some(match level {
            Level::Everywhere => Self::Everywhere,
            Level::Group => Self::Group(key.domain, key.group),
            Level::Cell => Self::Cell(key.domain, key.group, key.cell?.id()),
            Level::Guess => Self::Guess(key.domain, key.guess?),
            Level::Name => Self::Name(key.domain, key.name?),
            Level::Look => return None,
            Level::Column => Self::Column(key.place?),
        })
    }
}

/// Whether an action is one of the transforms, or leaving the column as it is.
pub(crate) fn is_transform(action: ActionId) -> bool {
    (LEAVE_AS_IS.0..FIRST_ROLE).contains(&action.0)
}
