//! `parse-number`

use crate::checks::number_as_text::{comma_decimals, n_written_plainly, parts};
use crate::{fit, number_text};
use aurora_profile::ValueKind;
use aurora_profile::value_kind::classify;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Writes decorated numbers plainly.
    ///
    /// # What it does
    /// Takes currency, percent sign, grouping and a common unit off and writes decimals after a point.
    /// Safe when nothing is lost: when all values carry the same decoration or none but grouping.
    /// Percentages keep their scale (45% becomes 45).
    ///
    /// # Example
    /// ```csv
    /// price,item
    /// "$1,200",desk
    /// $950,chair
    /// $80,lamp
    /// ```
    /// ```csv
    /// price,item
    /// "1200",desk
    /// 950,chair
    /// 80,lamp
    /// ```
    ///
    /// # When not to use it
    /// It is not offered where units or currencies are mixed, or percentages stand among plain numbers: unify them first.
    pub struct ParseNumber;
}

static META: TransformMeta = TransformMeta {
    code: "parse-number",
    number: 1105,
    class: FixClass::Safe,
    idempotent: true,
    docs: ParseNumber::DOCS,
};

impl Transform for ParseNumber {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        let (plain, _, present) = parts(column);
        let decorated = n_written_plainly(column);
        if decorated == 0 || (plain + decorated) * 2 < present {
            return None;
        }
        let comma = comma_decimals(column);
        let decorations =
            column.profile.top.iter().filter(|count| classify(&count.value) == ValueKind::DecoratedNumber);
        let mut units: Vec<_> = decorations
            .filter_map(|count| number_text::undecorate(&count.value, comma))
            .map(|(_, d)| d.unit)
            .collect();
        units.sort();
        units.dedup();
        // Taken off, two units leave numbers that cannot be told apart, and 1% would become a hundred times more than
        // the 0.3 beside it.
        let n_units = units.iter().filter(|unit| !unit.is_empty()).count();
        if n_units >= 2 || (units.iter().any(|unit| unit == "%") && plain > 0) {
            return None;
        }
        let lossless = n_units == 0;
        let title = format!("Write {decorated} numbers of {} plainly", column.called());
        let class = if lossless { FixClass::Safe } else { FixClass::Unsafe };
        let parameters =
            vec![("decimal", if comma { "," } else { "." }.to_owned()), ("unit", units.join(" "))];
        let write = move |_: u64, value: &str| {
            let decorated = classify(value) == ValueKind::DecoratedNumber;
            decorated.then(|| number_text::undecorate(value, comma).map(|(plain, _)| plain)).flatten()
        };
        Some(Fitted {
            proposal: fit::proposal(title, class, parameters),
            change: Change::Replace(column.idx, Box::new(write)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    use crate::{FixClass, Target};

    #[test]
    fn decimal_commas_follow_the_column() {
        let sample = Sample::new("a;b\n1,5;x\n2,25;x\n1.000,5;x\n1,125;x\n");
        let after = sample.after("parse-number", Target::Column(0)).unwrap();
        assert_eq!(after, "a;b\n1.5;x\n2.25;x\n1000.5;x\n1.125;x\n");
    }

    #[test]
    fn two_units_and_percentages_among_plain_numbers_are_left_to_a_person() {
        assert!(!Sample::new("a;b\n12 kg;1\n13 lb;1\n14 kg;1\n").offers("parse-number"));
        assert!(!Sample::new("a;b\n0.3;1\n0.4;1\n1%;1\n").offers("parse-number"));
        assert!(Sample::new("a;b\n30%;1\n40%;1\n1%;1\n").offers("parse-number"));
    }

    #[test]
    fn taking_a_unit_off_is_unsafe_and_grouping_is_safe() {
        let class = |text: &str| {
            let transform = crate::transforms::find("parse-number").unwrap();
            Sample::new(text).with(|table| transform.propose(table, Target::Column(0)).map(|p| p.class))
        };
        assert_eq!(class("a;b\n12 kg;1\n13 kg;1\n"), Some(FixClass::Unsafe));
        assert_eq!(class("a;b\n1,200;1\n1,300,000;1\n"), Some(FixClass::Safe));
    }
}
