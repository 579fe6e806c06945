//! Learning: what the person did becomes belief, and belief becomes rules that can be read.
//!
//! The one entrance is [`rebuild`]: beliefs, rules, rule log and curve are a function of what is at rest
//! (answers, draws, choices) and of nothing else. A running session may lay exact cells over its own answers.

pub mod belief;
pub mod correction;
pub mod curve;
pub mod learned;
pub mod level;
pub mod lifecycle;
pub mod look;
pub mod name_group;
pub mod preference;
mod role_model;
pub mod roles;
pub mod rule;
mod rule_number;
pub mod store;
pub mod team;
pub mod value_belief;
pub mod value_look;
pub mod wording;

pub use belief::{Belief, Beliefs, Step, Switch};
pub use correction::{
    ActionId, ColumnKey, ColumnPlace, Contest, Correction, Day, DomainId, Kind, LineageTag, NameGroup,
    NameHash, Scope, Target, Verdict,
};
pub use curve::{Curve, CurveDay};
pub use learned::{AtRest, Draw, Learned, Overlay, StoredAnswer, rebuild};
pub use level::{Level, NodeKey};
pub use lifecycle::{Life, Tier};
pub use look::Look;
pub use rule::{Rule, RuleChange, RuleKey};
pub use store::{Derived, Store};
pub use team::{TeamPrior, TeamPriors, TeamStep};
pub use value_look::{ValueCounts, ValueLook};
