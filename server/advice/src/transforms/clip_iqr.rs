//! `clip-iqr`

use crate::checks::outliers::fences;
use crate::transforms::winsorize::clipped;
use crate::{fit, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Pulls values beyond the quartile fences in to the fence.
    ///
    /// # What it does
    /// Values more than 1.5 interquartile ranges beyond the quartiles (Tukey 1977) are set to that bound.
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
    /// 1.5,a
    /// 1.6,b
    /// 1.7,c
    /// 1.8,d
    /// 2.1,e
    /// ```
    ///
    /// # When not to use it
    /// On skewed measures, where large values are normal.
    pub struct ClipIqr;
}

static META: TransformMeta = TransformMeta {
    code: "clip-iqr",
    number: 1131,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ClipIqr::DOCS,
};

impl Transform for ClipIqr {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        let numbers = column.profile.numbers.as_ref()?;
        let (low, high) = fences(numbers, 1.5);
        if numbers.n_zero * 2 >= numbers.n || low >= high || (numbers.min >= low && numbers.max <= high) {
            return None;
        }
        clipped(column, "Pull what lies beyond the fences of", vec![("k", "1.5".to_owned())], low, high)
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn nothing_beyond_the_fences_means_nothing_to_do() {
        assert!(!Sample::new("v,w\n1.5,a\n2.5,b\n3.5,c\n4.5,d\n").offers("clip-iqr"));
    }
}
