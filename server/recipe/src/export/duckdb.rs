//! SQL of DuckDB: a common table expression a step, over text as the file has it. The records keep their order by a
//! number that is no column of the result.

use super::{Exported, NUMBER, in_comment, literal, notice, null_tokens, reason};
use crate::operation::{Map, Otherwise, Test};
use crate::{Operation, Recipe};

/// The number of a record, while the query runs.
const RECORD: &str = "\"aurora record\"";

/// The script. The variable `source` names the file.
pub(super) fn export(recipe: &Recipe) -> Exported {
    let table = &recipe.table;
    let nulls: Vec<_> = null_tokens().map(string).collect();
    let mut code = format!(
        "{}-- First: SET VARIABLE source = 'FILE.csv';\n\
         CREATE OR REPLACE TEMP MACRO au_text(v) AS coalesce(CAST(v AS VARCHAR), '');\n\
         CREATE OR REPLACE TEMP MACRO au_trim(v) AS regexp_replace(au_text(v), '^[\\s\\p{{Z}}]+|[\\s\\p{{Z}}]+$', '', 'g');\n\
         CREATE OR REPLACE TEMP MACRO au_missing(v) AS lower(au_trim(v)) IN ({});\n\
         CREATE OR REPLACE TEMP MACRO au_finite(x) AS CASE WHEN isfinite(x) THEN x END;\n\
         CREATE OR REPLACE TEMP MACRO au_number(v) AS CASE WHEN regexp_full_match(au_trim(v), {})\n  \
         THEN au_finite(TRY_CAST(au_trim(v) AS DOUBLE)) END;\n\
         WITH step_0 AS (\n  SELECT row_number() OVER () AS {RECORD}, * FROM read_csv(getvariable('source'), \
         delim = {}, quote = {}, header = true,\n    all_varchar = true, null_padding = true, encoding = {}, skip = {})\n)",
        notice("--"),
        nulls.join(", "),
        string(NUMBER),
        string(if table.delimiter.is_empty() { "\u{1}" } else { &table.delimiter }),
        string(&table.quote),
        string(&table.encoding),
        table.skip_lines,
    );
    let mut left_out = Vec::new();
    let mut columns = table.columns.clone();
    let mut last = 0;
    for (n, step) in recipe.steps.iter().enumerate() {
        let what = in_comment(&step.describe());
        match select(&step.operation(), &mut columns, &format!("step_{last}")) {
            Some(select) => {
                last += 1;
                code.push_str(&format!(",\n-- step {}: {what}\nstep_{last} AS (\n  {select}\n)", n + 1));
            }
            None => {
                if let Some(reason) = reason(step, "DuckDB") {
                    code.push_str(&format!("\n-- step {} is left out: {}\n", n + 1, in_comment(&reason)));
                    left_out.push((n, reason));
                } else {
                    code.push_str(&format!(
                        "\n-- step {} ({what}) concerns the file's form, not its table\n",
                        n + 1
                    ));
                }
            }
        }
    }
    let names: Vec<_> = columns.iter().map(|name| identifier(name)).collect();
    code.push_str(&format!("\nSELECT {} FROM step_{last} ORDER BY {RECORD};\n", names.join(", ")));
    Exported { code, left_out }
}

