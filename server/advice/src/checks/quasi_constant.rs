//! `quasi-constant`

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// A column that says the same in nearly every record.
    ///
    /// # What it finds
    /// At least 99 % of the fields hold one value.
    ///
    /// # Why it matters
    /// The few others are either what matters or a slip; as a feature the column says little.
    ///
    /// # Example
    /// ```csv
    /// id,unit
    /// 1,kg
    /// 2,kg
    /// 3,kg
    /// 4,kg
    /// 5,kg
    /// 6,kg
    /// 7,kg
    /// 8,kg
    /// 9,kg
    /// 10,kg
    /// 11,kg
    /// 12,kg
    /// 13,kg
    /// 14,kg
    /// 15,kg
    /// 16,kg
    /// 17,kg
    /// 18,kg
    /// 19,kg
    /// 20,kg
    /// 21,kg
    /// 22,kg
    /// 23,kg
    /// 24,kg
    /// 25,kg
    /// 26,kg
    /// 27,kg
    /// 28,kg
    /// 29,kg
    /// 30,kg
    /// 31,kg
    /// 32,kg
    /// 33,kg
    /// 34,kg
    /// 35,kg
    /// 36,kg
    /// 37,kg
    /// 38,kg
    /// 39,kg
    /// 40,kg
    /// 41,kg
    /// 42,kg
    /// 43,kg
    /// 44,kg
    /// 45,kg
    /// 46,kg
    /// 47,kg
    /// 48,kg
    /// 49,kg
    /// 50,kg
    /// 51,kg
    /// 52,kg
    /// 53,kg
    /// 54,kg
    /// 55,kg
    /// 56,kg
    /// 57,kg
    /// 58,kg
    /// 59,kg
    /// 60,kg
    /// 61,kg
    /// 62,kg
    /// 63,kg
    /// 64,kg
    /// 65,kg
    /// 66,kg
    /// 67,kg
    /// 68,kg
    /// 69,kg
    /// 70,kg
    /// 71,kg
    /// 72,kg
    /// 73,kg
    /// 74,kg
    /// 75,kg
    /// 76,kg
    /// 77,kg
    /// 78,kg
    /// 79,kg
    /// 80,kg
    /// 81,kg
    /// 82,kg
    /// 83,kg
    /// 84,kg
    /// 85,kg
    /// 86,kg
    /// 87,kg
    /// 88,kg
    /// 89,kg
    /// 90,kg
    /// 91,kg
    /// 92,kg
    /// 93,kg
    /// 94,kg
    /// 95,kg
    /// 96,kg
    /// 97,kg
    /// 98,kg
    /// 99,kg
    /// 100,kg
    /// 101,lb
    /// ```
    ///
    /// # When it is wrong
    /// Rare events: fraud, faults, diseases.
    pub struct QuasiConstant;
}

static META: CheckMeta = CheckMeta {
    code: "quasi-constant",
    number: 111,
    kind: FindingKind::Column,
    severity: Severity::Advice,
    confidence: 0.0,
    transforms: &["drop-column"],
    docs: QuasiConstant::DOCS,
};

impl Check for QuasiConstant {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Column(look)
    }
}

fn look(table: &TableView<'_>, column: &ColumnView<'_>, out: &mut Vec<Finding>) {
    let profile = column.profile;
    let Some(top) = profile.top.first() else { return };
    let share = top.n as f64 / profile.n.max(1) as f64;
    if profile.n < table.settings.min_records || profile.distinct < 2 || share < 0.99 {
        return;
    }
    let message = format!("'{}' in {} of {} records", crate::checks::cut(&top.value), top.n, profile.n);
    out.push(Finding::on_column(&META, table, column, message));
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn ninety_of_a_hundred_is_not_nearly_all() {
        assert!(
            !Sample::column("u", (0..100).map(|i| if i % 10 == 0 { "lb" } else { "kg" }))
                .has("quasi-constant")
        );
    }
}
