//! A Table Schema from what the columns hold.

use aurora_advice::calendar::DayOrder;
use aurora_advice::{ColumnView, TableView};
use aurora_profile::ValueKind;
use aurora_profile::date::{DateFormat, DateOrder};
use serde_json::{Map, Value, json};

/// The Table Schema that `table` keeps to. What a longer file might not keep to (bounds, enumerations) is left out.
pub fn infer(table: &TableView<'_>) -> Value {
    let mut missing = vec![String::new()];
    for column in table.columns {
        // A token stands for nothing only where it is not a text among texts.
        if kind(column) != ValueKind::Text {
            missing.extend(column.profile.null_tokens.iter().map(|token| token.value.clone()));
        }
    }
    missing.sort();
    missing.dedup();
    let nameless = table.detection.layout.header_records == 0;
    let fields: Vec<Value> = table.columns.iter().map(|column| field(column, &missing, nameless)).collect();
    json!({"fields": fields, "missingValues": missing})
}

/// The kind that every value has; text where there are several.
fn kind(column: &ColumnView<'_>) -> ValueKind {
    let profile = column.profile;
    let present = profile.n_present();
    let all = |kinds: &[ValueKind]| {
        present > 0 && kinds.iter().map(|&kind| profile.count(kind)).sum::<u64>() == present
    };
    let codes = profile.n_odd(aurora_profile::Oddness::LeadingZero) > 0;
    let singles = [ValueKind::Boolean, ValueKind::Date, ValueKind::DateTime, ValueKind::Time];
    match () {
        // Codes are texts that look like numbers.
        () if codes => ValueKind::Text,
        () if all(&[ValueKind::Integer]) => ValueKind::Integer,
        () if all(&[ValueKind::Integer, ValueKind::Real]) => ValueKind::Real,
        () => singles.into_iter().find(|kind| all(&[*kind])).unwrap_or(ValueKind::Text),
    }
}

fn field(column: &ColumnView<'_>, missing: &[String], nameless: bool) -> Value {
    let profile = column.profile;
    let mut field = Map::new();
    // Whoever reads the schema needs a name; the place tells which column of a file without header it is.
    let name = match column.header.name.trim() {
        "" if nameless => format!("column_{}", column.idx + 1),
        _ => column.header.name.clone(),
    };
    field.insert("name".to_owned(), json!(name));
    let word = match kind(column) {
        ValueKind::Integer => "integer",
        ValueKind::Real => "number",
        ValueKind::Boolean => {
            // The words that were seen, each where it belongs.
            let words: Vec<&str> = profile.top.iter().map(|count| count.value.as_str()).collect();
            let is_true =
                |word: &&str| ["true", "yes", "y", "t", "1", "on"].contains(&word.to_lowercase().as_str());
            let (yes, no): (Vec<&str>, Vec<&str>) = words.into_iter().partition(is_true);
            field.insert("trueValues".to_owned(), json!(yes));
            field.insert("falseValues".to_owned(), json!(no));
            "boolean"
        }
        ValueKind::Date => {
            let order = DayOrder::of(profile);
            let mut formats: Vec<_> = profile
                .date_formats
                .keys()
                .map(|format| strptime(*format, order.day_first(format.separator)))
                .collect();
            formats.dedup();
            match formats.as_slice() {
                [Some(format)] if format == "%Y-%m-%d" => "date",
                [Some(format)] => {
                    field.insert("format".to_owned(), json!(format));
                    "date"
                }
                _ => "string",
            }
        }
        ValueKind::DateTime => "datetime",
        ValueKind::Time => "time",
        _ => "string",
    };
    field.insert("type".to_owned(), json!(word));
    let n_missing: u64 =
        profile.null_tokens.iter().filter(|token| missing.contains(&token.value)).map(|token| token.n).sum();
    let mut constraints = Map::new();
    if n_missing == 0 && profile.n > 0 && profile.n_null() == 0 {
        constraints.insert("required".to_owned(), json!(true));
        if profile.distinct_error == 0.0 && profile.distinct == profile.n && profile.n > 1 {
            constraints.insert("unique".to_owned(), json!(true));
        }
    }
    if !constraints.is_empty() {
        field.insert("constraints".to_owned(), Value::Object(constraints));
    }
    Value::Object(field)
}

/// A format of days that is certain, in the notation of `strptime`.
fn strptime(format: DateFormat, day_first: Option<bool>) -> Option<String> {
    let (s, y) = (format.separator, if format.short_year { "%y" } else { "%Y" });
    match format.order {
        DateOrder::YearMonthDay => Some(format!("{y}{s}%m{s}%d")),
        DateOrder::DayMonthYear => Some(format!("%d{s}%m{s}{y}")),
        DateOrder::Ambiguous if day_first == Some(true) => Some(format!("%d{s}%m{s}{y}")),
        DateOrder::Ambiguous if day_first == Some(false) => Some(format!("%m{s}%d{s}{y}")),
        DateOrder::MonthDayYear => Some(format!("%m{s}%d{s}{y}")),
        _ => None,
    }
}
