//! What the transforms of columns share: finding their column, and the two ways of putting computed values.

use aurora_profile::ValueKind;
use aurora_profile::value_kind::{is_null_token, number};
use aurora_text::TextEdit;

use crate::checks::mixed_null_tokens;
use crate::{
    Change, ColumnView, Fitted, FixClass, NewColumn, Proposal, Purpose, TableView, Target, number_text,
    purpose,
};

/// The column that `target` names as a whole.
pub fn column<'a>(table: &'a TableView<'_>, target: Target) -> Option<&'a ColumnView<'a>> {
    match target {
        Target::Column(idx) | Target::InPlace(idx) => table.column(idx),
        _ => None,
    }
}

/// Whether a column can be added to the table: it needs a delimiter, and a header of one record at most.
pub fn can_add(table: &TableView<'_>) -> bool {
    let layout = &table.detection.layout;
    !table.detection.dialect.delimiter.as_str().is_empty() && layout.header_records <= 1
}

/// Whether the records stand in groups, by another column than `idx` whose equal values stand together (a patient's
/// visits, a shop's days): what comes before a record may then be another's. Days and months are no groups.
pub fn is_grouped(table: &TableView<'_>, idx: usize) -> bool {
    let groups = |column: &ColumnView<'_>| {
        let (profile, order) = (column.profile, &column.profile.order);
        let n_runs = order.n_up + order.down.n + order.n_unlike + 1;
        let stands_together = profile.distinct > 1
            && profile.distinct * 2 <= profile.n_present()
            && n_runs * 10 <= profile.distinct * 11;
        // What costs more is asked last: this is done for each column, of each.
        let is_named = || matches!(purpose::purpose(column), Purpose::Identifier | Purpose::Code);
        let is_month = |value: &String| crate::calendar::month_of(value).is_some();
        let is_text = || profile.kind() == ValueKind::Text && !profile.examples.first().is_some_and(is_month);
        column.idx != idx && stands_together && (is_named() || is_text())
    };
    table.columns.iter().any(groups)
}

/// A proposal with `title` and these parameters.
pub fn proposal(title: String, class: FixClass, parameters: Vec<(&'static str, String)>) -> Proposal {
    Proposal { title, class, parameters }
}

/// A proposal that comes to one edit.
pub fn one_edit<'a>(title: String, class: FixClass, edit: TextEdit) -> Fitted<'a> {
    Fitted { proposal: proposal(title, class, Vec::new()), change: Change::Edits(vec![edit]) }
}

/// A column of numbers mapped by `map`: added as `<name>_<suffix>`, or in place. Fields that hold no number, and
/// numbers that `map` leaves out, are empty in the new column and stay in place.
pub fn mapped<'a>(
    column: &ColumnView<'_>,
    table: &TableView<'_>,
    target: Target,
    (what, suffix): (&str, &str),
    parameters: Vec<(&'static str, String)>,
    mut map: impl FnMut(f64) -> Option<f64> + 'a,
) -> Option<Fitted<'a>> {
    let name = &column.header.name;
    let mut text = move |value: &str| number(value).and_then(&mut map).map(number_text::write);
    if target.in_place() {
        return Some(Fitted {
            proposal: proposal(
                format!("Replace {} by its {what}", column.called()),
                FixClass::Unsafe,
                parameters,
            ),
            change: Change::Replace(column.idx, Box::new(move |_, value| text(value))),
        });
    }
    let new = NewColumn {
        name: format!("{name}_{suffix}"),
        value: Box::new(move |_, value| text(value).unwrap_or_default()),
    };
    can_add(table).then(|| Fitted {
        proposal: proposal(
            format!("Add the {what} of {} as a column", column.called()),
            FixClass::New,
            parameters,
        ),
        change: Change::Add(column.idx, vec![new]),
    })
}

/// Nulls of a column filled with one value. A token that may be a word of the column (`NA` among country codes) is none.
pub fn filled<'a>(column: &ColumnView<'_>, strategy: &'static str, fill: String) -> Option<Fitted<'a>> {
    let name = column.called();
    let tokens = &column.profile.null_tokens;
    let spelled = mixed_null_tokens::spellings(column, false);
    let is_null = |token: &str| token.is_empty() || spelled.iter().any(|(known, _)| known == token);
    let words: Vec<String> =
        tokens.iter().filter(|token| !is_null(&token.value)).map(|token| token.value.clone()).collect();
    let n_words: u64 = tokens.iter().filter(|token| words.contains(&token.value)).map(|token| token.n).sum();
    let n = column.profile.n_null().saturating_sub(n_words);
    if n == 0 {
        return None;
    }
    let title = match strategy {
        "constant" => format!("Fill {n} nulls of {name} with {fill}"),
        _ => format!("Fill {n} nulls of {name} with the {} {fill}", strategy.replace('_', " ")),
    };
    let parameters = vec![("strategy", strategy.to_owned()), ("fill_value", fill.clone())];
    Some(Fitted {
        proposal: proposal(title, FixClass::Unsafe, parameters),
        change: Change::Replace(
            column.idx,
            Box::new(move |_, value| {
                let value = value.trim();
                (is_null_token(value) && !words.iter().any(|word| word == value)).then(|| fill.clone())
            }),
        ),
    })
}

/// All values of a column in order, a missing field as the empty value.
pub fn values(table: &TableView<'_>, column: usize) -> Vec<String> {
    let mut values = Vec::new();
    table.each_value(column, |_, value| values.push(value.unwrap_or_default().to_owned()));
    values
}

/// `value`, or nothing when it stands for nothing.
pub fn present(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !is_null_token(value))
}
