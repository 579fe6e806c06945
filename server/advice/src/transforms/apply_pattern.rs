//! `apply-pattern`

use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes codes in the form that nearly all of their column have.
    ///
    /// # What it does
    /// Where a value has the letters and digits of the common form but other signs between them, or the
    /// other case, it is written in the common form.
    ///
    /// # Example
    /// ```csv
    /// code,n
    /// AB-101,1
    /// AC-102,2
    /// AD103,3
    /// AE-104,4
    /// af-105,5
    /// AG-106,6
    /// ```
    /// ```csv
    /// code,n
    /// AB-101,1
    /// AC-102,2
    /// AD-103,3
    /// AE-104,4
    /// AF-105,5
    /// AG-106,6
    /// ```
    ///
    /// # When not to use it
    /// When the other form means something else.
    pub struct ApplyPattern;
}

static META: TransformMeta = TransformMeta {
    code: "apply-pattern",
    number: 1161,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ApplyPattern::DOCS,
};

impl Transform for ApplyPattern {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        let common = profile.shapes.first()?;
        let pattern = common.shape.exact();
        let coded = pattern.contains('9') && pattern.contains(['A', 'a']);
        if !coded || common.n * 10 < profile.n_present() * 6 || common.n == profile.n_present() {
            return None;
        }
        let title = format!("Write {} in the form {pattern}", column.called());
        let parameters = vec![("pattern", pattern.clone())];
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Replace(column.idx, Box::new(move |_, value| formed(value, &pattern))),
        })
    }
}
/// The letters and digits of `value` put into `pattern`, if they fit it one by one.
fn formed(value: &str, pattern: &str) -> Option<String> {
    let mut characters = value.chars().filter(|c| c.is_alphanumeric());
    let mut out = String::new();
    for class in pattern.chars() {
        match class {
            '9' => out.push(characters.next().filter(char::is_ascii_digit)?),
            'A' => out.extend(characters.next().filter(|c| c.is_alphabetic())?.to_uppercase()),
            'a' => out.extend(characters.next().filter(|c| c.is_alphabetic())?.to_lowercase()),
            other => out.push(other),
        }
    }
    characters.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn what_does_not_fit_stays() {
        assert_eq!(super::formed("AB12", "AA-99").as_deref(), Some("AB-12"));
        assert_eq!(super::formed("A-U12", "AA-99").as_deref(), Some("AU-12"));
        assert_eq!(super::formed("AB123", "AA-99"), None);
        assert!(!Sample::new("n,a\n12,x\n13,x\n").offers("apply-pattern"));
    }
}
