//! `suspected-typo`

use std::collections::BTreeMap;

use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A rare value that looks like a slip of a frequent one.
    ///
    /// # What it finds
    /// Values of at least six characters that occur at most three times and lie one edit (insertion,
    /// deletion, substitution, swap) from a value at least 20 times as frequent. Other digits, plurals,
    /// negations and numerals never count. The audit profile allows two edits, ten times, and looks at
    /// single words too.
    ///
    /// # Why it matters
    /// The record is lost to every group-by and join.
    ///
    /// # Example
    /// ```csv
    /// city,n
    /// Birmingham,1
    /// Birmingham,2
    /// Birmingham,3
    /// Birmingham,4
    /// Birmingham,5
    /// Birmingham,6
    /// Birmingham,7
    /// Birminghxm,8
    /// Oslo,9
    /// Oslo,10
    /// Oslo,11
    /// ```
    ///
    /// # When it is wrong
    /// Names that really differ by a letter.
    pub struct SuspectedTypo;
}

static META: CheckMeta = CheckMeta {
    code: "suspected-typo",
    number: 202,
    kind: FindingKind::Value,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["merge-categories"],
    docs: SuspectedTypo::DOCS,
};

impl Check for SuspectedTypo {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    let settings = table.settings;
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let present = column.n_present();
        if present < settings.min_records {
            continue;
        }
        let mut typos = crate::typos::values(column, if settings.audit() { 4.0 } else { 5.0 });
        // Other signs between the same words are another spelling rather than a slip.
        let respelled = |typo: &crate::typos::Typo| {
            typo.meant_code.is_some() && words_of(&column.values[typo.code]) == words_of(&typo.meant)
        };
        if !settings.audit() {
            typos.retain(|typo| !respelled(typo));
        }
        if settings.audit() {
            let known: BTreeMap<usize, ()> = typos.iter().map(|typo| (typo.code, ())).collect();
            // Names of people and titles are full of words that stand once.
            if !is_of_names(&view.header.name) {
                let words = crate::typos::words(column, 4);
                typos.extend(words.into_iter().filter(|typo| !known.contains_key(&typo.code)));
            }
        }
        // One slip must be clear; several in one column speak for each other.
        let clear = typos.iter().any(|typo| typo.confidence >= 0.85);
        let bar = super::Bar { confidence: 0.7, n: if clear { 1 } else { 3 }, warn: 3 };
        let examples: Vec<_> = typos
            .iter()
            .take(5)
            .map(|typo| {
                format!("'{}' for '{}'", super::cut(&column.values[typo.code]), super::cut(&typo.meant))
            })
            .collect();
        let odd: BTreeMap<usize, f64> = typos.iter().map(|typo| (typo.code, typo.confidence)).collect();
        let places = super::unexpected_pattern::fields(whole, view.idx, &odd);
        out.extend(super::value_finding(&META, table, view.idx, places, bar, |n| {
            format!("{n} of {present} values may be slips: {}{}", examples.join(", "), whole.sampled())
        }));
    }
}

/// The words of a text without the signs between them, in lower case; `&` is a word.
fn words_of(text: &str) -> Vec<String> {
    let text = text.replace('&', " and ").to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a column of this name holds people, titles or other names that resemble each other.
fn is_of_names(header: &str) -> bool {
    const NAMES: &[&str] = &[
        "author", "authors", "title", "titles", "name", "names", "person", "people", "actor", "actors",
        "cast", "director", "creator", "writer", "artist", "player", "journal",
    ];
    crate::purpose::words(header).iter().any(|word| NAMES.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn other_signs_between_the_same_words_are_no_slips() {
        let titles = (0..200).map(|i| if i == 9 { "\"Title 70, Sec. 3\"" } else { "\"Title 70, Sec 3\"" });
        assert!(!Sample::column("reference", titles).standard().has("suspected-typo"));
    }

    #[test]
    fn airport_codes_and_opposites_are_no_slips() {
        let codes = (0..200).map(|i| {
            if i == 9 {
                "BRA"
            } else if i % 2 == 0 {
                "FRA"
            } else {
                "MUC"
            }
        });
        assert!(!Sample::column("airport", codes).standard().has("suspected-typo"));
        let answers = (0..200).map(|i| if i == 9 { "Very unfavorably" } else { "Very favorably" });
        assert!(!Sample::column("answer", answers).standard().has("suspected-typo"));
    }
}
