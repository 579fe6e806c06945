//! A table against its schema.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::ops::ControlFlow;

use aurora_advice::{Docs, Finding, FindingKind, Place, Severity, TableView};
use aurora_text::Span;

use crate::schema::{Field, Schema};

/// Code of the finding that the columns are others than the schema's.
pub const COLUMNS: &str = "schema-columns";
/// Code of the finding that values are not of the schema's kind.
pub const TYPE: &str = "schema-type";
/// Code of the finding that values break a constraint of the schema.
pub const CONSTRAINT: &str = "schema-constraint";
/// Code of the finding that a schema cannot be read.
pub const UNREADABLE: &str = "unreadable-schema";

/// Every code with its page.
pub const CODES: [(&str, Docs); 4] = [
    (COLUMNS, SchemaColumns::DOCS),
    (TYPE, SchemaType::DOCS),
    (CONSTRAINT, SchemaConstraint::DOCS),
    (UNREADABLE, UnreadableSchema::DOCS),
];

aurora_advice::documented! {
    /// Columns that the schema beside the file does not have, or has elsewhere.
    ///
    /// # What it finds
    /// Names of the schema that the header lacks, names of the header that the schema lacks, and another order.
    ///
    /// # Why it matters
    /// Programs that read the file by its schema take the wrong column, or stop.
    ///
    /// # When it is wrong
    /// The file is ahead of its schema: `aurora schema infer` writes a new one.
    pub struct SchemaColumns;
}

aurora_advice::documented! {
    /// Values that are not of the type that the schema beside the file declares.
    ///
    /// # What it finds
    /// For each column of the schema the values that are neither missing nor of its type and format.
    ///
    /// # Why it matters
    /// Programs that read the file by its schema refuse the value, the record or the file.
    ///
    /// # When it is wrong
    /// The schema names another format than the writer uses; mend the schema.
    pub struct SchemaType;
}

aurora_advice::documented! {
    /// Values that break a constraint of the schema beside the file.
    ///
    /// # What it finds
    /// Missing values of required columns, values that stand twice in unique columns and keys, and values outside of
    /// enumerations, patterns, bounds and lengths.
    ///
    /// # Why it matters
    /// The schema is what others were promised.
    ///
    /// # When it is wrong
    /// The constraint was guessed from an older file; mend the schema.
    pub struct SchemaConstraint;
}

aurora_advice::documented! {
    /// A schema beside the file that cannot be read.
    ///
    /// # What it finds
    /// JSON with a fault, a pattern that is none, a file too large.
    ///
    /// # Why it matters
    /// Nothing is checked against it.
    ///
    /// # When it is wrong
    /// The file bears the name of a schema and is none; give it another name.
    pub struct UnreadableSchema;
}

/// The finding that the schema it stands in cannot be read, for the reason `why`.
pub fn unreadable(why: &str) -> Finding {
    Finding {
        code: UNREADABLE,
        severity: Severity::Warning,
        kind: FindingKind::File,
        message: format!("nothing is checked against this schema: {why}"),
        place: Place { span: Span::empty(0), record: None, field: None, confidence: 1.0 },
        related: Vec::new(),
        n_places: 1,
        confidence: 1.0,
        fixes: Vec::new(),
    }
}

/// The page of one of these codes.
pub fn docs(code: &str) -> Option<&'static Docs> {
    CODES.iter().find(|(own, _)| *own == code).map(|(_, docs)| docs)
}

/// Records of one column that break one rule.
struct Breach<'a> {
    code: &'static str,
    column: usize,
    rule: String,
    field: Option<&'a Field>,
    n: u64,
    records: Vec<(u64, f64)>,
    example: String,
}

/// Examples kept a rule, as places; all are counted.
const MAX_PLACES: usize = 1_000;

/// What in `table` is not as `schema` says.
pub fn check(table: &TableView<'_>, schema: &Schema) -> Vec<Finding> {
    let mut found: Vec<Finding> = columns(table, schema).into_iter().collect();
    // Without a header, and where a name is blank, the place tells.
    let nameless = table.detection.layout.header_records == 0;
    let column_of = |name: &str| {
        let place = if nameless || name.trim().is_empty() {
            schema.fields.iter().position(|field| field.name == name)
        } else {
            table.columns.iter().position(|column| column.header.name == name)
        };
        place.filter(|&idx| idx < table.columns.len())
    };
    let own = |(at, field): (usize, &'_ Field)| {
        if nameless || field.name.trim().is_empty() {
            Some(at).filter(|&at| at < table.columns.len())
        } else {
            column_of(&field.name)
        }
    };
    let fields: Vec<(usize, &Field)> =
        schema.fields.iter().enumerate().filter_map(|(at, field)| Some((own((at, field))?, field))).collect();
    let key: Option<Vec<usize>> = schema.primary_key.iter().map(|name| column_of(name)).collect();
    let key = key.filter(|key| !key.is_empty());
    let mut breaches: Vec<Breach<'_>> = Vec::new();
    // Equal values are known by a keyed 64-bit hash: a table of any size is judged in a few bytes a record.
    let hashes = RandomState::new();
    let mut seen: Vec<HashSet<u64>> = vec![HashSet::new(); fields.len() + 1];
    table.source.visit(0..u64::MAX, &mut |block| {
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            let value = |column: usize| {
                r.fields.get(column).map(|f| f.value(block.text, block.dialect)).unwrap_or_default()
            };
            for (at, (column, field)) in fields.iter().enumerate() {
                let value = value(*column);
                let mut broken = |code, rule: String| {
                    note(&mut breaches, code, *column, Some(field), rule, record, &value)
                };
                if schema.missing.iter().any(|missing| *missing == *value) {
                    if field.constraints.required {
                        broken(CONSTRAINT, "required".to_owned());
                    }
                    continue;
                }
                if !field.holds(&value) {
                    broken(TYPE, field.kind.as_str().to_owned());
                    continue;
                }
                if let Some(rule) = constraint(field, &value) {
                    broken(CONSTRAINT, rule);
                }
                if field.constraints.unique && !seen[at].insert(hashes.hash_one(&*value)) {
                    broken(CONSTRAINT, "unique".to_owned());
                }
            }
            if let Some(key) = &key {
                let values: Vec<_> = key.iter().map(|&column| value(column).into_owned()).collect();
                if !seen[fields.len()].insert(hashes.hash_one(&values)) {
                    let rule = "primary key".to_owned();
                    note(&mut breaches, CONSTRAINT, key[0], None, rule, record, &values.join(", "));
                }
            }
            record += 1;
        }
        ControlFlow::Continue(())
    });
    found.extend(breaches.into_iter().filter_map(|breach| finding(table, breach)));
    found
}