/// The query of a step over the table called `from`, whose columns become those after the step.
fn select(operation: &Operation<'_>, columns: &mut Vec<String>, from: &str) -> Option<String> {
    // In the place of one column other ones, each an expression and its name.
    let mut instead = |column: &str, new: Vec<(String, String)>, record: &str, rest: &str| {
        let at = columns.iter().position(|name| name == column)?;
        let mut parts = vec![format!("{record} AS {RECORD}")];
        parts.extend(columns[..at].iter().map(|name| identifier(name)));
        parts.extend(new.iter().map(|(value, name)| format!("{value} AS {}", identifier(name))));
        parts.extend(columns[at + 1..].iter().map(|name| identifier(name)));
        columns.splice(at..=at, new.into_iter().map(|(_, name)| name));
        Some(format!("SELECT {} FROM {from}{rest}", parts.join(", ")))
    };
    let value = values(operation);
    if let Some((column, new)) = value {
        return instead(column, new, RECORD, "");
    }
    let renumbered = |order: &str| format!("row_number() OVER (ORDER BY {order})");
    match operation {
        Operation::Drop(column) => instead(column, Vec::new(), RECORD, ""),
        Operation::DropMissing(column) => {
            let c = identifier(column);
            let keep = vec![(c.clone(), (*column).to_owned())];
            instead(column, keep, &renumbered(RECORD), &format!(" WHERE NOT au_missing({c})"))
        }
        Operation::Pseudonym(column) => {
            let (c, prefix) = (identifier(column), string(&format!("{column}-")));
            let first = "\"aurora first\"";
            let number = format!("dense_rank() OVER (ORDER BY {first} NULLS LAST)");
            let new = format!("CASE WHEN {first} IS NULL THEN au_text({c}) ELSE {prefix} || {number} END");
            let numbered = format!(
                "(SELECT *, CASE WHEN NOT au_missing({c}) THEN min({RECORD}) OVER (PARTITION BY au_missing({c}), \
                 au_trim({c})) END AS {first} FROM {from})"
            );
            let at = columns.iter().position(|name| name == column)?;
            let mut parts: Vec<_> = columns.iter().map(|name| identifier(name)).collect();
            parts[at] = format!("{new} AS {c}");
            Some(format!("SELECT {RECORD}, {}\n  FROM {numbered}", parts.join(", ")))
        }
        Operation::Distinct => {
            let all: Vec<_> = columns.iter().map(|name| identifier(name)).collect();
            let texts: Vec<_> = all.iter().map(|c| format!("au_text({c})")).collect();
            let first = format!(
                "SELECT * FROM {from} QUALIFY row_number() OVER (PARTITION BY {} ORDER BY {RECORD}) = 1",
                texts.join(", ")
            );
            Some(format!("SELECT {} AS {RECORD}, {}\n  FROM ({first})", renumbered(RECORD), all.join(", ")))
        }
        Operation::Sort(column) => {
            let c = identifier(column);
            let order = format!("au_number({c}) NULLS LAST, au_text({c}), {RECORD}");
            instead(column, vec![(c, (*column).to_owned())], &renumbered(&order), "")
        }
        Operation::Explode(column, separator) => {
            let (c, separator) = (identifier(column), string(separator));
            let parts =
                format!("[au_trim(x) FOR x IN string_split(au_text({c}), {separator}) IF au_trim(x) <> '']");
            let at = columns.iter().position(|name| name == column)?;
            let others: Vec<_> = columns.iter().map(|name| identifier(name)).collect();
            let mut inner = others.clone();
            let list = format!("CASE WHEN len({parts}) > 1 THEN {parts} ELSE [au_text({c})] END");
            inner[at] = format!("unnest({list}) AS {c}");
            Some(format!(
                "SELECT row_number() OVER (ORDER BY {RECORD}, \"aurora part\") AS {RECORD}, {}\n  FROM (SELECT \
                 {RECORD}, generate_subscripts({list}, 1) AS \"aurora part\", {} FROM {from})",
                others.join(", "),
                inner.join(", ")
            ))
        }
        Operation::Rename(names) if names.len() == columns.len() => {
            let parts: Vec<_> = columns
                .iter()
                .zip(names.iter())
                .map(|(old, new)| format!("{} AS {}", identifier(old), identifier(new)))
                .collect();
            columns.clone_from_slice(names);
            Some(format!("SELECT {RECORD}, {} FROM {from}", parts.join(", ")))
        }
        _ => None,
    }
}

