//! `integer-column`

use crate::fit;
use aurora_profile::Oddness;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes whole numbers without their `.0`.
    ///
    /// # What it does
    /// `12.0` becomes `12`; other decimals stay.
    ///
    /// # Example
    /// ```csv
    /// rooms,n
    /// 3.0,1
    /// 4.0,2
    /// 2.0,3
    /// ,4
    /// ```
    /// ```csv
    /// rooms,n
    /// 3,1
    /// 4,2
    /// 2,3
    /// ,4
    /// ```
    ///
    /// # When not to use it
    /// Where widths or zeros carry meaning: versions, measured precision.
    pub struct IntegerColumn;
}

static META: TransformMeta = TransformMeta {
    code: "integer-column",
    number: 1151,
    class: FixClass::Safe,
    idempotent: true,
    docs: IntegerColumn::DOCS,
};

impl Transform for IntegerColumn {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let profile = column.profile;
        let n = profile.n_odd(Oddness::ZeroFraction);
        if n * 20 < profile.n_present() * 19 || n == 0 {
            return None;
        }
        let write = |_: u64, value: &str| {
            let (whole, fraction) = value.trim().split_once('.')?;
            let whole = whole.strip_prefix('-').map_or((whole, ""), |rest| (rest, "-"));
            let zeros = !fraction.is_empty() && fraction.bytes().all(|b| b == b'0');
            let digits = !whole.0.is_empty() && whole.0.bytes().all(|b| b.is_ascii_digit());
            (zeros && digits).then(|| format!("{}{}", whole.1, whole.0))
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Write {n} whole numbers of \"{}\" without .0", column.header.name),
                META.class,
                Vec::new(),
            ),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn real_decimals_stay() {
        assert!(!Sample::new("v,n\n1.0,1\n1.5,2\n2.0,3\n").offers("integer-column"));
    }
}
