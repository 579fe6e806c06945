//! Whether the first record names the columns, and whether further records belong to it.

use super::field_code::Shape;
use super::layout::Row;

/// The header of a table.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Judged {
    /// Records of the header.
    pub(crate) n: usize,
    /// 0 to 1: how sure it is that they are (or, for `n` = 0, that there is none: then below 0.5).
    pub(crate) confidence: f64,
}

/// Records below the header that are looked at.
const MAX_BODY: usize = 120;
/// Header records at most.
const MAX_HEADER: usize = 4;

/// Natural log-odds that a table has a header, before it is looked at (89 % of tables have one).
const PRIOR: f64 = 2.1;

/// The header of a table whose first record is `rows[0]`.
pub(crate) fn judge(rows: &[Row<'_>], width: usize) -> Judged {
    let odds = PRIOR + evidence(rows, width);
    let confidence = 1.0 / (1.0 + (-odds).exp());
    if odds <= 0.0 {
        return Judged { n: 0, confidence };
    }
    let mut n = 1;
    while n < MAX_HEADER && rows.len() > n + 2 && continues(rows, n, width) {
        n += 1;
    }
    Judged { n, confidence }
}

/// Natural log-odds by which the first record looks like names and not like one more record.
pub(crate) fn evidence(rows: &[Row<'_>], width: usize) -> f64 {
    let Some(first) = rows.first() else { return 0.0 };
    let body: Vec<&Row<'_>> =
        rows[1..].iter().filter(|row| row.width == width && row.fill > 0).take(MAX_BODY).collect();
    let mut odds = 0.0;
    if first.fields.iter().any(|(value, _)| value.len() > 100) {
        odds -= 1.0;
    }
    let (mut breaks, mut agrees, mut repeats, mut novel) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    let mut named = 0.0_f64;
    let years: std::collections::HashSet<&str> =
        first.fields.iter().map(|(value, _)| *value).filter(|value| looks_like_year(value)).collect();
    let n_values = first.fields.iter().filter(|(_, shape)| shape.is_value()).count();
    // A row of different years and no other number names the columns of a series.
    let series = years.len() >= 3 && years.len() == n_values;
    for (column, &(value, shape)) in first.fields.iter().enumerate() {
        if is_common_name(value) {
            named += 1.0;
        }
        let cells: Vec<(&str, Shape)> = body
            .iter()
            .filter_map(|row| row.fields.get(column).copied())
            .filter(|(_, shape)| !matches!(shape, Shape::Empty | Shape::Token))
            .collect();
        if cells.is_empty() || matches!(shape, Shape::Empty | Shape::Token) {
            continue;
        }
        let n = cells.len() as f64;
        let values = cells.iter().filter(|(_, shape)| shape.is_value()).count() as f64;
        if values >= 0.8 * n {
            if !shape.is_value() || (series && !cells.iter().all(|(cell, _)| looks_like_year(cell))) {
                breaks += 1.0;
            } else if looks_like_year(value) && !cells.iter().all(|(cell, _)| looks_like_year(cell)) {
                breaks += 0.3;
            } else {
                agrees += 1.0;
            }
            continue;
        }
        if shape == Shape::Address {
            // No column is called by an address.
            agrees += 1.0;
            continue;
        }
        if shape.is_value() && !series {
            // A value over texts is no name, unless it is a year.
            agrees += if looks_like_year(value) { 0.2 } else { 0.8 };
            continue;
        }
        if cells.iter().any(|(cell, _)| *cell == value) {
            repeats += 1.0;
            continue;
        }
        let distinct: std::collections::HashSet<&str> = cells.iter().map(|(cell, _)| *cell).collect();
        // In a column of few, often repeated values a new one is a name.
        let repeated = 1.0 - distinct.len() as f64 / n;
        novel += if n >= 3.0 { repeated } else { 0.0 };
        let mean = cells.iter().map(|(cell, _)| cell.len()).sum::<usize>() as f64 / n;
        let spread = cells.iter().map(|(cell, _)| (cell.len() as f64 - mean).abs()).fold(0.0, f64::max);
        let same_shape = cells.iter().filter(|(_, other)| *other == shape).count() as f64 >= 0.8 * n;
        if n >= 3.0 && spread < 0.5 && mean >= 2.0 {
            // Codes of one length.
            if (value.len() as f64 - mean).abs() > 0.5 { novel += 0.7 } else { repeats += 0.3 }
        } else if n >= 3.0 && !same_shape {
            novel += 0.3;
        }
    }
    odds += 3.0 * breaks.min(1.0) + 0.7 * (breaks - 1.0).clamp(0.0, 3.0);
    odds -= 2.6 * agrees.min(1.0) + 1.0 * (agrees - 1.0).clamp(0.0, 4.0);
    odds -= 1.6 * repeats.min(1.0) + 0.8 * (repeats - 1.0).clamp(0.0, 3.0);
    odds += 1.2 * novel.min(3.0);
    odds += 1.5 * named.min(2.0);
    odds
}

/// Names that headers of tables have everywhere.
fn is_common_name(value: &str) -> bool {
    const NAMES: &[&str] = &[
        "id",
        "name",
        "date",
        "time",
        "year",
        "month",
        "day",
        "type",
        "code",
        "value",
        "title",
        "country",
        "city",
        "state",
        "address",
        "email",
        "phone",
        "description",
        "status",
        "category",
        "price",
        "amount",
        "total",
        "count",
        "latitude",
        "longitude",
        "lat",
        "lon",
        "lng",
        "url",
        "age",
        "sex",
        "gender",
        "key",
        "x",
        "y",
        "z",
        "index",
        "timestamp",
        "datetime",
        "comment",
        "comments",
        "region",
        "number",
        "first name",
        "last name",
        "firstname",
        "lastname",
        "zip",
        "postcode",
        "nom",
        "nombre",
        "fecha",
        "datum",
        "label",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(value))
}

fn looks_like_year(value: &str) -> bool {
    value.len() == 4 && value.parse::<u16>().is_ok_and(|year| (1800..=2100).contains(&year))
}

/// Whether `rows[n]` still belongs to the header: the same names again, or texts over columns of numbers and
/// dates (units, sub-names), which no data record has.
fn continues(rows: &[Row<'_>], n: usize, width: usize) -> bool {
    let row = &rows[n];
    if row.width != width || row.fill == 0 {
        return false;
    }
    let same = |a: &Row<'_>, b: &Row<'_>| {
        a.fill >= 2
            && a.fields.len() == b.fields.len()
            && a.fields.iter().zip(&b.fields).all(|(a, b)| a.0 == b.0)
    };
    if row.is_text() && same(row, &rows[0]) {
        return true;
    }
    if fills_gaps(&rows[n - 1], row) {
        return true;
    }
    let body: Vec<&Row<'_>> =
        rows[n + 1..].iter().filter(|row| row.width == width && row.fill > 0).take(MAX_BODY).collect();
    if body.len() < 3 || !row.is_text() {
        return false;
    }
    let (mut value_columns, mut broken) = (0, 0);
    for (column, &(_, shape)) in row.fields.iter().enumerate() {
        let cells = body.iter().filter_map(|row| row.fields.get(column)).map(|(_, shape)| *shape);
        let (mut filled, mut values) = (0, 0);
        for cell in cells {
            filled += usize::from(!matches!(cell, Shape::Empty | Shape::Token));
            values += usize::from(cell.is_value());
        }
        if filled >= 2 && values * 10 >= filled * 9 {
            value_columns += 1;
            broken += usize::from(!matches!(shape, Shape::Empty | Shape::Token));
        }
    }
    broken >= 2 && broken * 2 >= value_columns
}

/// Whether `row` names the columns that the header record `above` leaves without a name, and hardly any other: as
/// where a name stands above several columns.
fn fills_gaps(above: &Row<'_>, row: &Row<'_>) -> bool {
    let (mut n_gaps, mut n_filled, mut n_named, mut n_below) = (0, 0, 0, 0);
    for ((name, _), (value, _)) in above.fields.iter().zip(&row.fields) {
        if name.is_empty() {
            n_gaps += 1;
            n_filled += usize::from(!value.is_empty());
        } else {
            n_named += 1;
            n_below += usize::from(!value.is_empty());
        }
    }
    row.is_text() && n_gaps >= 2 && n_filled * 2 > n_gaps && n_below * 2 < n_named
}