/// For an operation that computes values record by record: the column, and what stands in its place.
fn values<'a>(operation: &Operation<'a>) -> Option<(&'a str, Vec<(String, String)>)> {
    let put = |column: &'a str, new: String| {
        let c = identifier(column);
        Some((column, vec![(format!("coalesce(CAST({new} AS VARCHAR), au_text({c}))"), column.to_owned())]))
    };
    let add = |column: &'a str, new: Vec<(&str, String)>| {
        let own = (identifier(column), column.to_owned());
        let new = new.into_iter().map(|(name, value)| (value, name.to_owned()));
        Some((column, std::iter::once(own).chain(new).collect()))
    };
    let number = |column: &str| format!("au_number({})", identifier(column));
    match operation {
        Operation::Number(column, new, map) => {
            let value = function(*map, &number(column))?;
            match new {
                None => put(column, value),
                Some(new) => add(column, vec![(new, value)]),
            }
        }
        Operation::Clip(column, low, high) => {
            let (x, low, high) = (number(column), literal(*low), literal(*high));
            put(column, format!("CASE WHEN {x} < {low} THEN {low} WHEN {x} > {high} THEN {high} END"))
        }
        Operation::Fill(column, fill) => {
            put(column, format!("CASE WHEN au_missing({}) THEN {} END", identifier(column), string(fill)))
        }
        Operation::FillDown(column) | Operation::FillUp(column) => {
            let c = identifier(column);
            let (function, frame) = match operation {
                Operation::FillDown(_) => ("last_value", "UNBOUNDED PRECEDING AND CURRENT ROW"),
                _ => ("first_value", "CURRENT ROW AND UNBOUNDED FOLLOWING"),
            };
            put(
                column,
                format!(
                    "CASE WHEN au_missing({c}) THEN {function}(CASE WHEN NOT au_missing({c}) THEN au_trim({c}) END \
                     IGNORE NULLS) OVER (ORDER BY {RECORD} ROWS BETWEEN {frame}) END"
                ),
            )
        }
        Operation::Interpolate(column) => {
            let (c, x) = (identifier(column), number(column));
            let of = |what: &str, function: &str, frame: &str| {
                format!(
                    "{function}(CASE WHEN {x} IS NOT NULL THEN {what} END IGNORE NULLS) OVER (ORDER BY {RECORD} \
                     ROWS BETWEEN {frame})"
                )
            };
            let before = |what: &str| of(what, "last_value", "UNBOUNDED PRECEDING AND CURRENT ROW");
            let after = |what: &str| of(what, "first_value", "CURRENT ROW AND UNBOUNDED FOLLOWING");
            let (x0, x1, r0, r1) = (before(&x), after(&x), before(RECORD), after(RECORD));
            put(
                column,
                format!(
                    "CASE WHEN au_missing({c}) THEN {x0} + ({x1} - {x0}) * ({RECORD} - {r0}) / ({r1} - {r0}) END"
                ),
            )
        }
        Operation::FillByGroup(column, by, groups, otherwise) => {
            let key = format!("au_trim({})", identifier(by));
            let fill = format!("coalesce({}, {})", cases(&key, groups), string(otherwise));
            put(column, format!("CASE WHEN au_missing({}) THEN {fill} END", identifier(column)))
        }
        Operation::Flag(column, new, test) => {
            let x = number(column);
            let value = match test {
                Test::Missing => format!("CAST(au_missing({}) AS INTEGER)", identifier(column)),
                Test::Zero => format!("CAST({x} = 0 AS INTEGER)"),
                Test::Outside(low, high) => {
                    format!("CAST({x} < {} OR {x} > {} AS INTEGER)", literal(*low), literal(*high))
                }
            };
            add(column, vec![(new, value)])
        }
        Operation::Indicators(column, columns) => {
            let c = identifier(column);
            let one = |value: &str| format!("CAST(au_text({c}) = {} AS INTEGER)", string(value));
            add(column, columns.iter().map(|(name, value)| (*name, one(value))).collect())
        }
        Operation::Labels(column, separator, columns) => {
            let parts = parts(column, separator);
            let one = |part: &str| format!("CAST(list_contains({parts}, {}) AS INTEGER)", string(part));
            add(column, columns.iter().map(|(name, part)| (*name, one(part))).collect())
        }
        Operation::Split(column, separator, names) => {
            let parts = parts(column, separator);
            let one = |at: usize| format!("coalesce({parts}[{}], '')", at + 1);
            add(column, names.iter().enumerate().map(|(at, name)| (name.as_str(), one(at))).collect())
        }
        Operation::Lookup(column, new, literals, otherwise) => {
            let c = identifier(column);
            let found = cases(&format!("au_text({c})"), literals);
            let value = match otherwise {
                Otherwise::Keep | Otherwise::Empty => found,
                Otherwise::Word(word) => {
                    format!("coalesce({found}, CASE WHEN NOT au_missing({c}) THEN {} END)", string(word))
                }
            };
            match new {
                None => put(column, value),
                Some(new) => add(column, vec![(new, value)]),
            }
        }
        Operation::Trim(column) => {
            let edges = r"[\s\p{Z}\x{200B}\x{2060}\x{FEFF}]+";
            put(
                column,
                format!("regexp_replace(au_text({}), '^{edges}|{edges}$', '', 'g')", identifier(column)),
            )
        }
        Operation::Collapse(column) => {
            let c = identifier(column);
            put(
                column,
                format!(
                    "CASE WHEN NOT regexp_matches(au_text({c}), '[\\n\\r]') \
                     THEN regexp_replace(au_trim({c}), '[\\s\\p{{Z}}]+', ' ', 'g') END"
                ),
            )
        }
        Operation::Whole(column) => put(
            column,
            format!("regexp_replace(au_text({}), '^\\s*(-?[0-9]+)\\.0+\\s*$', '\\1')", identifier(column)),
        ),
        Operation::ZeroPad(column, width) => put(
            column,
            format!(
                "regexp_replace(au_text({}), '^\\s*([0-9]{{{}}})\\s*$', '0\\1')",
                identifier(column),
                width.saturating_sub(1)
            ),
        ),
        Operation::Mask(column) => {
            let c = identifier(column);
            let name = format!("split_part(au_text({c}), '@', 1)");
            put(
                column,
                format!(
                    "CASE WHEN NOT au_missing({c}) THEN regexp_replace({name}, '[\\p{{L}}\\p{{N}}]', '*', 'g') || \
                     substr(au_text({c}), length({name}) + 1) END"
                ),
            )
        }
        Operation::IsoDate(column, formats) => {
            put(column, format!("strftime({}, '%Y-%m-%d')", date(column, formats)))
        }
        Operation::DateParts(column, formats, names) => {
            let day = date(column, formats);
            let parts = ["year", "month", "day", "isodow"].map(|part| format!("{part}({day})"));
            add(column, names.iter().map(String::as_str).zip(parts).collect())
        }
        Operation::Season(column, formats, names) => {
            let day = date(column, formats);
            let length = format!("dayofyear(make_date(year({day}), 12, 31))");
            let waves =
                ["sin", "cos"].map(|wave| format!("{wave}(2 * pi() * (dayofyear({day}) - 1) / {length})"));
            add(column, names.iter().map(String::as_str).zip(waves).collect())
        }
        _ => None,
    }
}

