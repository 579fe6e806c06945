//! `unify-null-tokens`

use crate::checks::mixed_null_tokens::spellings;
use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes all spellings of nothing in one way.
    ///
    /// # What it does
    /// Replaces every null token of the column by its most frequent one, or by the empty field if that
    /// occurs.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// N/A,Oslo
    /// null,Bern
    /// 41,Rome
    /// N/A,Oslo
    /// ```
    /// ```csv
    /// age,city
    /// 34,Rome
    /// N/A,Oslo
    /// N/A,Bern
    /// 41,Rome
    /// N/A,Oslo
    /// ```
    ///
    /// # When not to use it
    /// When the spellings mean different things.
    pub struct UnifyNullTokens;
}

static META: TransformMeta = TransformMeta {
    code: "unify-null-tokens",
    number: 1101,
    class: FixClass::Safe,
    idempotent: true,
    docs: UnifyNullTokens::DOCS,
};

impl Transform for UnifyNullTokens {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let tokens = spellings(column, false);
        let empty = column.profile.null_tokens.iter().any(|token| token.value.is_empty());
        if tokens.len() + usize::from(empty) < 2 {
            return None;
        }
        let to = if empty { String::new() } else { tokens[0].0.clone() };
        let others: Vec<_> =
            tokens.into_iter().map(|(token, _)| token).filter(|token| *token != to).collect();
        let shown = if to.is_empty() { "the empty field".to_owned() } else { format!("'{to}'") };
        let title = format!("Write every null of \"{}\" as {shown}", column.header.name);
        let parameters = vec![("to_replace", others.join(" ")), ("value", to.clone())];
        let replace =
            move |_: u64, value: &str| others.iter().any(|other| other == value.trim()).then(|| to.clone());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Replace(column.idx, Box::new(replace)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::Target;

    #[test]
    fn the_empty_field_wins_and_words_in_text_stay() {
        let sample = Sample::new("a,b\n1,x\n,x\nNA,None of them\nnull,None\n");
        let after = sample.after("unify-null-tokens", Target::Column(0)).unwrap();
        assert_eq!(after, "a,b\n1,x\n,x\n,None of them\n,None\n");
        assert_eq!(sample.after("unify-null-tokens", Target::Column(1)), None);
    }
}
