//! `cube-root`

use crate::{fit, purpose};

use crate::{Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// The cube root of a measure, of negative values too.
    ///
    /// # What it does
    /// Adds a column of ∛x, or replaces the values in place.
    ///
    /// # Example
    /// ```csv
    /// balance,shop
    /// -8,a
    /// 0,b
    /// 27.5,c
    /// 1000,d
    /// 64,e
    /// ```
    /// ```csv
    /// balance,balance_cbrt,shop
    /// -8,-2,a
    /// 0,0,b
    /// 27.5,3.018405368,c
    /// 1000,10,d
    /// 64,4,e
    /// ```
    ///
    /// # When not to use it
    /// Where a reader must understand the number.
    pub struct CubeRoot;
}

static META: TransformMeta = TransformMeta {
    code: "cube-root",
    number: 1122,
    class: FixClass::New,
    idempotent: false,
    docs: CubeRoot::DOCS,
};

impl Transform for CubeRoot {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|column| purpose::is_measure(column))?;
        if column.profile.numbers.as_ref()?.skewness <= 0.0 {
            return None;
        }
        fit::mapped(column, table, target, ("cube root", "cbrt"), Vec::new(), |x| Some(x.cbrt()))
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn flags_get_none() {
        assert!(!Sample::new("v,w\n0,a\n1,b\n0,c\n0,d\n").offers("cube-root"));
    }
}
