//! `unify-booleans`

use crate::checks::mixed_booleans::{SYSTEMS, systems};
use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes yes and no in one way.
    ///
    /// # What it does
    /// `Y/N`, `yes/no`, `true/false`, `1/0` in one column become the pair that is most frequent, in its
    /// own case.
    ///
    /// # Example
    /// ```csv
    /// paid,n
    /// yes,1
    /// no,2
    /// Y,3
    /// yes,4
    /// N,5
    /// ```
    /// ```csv
    /// paid,n
    /// yes,1
    /// no,2
    /// yes,3
    /// yes,4
    /// no,5
    /// ```
    ///
    /// # When not to use it
    /// Where 0 and 1 are counts.
    pub struct UnifyBooleans;
}

static META: TransformMeta = TransformMeta {
    code: "unify-booleans",
    number: 1142,
    class: FixClass::Safe,
    idempotent: true,
    docs: UnifyBooleans::DOCS,
};

impl Transform for UnifyBooleans {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let counts = systems(column)?;
        let best = (0..SYSTEMS.len()).rev().max_by_key(|&at| counts[at])?;
        let written = |at: usize| {
            let word = SYSTEMS[best][at];
            column
                .profile
                .top
                .iter()
                .map(|count| count.value.trim())
                .find(|value| value.eq_ignore_ascii_case(word))
                .unwrap_or(word)
                .to_owned()
        };
        let pair = [written(0), written(1)];
        let title = format!("Write {} as {} and {}", column.called(), pair[0], pair[1]);
        let parameters = vec![("true", pair[0].clone()), ("false", pair[1].clone())];
        let write = move |_: u64, value: &str| {
            let value = value.trim();
            let at = SYSTEMS
                .iter()
                .find_map(|system| system.iter().position(|word| word.eq_ignore_ascii_case(value)))?;
            (!pair[at].eq_ignore_ascii_case(value)).then(|| pair[at].clone())
        };
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn sexes_are_no_booleans() {
        assert!(!Sample::new("sex,n\nm,1\nf,2\nm,3\n").offers("unify-booleans"));
    }
}