fn note<'a>(
    breaches: &mut Vec<Breach<'a>>,
    code: &'static str,
    column: usize,
    field: Option<&'a Field>,
    rule: String,
    record: u64,
    value: &str,
) {
    let known = breaches.iter_mut().find(|b| b.column == column && b.code == code && b.rule == rule);
    let breach = match known {
        Some(known) => known,
        None => {
            let example = value.chars().take(40).collect();
            breaches.push(Breach { code, column, rule, field, n: 0, records: Vec::new(), example });
            breaches.last_mut().expect("one was pushed")
        }
    };
    breach.n += 1;
    if breach.records.len() < MAX_PLACES {
        breach.records.push((record, 1.0));
    }
}

/// The constraint that `value` breaks.
fn constraint(field: &Field, value: &str) -> Option<String> {
    let own = &field.constraints;
    if !own.one_of.is_empty() && !own.one_of.iter().any(|allowed| allowed == value) {
        return Some("enumeration".to_owned());
    }
    if let Some((written, regex)) = &own.pattern
        && !regex.is_match(value)
    {
        return Some(format!("pattern {written}"));
    }
    if own.minimum.is_some() || own.maximum.is_some() {
        let x = field.number(value);
        if let Some(minimum) = own.minimum.filter(|minimum| x.is_some_and(|x| x < *minimum)) {
            return Some(format!("minimum {minimum}"));
        }
        if let Some(maximum) = own.maximum.filter(|maximum| x.is_some_and(|x| x > *maximum)) {
            return Some(format!("maximum {maximum}"));
        }
    }
    if own.min_length.is_some() || own.max_length.is_some() {
        let n = value.chars().count();
        if let Some(least) = own.min_length.filter(|least| n < *least) {
            return Some(format!("minimum length {least}"));
        }
        if let Some(most) = own.max_length.filter(|most| n > *most) {
            return Some(format!("maximum length {most}"));
        }
    }
    None
}

fn finding(table: &TableView<'_>, breach: Breach<'_>) -> Option<Finding> {
    let column = table.column(breach.column)?;
    let (n, all) = (breach.n, table.structure.n_records);
    let example =
        if breach.example.is_empty() { String::new() } else { format!(", such as '{}'", breach.example) };
    let message = match (breach.code, breach.field) {
        (TYPE, _) => format!("{n} of {all} values are no {} as the schema has it{example}", breach.rule),
        (_, Some(_)) if breach.rule == "required" => {
            format!("{n} of {all} values are missing, and the schema requires them")
        }
        _ => format!("{n} of {all} values break the schema's {}{example}", breach.rule),
    };
    let finding = Finding {
        code: breach.code,
        severity: Severity::Warning,
        kind: FindingKind::Value,
        message,
        place: Place { span: column.header.span, record: None, field: Some(column.idx), confidence: 1.0 },
        related: Vec::new(),
        n_places: n,
        confidence: 1.0,
        fixes: Vec::new(),
    };
    Some(finding.with_records(table, &breach.records, n))
}

fn columns(table: &TableView<'_>, schema: &Schema) -> Option<Finding> {
    if table.detection.layout.header_records == 0 {
        return None;
    }
    let here: Vec<&str> = table.columns.iter().map(|column| column.header.name.as_str()).collect();
    let there: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
    if here == there {
        return None;
    }
    let quoted = |names: Vec<&str>| {
        let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
        names.iter().take(5).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ") + &more
    };
    let lacking: Vec<&str> = there.iter().filter(|name| !here.contains(name)).copied().collect();
    let unknown: Vec<&str> = here.iter().filter(|name| !there.contains(name)).copied().collect();
    let mut parts = Vec::new();
    if !lacking.is_empty() {
        parts.push(format!("the schema has {}, which the file lacks", quoted(lacking)));
    }
    if !unknown.is_empty() {
        parts.push(format!("the file has {}, which the schema lacks", quoted(unknown)));
    }
    if parts.is_empty() {
        parts.push("the columns stand in another order than in the schema".to_owned());
    }
    let span = table.columns.first().map_or(Span::empty(0), |column| column.header.span);
    Some(Finding {
        code: COLUMNS,
        severity: Severity::Warning,
        kind: FindingKind::File,
        message: parts.join("; "),
        place: Place { span, record: None, field: None, confidence: 1.0 },
        related: Vec::new(),
        n_places: 1,
        confidence: 1.0,
        fixes: Vec::new(),
    })
}
