//! `interpolate-linear`

use crate::{fit, number_text, purpose};
use aurora_profile::value_kind::number;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a series on the straight line between its neighbours.
    ///
    /// # What it does
    /// Each run of nulls between two numbers gets evenly spaced values (as pandas'
    /// `interpolate(method="linear")` inside the series). Nulls at the ends stay.
    ///
    /// # Example
    /// ```csv
    /// level,day
    /// 1,a
    /// ,b
    /// ,c
    /// 4,d
    /// 5.5,e
    /// ```
    /// ```csv
    /// level,day
    /// 1,a
    /// 2,b
    /// 3,c
    /// 4,d
    /// 5.5,e
    /// ```
    ///
    /// # When not to use it
    /// When the records are no series.
    pub struct InterpolateLinear;
}

static META: TransformMeta = TransformMeta {
    code: "interpolate-linear",
    number: 1114,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: InterpolateLinear::DOCS,
};

impl Transform for InterpolateLinear {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        // Done where it is asked for, but never proposed across groups.
        self.propose(table, target).is_some()
            && target.column().is_some_and(|idx| !fit::is_grouped(table, idx))
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let (n, idx) = (column.profile.n_null(), column.idx);
        if n == 0 || !purpose::is_measure(column) {
            return None;
        }
        let mut line: Option<Vec<Option<f64>>> = None;
        let fill = move |record: u64, value: &str| {
            if fit::present(value).is_some() {
                return None;
            }
            let line = line.get_or_insert_with(|| between(&fit::values(table, idx)));
            line.get(record as usize).copied().flatten().map(number_text::write)
        };
        let title = format!("Fill {n} nulls of {} on the line between their neighbours", column.called());
        Some(Fitted {
            proposal: fit::proposal(title, META.class, vec![("method", "linear".to_owned())]),
            change: Change::Replace(idx, Box::new(fill)),
        })
    }
}
/// The numbers of `values` with the gaps between two of them filled evenly.
fn between(values: &[String]) -> Vec<Option<f64>> {
    let mut line: Vec<Option<f64>> =
        values.iter().map(|value| fit::present(value).and_then(number)).collect();
    let mut before: Option<(usize, f64)> = None;
    for at in 0..line.len() {
        let Some(now) = line[at] else { continue };
        if let Some((start, from)) = before {
            for gap in start + 1..at {
                line[gap] = Some(from + (now - from) * (gap - start) as f64 / (at - start) as f64);
            }
        }
        before = Some((at, now));
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_ends_stay_empty() {
        let sample = Sample::new("v,n\n,1\n1.5,2\n,3\n2.5,4\n4.5,5\n,6\n");
        assert_eq!(sample.values_after("interpolate-linear", 0), ["", "1.5", "2", "2.5", "4.5", ""]);
    }
}
