//! `winsorize`

use crate::{fit, number_text, purpose};

use crate::{Change, ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Pulls the outermost values of a measure in to its 1st and 99th percentile.
    ///
    /// # What it does
    /// Values below the 1st or above the 99th percentile are set to it, percentiles of type 7 (NumPy's `quantile`
    /// and `clip`; SciPy's `winsorize` with limits 0.01 takes the nearest value instead).
    ///
    /// # Example
    /// ```csv
    /// height,who
    /// 1.5,a
    /// 1.6,b
    /// 1.7,c
    /// 1.8,d
    /// 17.5,e
    /// ```
    /// ```csv
    /// height,who
    /// 1.504,a
    /// 1.6,b
    /// 1.7,c
    /// 1.8,d
    /// 16.872,e
    /// ```
    ///
    /// # When not to use it
    /// On ids, dates and measures that are mostly zero; where the extremes are what matters.
    pub struct Winsorize;
}

static META: TransformMeta = TransformMeta {
    code: "winsorize",
    number: 1130,
    class: FixClass::Unsafe,
    idempotent: false,
    docs: Winsorize::DOCS,
};

impl Transform for Winsorize {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        let (low, high) = (numbers.quantile(0.01), numbers.quantile(0.99));
        if numbers.n_zero * 2 >= numbers.n || low >= high || (numbers.min >= low && numbers.max <= high) {
            return None;
        }
        clipped(column, "Pull the outermost values of", vec![("limits", "0.01 0.01".to_owned())], low, high)
    }
}
/// Values outside `low..=high` set to the bound.
pub(crate) fn clipped<'a>(
    column: &ColumnView<'_>,
    verb: &str,
    mut parameters: Vec<(&'static str, String)>,
    low: f64,
    high: f64,
) -> Option<Fitted<'a>> {
    parameters.extend([("lower", number_text::write(low)), ("upper", number_text::write(high))]);
    let title = format!(
        "{verb} {} in to {} and {}",
        column.called(),
        number_text::write(low),
        number_text::write(high)
    );
    let clip = move |_: u64, value: &str| {
        let x = aurora_profile::value_kind::number(value)?;
        (x < low || x > high).then(|| number_text::write(x.clamp(low, high)))
    };
    Some(Fitted {
        proposal: fit::proposal(title, FixClass::Unsafe, parameters),
        change: Change::Replace(column.idx, Box::new(clip)),
    })
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn mostly_zero_and_ids_get_none() {
        assert!(!Sample::new("v,w\n0,a\n0,b\n0,c\n9.5,d\n1.5,e\n").offers("winsorize"));
        assert!(!Sample::new("id,w\n1,a\n2,b\n3,c\n99,d\n").offers("winsorize"));
    }
}