fn date(column: &str, formats: &[String]) -> String {
    let formats: Vec<_> = formats.iter().map(|format| string(format)).collect();
    format!("try_strptime(au_trim({}), [{}])", identifier(column), formats.join(", "))
}

fn parts(column: &str, separator: &str) -> String {
    format!("[au_trim(x) FOR x IN string_split(au_text({}), {})]", identifier(column), string(separator))
}

/// The literal that belongs to the value of `key`; nothing for others.
fn cases(key: &str, values: &[(String, String)]) -> String {
    if values.is_empty() {
        return "NULL".to_owned();
    }
    let cases: Vec<_> =
        values.iter().map(|(from, to)| format!("WHEN {} THEN {}", string(from), string(to))).collect();
    format!("CASE {key} {} END", cases.join(" "))
}

/// The expression of the number `x`; SQL has no quantile function of the normal distribution.
fn function(map: Map, x: &str) -> Option<String> {
    let when = |condition: &str, value: &str| format!("CASE WHEN {x} {condition} THEN {value} END");
    Some(match map {
        Map::Log1p => when(">= 0", &format!("ln(1 + {x})")),
        Map::Log => when("> 0", &format!("ln({x})")),
        Map::Sqrt => when(">= 0", &format!("sqrt({x})")),
        Map::Cbrt => format!("cbrt({x})"),
        Map::Reciprocal => when("<> 0", &format!("1 / {x}")),
        Map::BoxCox(lambda) if lambda.abs() < 1e-10 => when("> 0", &format!("ln({x})")),
        Map::BoxCox(lambda) => {
            let l = literal(lambda);
            when("> 0", &format!("(pow({x}, {l}) - 1) / {l}"))
        }
        Map::YeoJohnson(lambda) => {
            let (l, rest) = (literal(lambda), literal(2.0 - lambda));
            let above = if lambda.abs() < 1e-10 {
                format!("ln(1 + {x})")
            } else {
                format!("(pow(1 + {x}, {l}) - 1) / {l}")
            };
            let below = if (lambda - 2.0).abs() < 1e-10 {
                format!("-ln(1 - {x})")
            } else {
                format!("-(pow(1 - {x}, {rest}) - 1) / {rest}")
            };
            format!("CASE WHEN {x} >= 0 THEN {above} WHEN {x} < 0 THEN {below} END")
        }
        Map::Affine(centre, scale) => format!("({x} - {}) / {}", literal(centre), literal(scale)),
        Map::Rank => format!(
            "CASE WHEN {x} IS NOT NULL THEN rank() OVER (PARTITION BY {x} IS NULL ORDER BY {x}) + \
             (count(*) OVER (PARTITION BY {x}) - 1) / 2 END"
        ),
        Map::NormalQuantile => return None,
    })
}

/// A string of SQL.
fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name of SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
