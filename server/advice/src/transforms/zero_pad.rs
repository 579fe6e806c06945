//! `zero-pad`

use crate::checks::code_as_number::code_width;
use crate::fit;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Gives codes their leading zeros back.
    ///
    /// # What it does
    /// Whole numbers one digit short of the column's common width get a zero in front.
    ///
    /// # Example
    /// ```csv
    /// zip,n
    /// 01234,1
    /// 1235,2
    /// 10115,3
    /// 80331,4
    /// 20095,5
    /// ```
    /// ```csv
    /// zip,n
    /// 01234,1
    /// 01235,2
    /// 10115,3
    /// 80331,4
    /// 20095,5
    /// ```
    ///
    /// # When not to use it
    /// When the shorter codes are valid.
    pub struct ZeroPad;
}

static META: TransformMeta = TransformMeta {
    code: "zero-pad",
    number: 1152,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ZeroPad::DOCS,
};

impl Transform for ZeroPad {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let (width, short) = code_width(column)?;
        if short == 0 {
            return None;
        }
        let pad = move |_: u64, value: &str| {
            let value = value.trim();
            (value.len() + 1 == width && value.bytes().all(|b| b.is_ascii_digit()))
                .then(|| format!("0{value}"))
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Pad {short} codes of {} to {width} digits", column.called()),
                META.class,
                vec![("width", width.to_string())],
            ),
            change: Change::Replace(column.idx, Box::new(pad)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn measures_are_not_padded() {
        assert!(!Sample::new("amount,n\n1234,1\n12345,2\n23456,3\n34567,4\n").offers("zero-pad"));
    }
}
