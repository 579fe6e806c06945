//! Which of the tables of a text is converted, and what is left out.

use aurora_table::Detection;

/// A table of a text.
pub(crate) struct Part {
    /// Where the text that it was detected in begins.
    pub(crate) start: usize,
    /// What was detected from there on.
    pub(crate) detection: Detection,
    /// Its number, from 1, and how many tables the text has.
    number: usize,
    n_tables: usize,
    /// Lines before and after it that are not blank.
    n_before: usize,
    n_after: usize,
}

impl Part {
    /// The table of that `number`, from 1, of `text`, whose tables stand one below the other; `detect` is asked for each.
    pub(crate) fn find(
        text: &str,
        number: usize,
        detect: impl Fn(&str) -> Detection,
    ) -> anyhow::Result<Self> {
        let mut found = Vec::new();
        let mut start = 0;
        loop {
            let detection = detect(&text[start..]);
            let next = detection.layout.table_end.filter(|&end| detection.layout.n_further > 0 && end > 0);
            found.push((start, detection));
            match next {
                Some(end) => start += end,
                None => break,
            }
        }
        let n_tables = found.len();
        let Some((start, detection)) = number.checked_sub(1).and_then(|at| found.into_iter().nth(at)) else {
            anyhow::bail!(
                "there is no table {number}; {} found",
                numbered(n_tables, "table was", "tables were")
            )
        };
        let layout = &detection.layout;
        let before = &text[..start + layout.table_start];
        let after = layout.table_end.map_or("", |end| &text[start + end..]);
        Ok(Self { number, n_tables, n_before: n_lines(before), n_after: n_lines(after), start, detection })
    }

    /// A sentence on what is left out when only this table, of `n_records` records, is written; `None` where that is
    /// nothing.
    pub(crate) fn left_out(&self, n_records: u64) -> Option<String> {
        let which = (self.n_tables > 1).then(|| {
            let records = numbered(n_records as usize, "record", "records");
            format!("{} tables were found; this is number {}, {records}", self.n_tables, self.number)
        });
        let lines =
            |n: usize, place: &str| (n > 0).then(|| format!("{} {place}", numbered(n, "line", "lines")));
        let parts: Vec<String> =
            lines(self.n_before, "before it").into_iter().chain(lines(self.n_after, "after it")).collect();
        if parts.is_empty() {
            return None;
        }
        let parts = parts.join(" and ");
        let were = if self.n_before + self.n_after == 1 { "was" } else { "were" };
        Some(match which {
            Some(which) => format!("{which}; {parts} {were} left out (`--table` chooses another)"),
            None => format!("{} {were} left out", parts.replace(" it", " the table")),
        })
    }
}

/// Lines of `text` that say something; `sep=` does not.
fn n_lines(text: &str) -> usize {
    let says = |line: &&str| {
        let is_separator = line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("sep="));
        !line.trim().is_empty() && !is_separator
    };
    text.split(['\n', '\r']).filter(says).count()
}

fn numbered(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}
