//! What a person did with a recommendation.

use aurora_privacy::{Answer, LedgerId, LiveCell};

use crate::{Look, ValueLook, value_belief};

pub use aurora_privacy::{
    ActionId, ColumnPlace, Day, DomainId, Kind, LineageTag, NameGroup, NameHash, Scope, Target, Verdict,
};

/// The catalogue number of "leave the column as it is".
pub const LEAVE_AS_IS: ActionId = ActionId(1000);

/// The catalogue number of the first role; the nine follow in the order of `aurora_profile::Role::ALL`.
pub const FIRST_ROLE: u16 = 2000;

/// Where a column stands among the beliefs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct ColumnKey {
    /// The domain of its file.
    pub domain: DomainId,
    /// The group of its name.
    pub group: NameGroup,
    /// Its exact name, keyed; `None` when the header is not certain.
    pub name: Option<NameHash>,
    /// Its exact buckets (memory only), or the drawn ones of a column known from rest.
    pub cell: Option<LiveCell>,
    /// The column itself; `None` when the file has no name yet.
    pub place: Option<ColumnPlace>,
    /// The role that the built-in guess alone would give it; memory only. At rest the question stands for it.
    pub guess: Option<ActionId>,
    /// What it looks like; memory only.
    pub look: Option<Look>,
    /// What the value asked about looks like; memory only.
    pub value: Option<ValueLook>,
    /// What would have been recommended for it without any answer, and what was; memory only.
    pub contest: Option<Contest>,
}

/// The built-in recommendation for a column against the learned one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Contest {
    /// First by the built-in priors.
    pub built_in: ActionId,
    /// First by what is believed.
    pub learned: ActionId,
}

/// One answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Correction {
    /// Days since 1970-01-01.
    pub day: Day,
    /// The column.
    pub key: ColumnKey,
    /// What it is about.
    pub target: Target,
    /// The action asked about.
    pub asked: ActionId,
    /// What the person did.
    pub kind: Kind,
    /// How far it reaches.
    pub scope: Scope,
    /// What the person wanted instead (override, manual).
    pub wanted: Option<ActionId>,
}

impl Correction {
    /// The answer as it rests: the exact cell stays behind, a draw is found through `ledger`.
    pub fn at_rest(&self, ledger: Option<LedgerId>) -> Answer {
        Answer {
            day: self.day,
            place: self.key.place,
            domain: self.key.domain,
            group: self.key.group,
            name: self.key.name,
            ledger,
            target: self.target,
            asked: self.asked,
            kind: self.kind,
            scope: self.scope,
            wanted: self.wanted,
        }
    }

    /// The correction behind an answer at rest, with the cell that was drawn for its column.
    pub fn from_rest(answer: &Answer, cell: Option<LiveCell>) -> Self {
        Self {
            day: answer.day,
            key: ColumnKey {
                domain: answer.domain,
                group: answer.group,
                name: answer.name,
                cell,
                place: answer.place,
                guess: None,
                look: None,
                value: None,
                contest: None,
            },
            target: answer.target,
            asked: answer.asked,
            kind: answer.kind,
            scope: answer.scope,
            wanted: answer.wanted,
        }
    }

    /// The action asked about, as it is called among the beliefs.
    pub fn believed(&self) -> ActionId {
        if self.target == Target::Value { value_belief::flags_of(self.asked) } else { self.asked }
    }

    /// Whether it takes an earlier yes to `action` back.
    pub(crate) fn takes_back(&self, action: ActionId) -> bool {
        self.kind == Kind::Undo && action == self.believed()
    }

    /// What it says of each action: true for "wanted". The asked action comes first.
    ///
    /// accept: yes to a. dismiss: no to a. override: no to a, yes to a'. undo: the earlier yes is retracted and
    /// a no takes its place. manual: yes to a', and no to a if another a was showing.
    pub fn votes(&self) -> impl Iterator<Item = (ActionId, bool)> {
        let told = self.wanted.filter(|&wanted| wanted != self.asked);
        let asked = match self.kind {
            Kind::Accept => Some(true),
            Kind::Dismiss | Kind::Undo => Some(false),
            Kind::Override => told.map(|_| false),
            Kind::Manual => Some(told.is_none()),
        };
        let wanted = match self.kind {
            Kind::Override | Kind::Manual => told,
            Kind::Accept | Kind::Dismiss | Kind::Undo => None,
        };
        asked.map(|yes| (self.believed(), yes)).into_iter().chain(wanted.map(|wanted| (wanted, true)))
    }
}
