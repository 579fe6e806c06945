//! `mixed-null-tokens`

use aurora_profile::{Oddness, ValueKind};

use crate::{Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Severity, TableView, documented};

documented! {
    /// Several spellings of "nothing" in one column.
    ///
    /// # What it finds
    /// At least two spellings such as `NA`, `n/a`, `null`, `-` in one column; three or more are a
    /// warning. In text columns `None`, `-`, `?` and `.` do not count, as they may be words, nor does
    /// `NA` among short codes (Namibia). More than two such columns make one finding.
    ///
    /// # Why it matters
    /// Readers know some of the spellings and take the others for text: the whole column is then read as
    /// text.
    ///
    /// # Example
    /// ```csv
    /// age,city
    /// 34,Rome
    /// N/A,Oslo
    /// null,Bern
    /// 41,Rome
    /// NA,Oslo
    /// ```
    ///
    /// # When it is wrong
    /// When the spellings mean different things, such as "not asked" and "no answer".
    pub struct MixedNullTokens;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-null-tokens",
    number: 101,
    kind: FindingKind::Column,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["unify-null-tokens"],
    docs: MixedNullTokens::DOCS,
};

impl Check for MixedNullTokens {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// The spellings of nothing in `column`, most frequent first; in text those that may be words are left out.
pub(crate) fn spellings(column: &ColumnView<'_>, audit: bool) -> Vec<(String, u64)> {
    let text = column.profile.kind() == ValueKind::Text;
    let short = text && column.profile.top.iter().take(20).all(|count| count.value.chars().count() <= 3);
    let counts = |token: &str| {
        let may_be_word = matches!(token.to_ascii_lowercase().as_str(), "none" | "-" | "--" | "?" | ".");
        !token.is_empty() && (audit || !(text && may_be_word) && !(short && token == "NA"))
    };
    let tokens = column.profile.null_tokens.iter();
    tokens.filter(|token| counts(&token.value)).map(|token| (token.value.clone(), token.n)).collect()
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut found = Vec::new();
    for column in table.columns {
        if column.profile.n < table.settings.min_records {
            continue;
        }
        let tokens = spellings(column, table.settings.audit());
        if tokens.len() < 2 {
            continue;
        }
        let list: Vec<_> = tokens.iter().map(|(token, n)| format!("'{token}' {n}")).collect();
        let message = format!("{} spellings of nothing: {}", tokens.len(), list.join(", "));
        let mut finding = Finding::on_column(&META, table, column, message);
        if tokens.len() >= 3 {
            finding.severity = Severity::Warning;
        }
        if let Some((n, records)) = column.profile.odd.get(&Oddness::Kind(ValueKind::Null)) {
            let records: Vec<_> = records.iter().map(|&record| (record, 0.3)).collect();
            finding = finding.with_records(table, &records, *n);
        }
        found.push(finding);
    }
    super::merge_above(
        &mut found,
        table.settings.either(2, usize::MAX),
        "columns spell nothing in several ways",
    );
    out.append(&mut found);
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn two_spellings_are_information_and_three_a_warning() {
        let found = Sample::new("a,b\n1,x\nNA,x\nnull,x\n2,x\n").find("mixed-null-tokens");
        assert_eq!(found[0].severity, crate::Severity::Information);
        let found = Sample::new("a,b\n1,x\nNA,x\nnull,x\n?,x\n").find("mixed-null-tokens");
        assert_eq!(found[0].severity, crate::Severity::Warning);
    }

    #[test]
    fn namibia_and_words_are_no_nulls() {
        assert!(!Sample::new("c,n\nNA,1\nDE,2\nn/a,2\nFR,4\n").has("mixed-null-tokens"));
        assert!(!Sample::new("word,n\nyou and none,1\nNone,2\n-,2\nnobody,4\n").has("mixed-null-tokens"));
    }
}
