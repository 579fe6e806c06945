//! `hash-encode`

use crate::fit;
use aurora_profile::ValueKind;

use crate::{Change, Fitted, FixClass, NewColumn, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Adds a category as one of 32 numbers.
    ///
    /// # What it does
    /// The 32-bit FNV-1a hash of the value modulo 32: the same value gives the same number in every file.
    /// Two values may share one.
    ///
    /// # Example
    /// ```csv
    /// shop,n
    /// north,1
    /// south,2
    /// north,3
    /// south,4
    /// ```
    /// ```csv
    /// shop,shop_hash,n
    /// north,4,1
    /// south,26,2
    /// north,4,3
    /// south,26,4
    /// ```
    ///
    /// # When not to use it
    /// When the values must be told apart.
    pub struct HashEncode;
}

static META: TransformMeta = TransformMeta {
    code: "hash-encode",
    number: 1149,
    class: FixClass::New,
    idempotent: false,
    docs: HashEncode::DOCS,
};

impl Transform for HashEncode {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target).filter(|_| fit::can_add(table))?;
        if column.profile.kind() != ValueKind::Text
            || column.profile.distinct < 2
            || column.profile.distinct * 2 > column.profile.n_present()
        {
            return None;
        }
        let new = NewColumn {
            name: format!("{}_hash", column.header.name),
            value: Box::new(|_, held| {
                fit::present(held).map_or(String::new(), |value| (fnv1a(value) % 32).to_string())
            }),
        };
        Some(Fitted {
            proposal: fit::proposal(
                format!("Add {} as one of 32 numbers", column.called()),
                META.class,
                vec![("n_components", "32".to_owned())],
            ),
            change: Change::Add(column.idx, vec![new]),
        })
    }
}
/// FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv).
fn fnv1a(value: &str) -> u32 {
    value.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the draft: "" and "a" and "foobar".
        assert_eq!(
            [super::fnv1a(""), super::fnv1a("a"), super::fnv1a("foobar")],
            [0x811c_9dc5, 0xe40c_292c, 0xbf9c_f968]
        );
        assert!(!Sample::new("n,a\nx,1\ny,2\nz,3\n").offers("hash-encode"));
    }
}
