//! One step: a transform with all that was fitted, so that it does to the next table what it did to this one.

use std::collections::BTreeMap;

use aurora_advice::calendar::DayOrder;
use aurora_advice::{Change, ColumnView, TableView, Target, transforms};
use aurora_profile::date::{DateFormat, DateOrder};

/// What was fitted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parameter {
    /// One value.
    Text(String),
    /// Several.
    List(Vec<String>),
}

/// A transform that was applied.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// Code of the transform.
    pub transform: String,
    /// The column it was applied to; `None` for the file, and for single records.
    pub column: Option<String>,
    /// Whether it was one record or field: such a step is replayed wherever the next table needs it.
    pub per_record: bool,
    /// Whether computed values replaced those of the column.
    pub in_place: bool,
    /// The names of the columns that it added; after a renaming step, of all columns.
    pub names: Vec<String>,
    /// Parameters under the field's standard names.
    pub parameters: Vec<(String, Parameter)>,
    /// Literals: a value of the column (or of the column `by`) and what it becomes.
    pub values: Vec<(String, String)>,
}

/// Transforms whose effect is a list of values and what each becomes.
const BY_VALUE: &[&str] = &[
    "apply-pattern",
    "frequency-encode",
    "group-rare-categories",
    "mark-as-null",
    "merge-categories",
    "neutralise-formula",
    "ordinal-encode",
    "parse-number",
    "unify-booleans",
    "unify-null-tokens",
    "unify-number-format",
];

/// Transforms that read dates.
const OF_DATES: &[&str] = &["cyclical-encode", "extract-date-parts", "iso-8601-date", "sort-records"];

/// Transforms that give names to columns.
const OF_NAMES: &[&str] = &["name-header", "number-duplicates", "snake-case-headers"];

/// Literals that a step holds at most; one with more can be replayed but not exported.
pub const MAX_VALUES: usize = 1_000;

impl Step {
    /// The step that the transform called `code` is for `target`; `None` when it does not apply.
    pub fn of(table: &TableView<'_>, code: &str, target: Target) -> Option<Self> {
        let transform = transforms::find(code)?;
        let proposal = transform.propose(table, target)?;
        let column = match target {
            Target::Column(idx) | Target::InPlace(idx) => table.column(idx),
            Target::File | Target::Record(_) | Target::Field(..) => None,
        };
        let mut step = Self {
            transform: code.to_owned(),
            column: column.map(|column| column.header.name.clone()),
            per_record: matches!(target, Target::Record(_) | Target::Field(..)),
            in_place: target.in_place(),
            ..Self::default()
        };
        let text = |(name, value): (&'static str, String)| (name.to_owned(), Parameter::Text(value));
        step.parameters = proposal.parameters.into_iter().map(text).collect();
        if let Some(column) = column {
            step.observe(table, transform.fit(table, target)?.change, column);
        } else if OF_NAMES.contains(&code) {
            step.names = renamed(table, transform.edits(table, target));
        }
        Some(step)
    }

    /// Takes from `change` what the parameters do not say: names, literals, formats of dates.
    fn observe(&mut self, table: &TableView<'_>, change: Change<'_>, column: &ColumnView<'_>) {
        let by_value = BY_VALUE.contains(&self.transform.as_str());
        match change {
            Change::Add(_, mut columns) => {
                self.names = columns.iter().map(|column| column.name.clone()).collect();
                if let Some(column_added) = columns.first_mut().filter(|_| by_value) {
                    self.values = literals(table, column.idx, |value| Some((column_added.value)(0, value)));
                }
            }
            Change::Replace(_, mut map) if by_value => {
                self.values = literals(table, column.idx, |value| map(0, value).filter(|new| new != value));
            }
            _ => {}
        }
        if self.transform == "impute-group-median" {
            self.medians(table, column.idx);
        }
        if OF_DATES.contains(&self.transform.as_str()) && !column.profile.date_formats.is_empty() {
            let order = DayOrder::of(column.profile);
            let day_first = |format: &DateFormat| order.day_first(format.separator).unwrap_or(true);
            let known = column.profile.date_formats.keys();
            let mut formats: Vec<String> =
                known.flat_map(|format| patterns(*format, day_first(format))).collect();
            formats.sort();
            formats.dedup();
            self.parameters.push(("formats".to_owned(), Parameter::List(formats)));
        }
    }

    /// The median of each group, and that of all.
    fn medians(&mut self, table: &TableView<'_>, idx: usize) {
        let by = self.text("by").and_then(|name| table.columns.iter().find(|c| c.header.name == name));
        let Some(by) = by.map(|column| column.idx) else { return };
        let mut keys = Vec::new();
        table.each_value(by, |_, value| keys.push(value.unwrap_or_default().trim().to_owned()));
        let mut groups: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let mut all = Vec::new();
        table.each_value(idx, |record, value| {
            let x = value.and_then(aurora_advice::fit::present).and_then(aurora_profile::value_kind::number);
            if let (Some(x), Some(key)) = (x, keys.get(record as usize)) {
                groups.entry(key).or_default().push(x);
                all.push(x);
            }
        });
        let write = |mut xs: Vec<f64>| {
            xs.sort_by(f64::total_cmp);
            let n = xs.len();
            (n > 0).then(|| aurora_advice::number_text::write((xs[(n - 1) / 2] + xs[n / 2]) / 2.0))
        };
        let values = groups.into_iter().filter_map(|(key, xs)| Some((key.to_owned(), write(xs)?))).collect();
        self.values = values;
        if let Some(all) = write(all) {
            self.parameters.push(("fill_value".to_owned(), Parameter::Text(all)));
        }
    }

    /// The parameter called `name`, if it is one value.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find_map(|(own, value)| match value {
            Parameter::Text(text) if own == name => Some(text.as_str()),
            _ => None,
        })
    }

    /// The parameter called `name`, if it is several values.
    pub fn list(&self, name: &str) -> &[String] {
        let list = self.parameters.iter().find_map(|(own, value)| match value {
            Parameter::List(list) if own == name => Some(list.as_slice()),
            _ => None,
        });
        list.unwrap_or_default()
    }

    /// For people: `log1p-column of "amount"`.
    pub fn describe(&self) -> String {
        match &self.column {
            Some(column) if self.in_place => format!("{} of \"{column}\", in place", self.transform),
            Some(column) => format!("{} of \"{column}\"", self.transform),
            None if self.per_record => format!("{} wherever it fits", self.transform),
            None => self.transform.clone(),
        }
    }
}

