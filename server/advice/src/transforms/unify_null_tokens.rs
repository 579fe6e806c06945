//! `unify-null-tokens`

use crate::checks::mixed_null_tokens::spellings;
use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes all spellings of nothing in one way.
    ///
    /// # What it does
    /// Replaces every null token of the column by the empty field if that occurs, else by its most frequent one that
    /// readers of tables take for nothing by themselves (as `--` or `?` is not).
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

/// What pandas reads as missing unless told otherwise (`na_values` of `read_csv`, 3.0).
const NA_VALUES: [&str; 18] = [
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
    "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
];

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
        let known = || tokens.iter().find(|(token, _)| NA_VALUES.contains(&token.as_str()));
        let to = if empty { String::new() } else { known().unwrap_or(&tokens[0]).0.clone() };
        let others: Vec<_> =
            tokens.into_iter().map(|(token, _)| token).filter(|token| *token != to).collect();
        let shown = if to.is_empty() { "the empty field".to_owned() } else { format!("'{to}'") };
        let title = format!("Write every null of {} as {shown}", column.called());
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

    #[test]
    fn what_readers_know_wins_over_what_is_frequent() {
        let sample = Sample::new("a,b\n1,x\n--,x\n--,y\nNULL,x\n2,x\n");
        assert_eq!(sample.values_after("unify-null-tokens", 0), ["1", "NULL", "NULL", "NULL", "2"]);
    }
}
