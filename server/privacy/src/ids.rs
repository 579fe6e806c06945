//! Ids: closed numbers and keyed hashes, the only names by which anything is known at rest.

/// Catalogue number of what can be asked about or wanted; never reused. Checks 1–998, "this value is wrong" where no
/// check has fired 999, leave-as-is 1000,
/// transforms 1001–1999, roles 2000–2008, dialects chosen by hand from 3000.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ActionId(pub u16);

/// Keyed hash of a domain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct DomainId(pub i64);

/// Group of header names in the shipped dictionary; 0 is "other or not known".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct NameGroup(pub u16);

/// Keyed hash of a header (digits counted as equal), 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NameHash(pub [u8; 8]);

/// Keyed hash of what makes a file itself through all its versions: its canonical path or its dataset id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct LineageTag(pub [u8; 16]);

/// A column of a lineage.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ColumnPlace {
    /// The file through its versions.
    pub lineage: LineageTag,
    /// Position of the column, from 0.
    pub column: u32,
}

/// Days since 1970-01-01 (UTC); events never carry a time.
pub type Day = i32;

/// A spent piece of privacy budget; a draw is found by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LedgerId(pub i64);

/// Declares an enum whose discriminants are the numbers at rest.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$case_doc])* $case,)+ }

        impl $name {
            /// All, in the order of their numbers at rest.
            pub const ALL: &[Self] = &[$(Self::$case),+];

            /// The word of the protocol and the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }

            /// The one called `word`.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }

            /// The one whose number at rest is `number`.
            pub fn from_number(number: i64) -> Option<Self> {
                usize::try_from(number).ok().and_then(|at| Self::ALL.get(at).copied())
            }
        }
    };
}

numbered! {
    /// What a correction is about.
    Target {
        /// What the column is.
        Role = "role",
        /// What to do with it.
        Transform = "transform",
        /// Whether to report.
        Check = "check",
        /// Whether a value is wrong.
        Value = "value",
    }
}

numbered! {
    /// What the person did.
    Kind {
        /// Took it. Of a value: it is wrong.
        Accept = "accept",
        /// Refused it. Of a value: it is right.
        Dismiss = "dismiss",
        /// Wanted something else.
        Override = "override",
        /// Took an accepted edit back.
        Undo = "undo",
        /// Did by hand what a transform does, and confirmed it.
        Manual = "manual",
    }
}

numbered! {
    /// How far an answer reaches.
    Scope {
        /// This column of this file.
        Column = "column",
        /// Columns like this.
        Alike = "alike",
        /// Everywhere.
        All = "all",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro makes the other enums too, which have no default")]
impl Default for Scope {
    fn default() -> Self {
        Self::Alike
    }
}

numbered! {
    /// What a person decided about a rule as a whole.
    Verdict {
        /// It has no vote.
        Disabled = "disabled",
        /// It was brought in from elsewhere and counts as [`IMPORTED_VOTES`] accepts.
        Imported = "imported",
        /// It is judged by its answers again.
        Enabled = "enabled",
        /// It was brought in from elsewhere, and has no vote.
        ImportedDisabled = "imported, disabled",
    }
}

impl Verdict {
    /// Whether it leaves the rule no vote.
    pub fn is_disabled(self) -> bool {
        matches!(self, Self::Disabled | Self::ImportedDisabled)
    }

    /// Whether the rule was brought in from elsewhere.
    pub fn is_imported(self) -> bool {
        matches!(self, Self::Imported | Self::ImportedDisabled)
    }

    /// What holds when this is decided after `earlier`: that a rule was brought in and that it is switched off are
    /// apart. Neither does switching it off and on again take away what was brought in, nor does bringing it in switch it
    /// on.
    pub fn after(self, earlier: Option<Self>) -> Self {
        let (was_imported, was_disabled) =
            earlier.map_or((false, false), |earlier| (earlier.is_imported(), earlier.is_disabled()));
        match self {
            Self::Disabled if was_imported => Self::ImportedDisabled,
            Self::Enabled if was_imported => Self::Imported,
            Self::Imported if was_disabled => Self::ImportedDisabled,
            decided => decided,
        }
    }
}

/// How many accepts an imported rule stands for.
pub const IMPORTED_VOTES: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brought_in_and_switched_off_are_apart() {
        use Verdict::{Disabled, Enabled, Imported, ImportedDisabled};
        let all = |decided: &[Verdict]| decided.iter().fold(None, |earlier, one| Some(one.after(earlier)));
        assert_eq!(all(&[Disabled]), Some(Disabled));
        assert_eq!(all(&[Disabled, Enabled]), Some(Enabled));
        assert_eq!(all(&[Imported, Disabled]), Some(ImportedDisabled));
        assert_eq!(all(&[Imported, Disabled, Enabled]), Some(Imported));
        assert_eq!(all(&[Disabled, Imported]), Some(ImportedDisabled));
        assert_eq!(all(&[Imported, Disabled, Imported, Disabled]), Some(ImportedDisabled));
        assert_eq!(all(&[Enabled, Imported, Imported]), Some(Imported));
    }
}