/// The distinct values of a column for which `map` has an answer; none when there are too many.
fn literals(
    table: &TableView<'_>,
    column: usize,
    mut map: impl FnMut(&str) -> Option<String>,
) -> Vec<(String, String)> {
    let mut seen: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut n = 0;
    table.each_value(column, |_, value| {
        let Some(value) = value.filter(|value| n <= MAX_VALUES && !seen.contains_key(*value)) else { return };
        let new = map(value);
        n += usize::from(new.is_some());
        seen.insert(value.to_owned(), new);
    });
    if n > MAX_VALUES {
        return Vec::new();
    }
    seen.into_iter().filter_map(|(value, new)| Some((value, new?))).collect()
}

/// The names of all columns after `edits` of the header.
fn renamed(table: &TableView<'_>, edits: Vec<aurora_text::TextEdit>) -> Vec<String> {
    let name = |column: &ColumnView<'_>| {
        let edit = edits.iter().find(|edit| edit.span == column.header.span);
        edit.map_or_else(
            || column.header.name.clone(),
            |edit| {
                let dialect = &table.detection.dialect;
                let parsed = aurora_table::parse(&edit.new_text, dialect);
                let first = parsed.records.get(0).and_then(|record| record.fields.first().copied());
                first.map_or(String::new(), |field| field.value(&edit.new_text, dialect).into_owned())
            },
        )
    };
    table.columns.iter().map(name).collect()
}

/// A format of dates in the notation of `strptime`.
fn patterns(format: DateFormat, day_first: bool) -> Vec<String> {
    let (s, y) = (format.separator, if format.short_year { "%y" } else { "%Y" });
    match format.order {
        DateOrder::YearMonthDay => vec![format!("{y}{s}%m{s}%d")],
        DateOrder::DayMonthYear => vec![format!("%d{s}%m{s}{y}")],
        DateOrder::MonthDayYear => vec![format!("%m{s}%d{s}{y}")],
        DateOrder::Ambiguous if day_first => vec![format!("%d{s}%m{s}{y}")],
        DateOrder::Ambiguous => vec![format!("%m{s}%d{s}{y}")],
        DateOrder::DayNameYear => vec![format!("%d{s}%b{s}{y}"), format!("%d{s}%B{s}{y}")],
        DateOrder::NameDayYear => vec![format!("%b %d, {y}"), format!("%B %d, {y}")],
        DateOrder::YearMonth | DateOrder::NameYear => Vec::new(),
    }
}
