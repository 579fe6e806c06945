//! `mark-as-null`

use crate::checks::disguised_nulls::disguised;
use crate::fit;
use aurora_profile::value_kind::classify;
use aurora_profile::{Oddness, ValueKind};

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Empties the fields that stand for nothing or are no value of their column.
    ///
    /// # What it does
    /// Writes the empty field where the column holds a disguised null (`-1`, `999`, `unknown`), an
    /// infinite literal, an impossible date, or a word in a column of numbers or dates.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// -1,Oslo
    /// 29,Bern
    /// -1,Rome
    /// 41,Oslo
    /// -1,Bern
    /// 37,Rome
    /// 28,Oslo
    /// 52,Rome
    /// ```
    /// ```csv
    /// age,city
    /// 34,Rome
    /// ,Oslo
    /// 29,Bern
    /// ,Rome
    /// 41,Oslo
    /// ,Bern
    /// 37,Rome
    /// 28,Oslo
    /// 52,Rome
    /// ```
    ///
    /// # When not to use it
    /// When the value says something: refused is not the same as not asked. Never in text columns.
    pub struct MarkAsNull;
}

static META: TransformMeta = TransformMeta {
    code: "mark-as-null",
    number: 1118,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: MarkAsNull::DOCS,
};

impl Transform for MarkAsNull {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        let disguised: Vec<String> = disguised(table, column).into_iter().map(|(value, _)| value).collect();
        let dates = profile.count(ValueKind::Date) + profile.count(ValueKind::DateTime);
        let numeric = profile.number_share() >= 0.5;
        let dated = dates * 2 >= profile.n_present() && dates > 0;
        let odd = if numeric || dated {
            profile.n_present()
                - if numeric {
                    profile.count(ValueKind::Integer) + profile.count(ValueKind::Real)
                } else {
                    dates
                }
        } else {
            0
        };
        let infinite = profile.n_odd(Oddness::NotFinite);
        if disguised.is_empty() && odd + infinite == 0 || !(numeric || dated) {
            return None;
        }
        let word = if numeric { "number" } else { "date" };
        let what = match (disguised.is_empty(), odd + infinite == 0) {
            (true, _) => format!("hold no {word}"),
            (false, true) => "stand for nothing".to_owned(),
            (false, false) => format!("stand for nothing or hold no {word}"),
        };
        let goes = move |value: &str| {
            let kind = classify(value);
            let number = aurora_profile::value_kind::number(value);
            disguised.iter().any(|d| d == value)
                || kind != ValueKind::Null
                    && numeric
                    && (number.is_none() && kind != ValueKind::DecoratedNumber)
                || kind != ValueKind::Null
                    && !numeric
                    && !matches!(kind, ValueKind::Date | ValueKind::DateTime)
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Empty the fields of {} that {what}", column.called()),
                META.class,
                vec![("value", String::new())],
            ),
            change: Change::Replace(column.idx, Box::new(move |_, value| goes(value).then(String::new))),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn words_in_text_columns_stay() {
        assert!(!Sample::new("a,b\nNone,x\nsome,y\nunknown,z\n").offers("mark-as-null"));
        assert_eq!(
            Sample::new("a,b\n1.5,x\nno idea,y\n2,z\n3,w\n").values_after("mark-as-null", 0),
            ["1.5", "", "2", "3"]
        );
    }
}
