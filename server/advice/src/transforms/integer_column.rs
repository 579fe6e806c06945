//! `integer-column`

use crate::fit;
use aurora_profile::Oddness;

use crate::{Change, ColumnView, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

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
        if n * 20 < profile.n_present() * 19 || n == 0 || form_matters(column) {
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
                format!("Write {n} whole numbers of {} without .0", column.called()),
                META.class,
                Vec::new(),
            ),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

/// Whether zeros or widths say something: a version, a code with leading zeros, decimals that are written to one place
/// here and to two there.
fn form_matters(column: &ColumnView<'_>) -> bool {
    let profile = column.profile;
    let words = crate::purpose::words(&column.header.name);
    let is_version =
        words.iter().any(|word| matches!(word.as_str(), "version" | "release" | "revision" | "ver" | "rev"));
    let mut seen = profile.top.iter().map(|count| &count.value).chain(&profile.examples);
    let leads = seen.any(|value| {
        let digits = value.trim().trim_start_matches(['+', '-']);
        digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
    });
    let decimals = |shape: &aurora_profile::ShapeCount| {
        shape.shape.exact().trim().split_once('.').map(|(_, decimals)| decimals.len())
    };
    let mut places: Vec<_> = profile.shapes.iter().filter_map(decimals).collect();
    places.sort_unstable();
    places.dedup();
    is_version || leads || places.len() > 1
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn real_decimals_stay() {
        assert!(!Sample::new("v,n\n1.0,1\n1.5,2\n2.0,3\n").offers("integer-column"));
    }

    #[test]
    fn zeros_and_widths_that_say_something_stay() {
        assert!(Sample::new("v,n\n1.0,1\n2.0,2\n3.0,3\n").offers("integer-column"));
        assert!(!Sample::new("v,n\n1.0,1\n2.00,2\n3.0,3\n").offers("integer-column"));
        assert!(!Sample::new("v,n\n01.0,1\n02.0,2\n13.0,3\n").offers("integer-column"));
        assert!(!Sample::new("app_version,n\n1.0,1\n2.0,2\n3.0,3\n").offers("integer-column"));
    }
}
