//! Python with Polars: a function a step over tables of text, as the file has it.

use super::{Exported, NUMBER, literal, notice, null_tokens, python, python_dict, python_list, python_steps};
use crate::operation::{Map, Otherwise, Test};
use crate::{Operation, Recipe};

const HELPERS: &str = r#"

def text(c):
    return pl.col(c).cast(pl.String).fill_null("")


def missing(c):
    return text(c).str.strip_chars().str.to_lowercase().is_in(NULLS)


def number(c):
    stripped = text(c).str.strip_chars()
    plain = pl.when(stripped.str.contains("^" + NUMBER + "$")).then(stripped.str.strip_prefix("+"))
    numbers = plain.cast(pl.Float64, strict=False)
    return pl.when(numbers.is_finite()).then(numbers)


def dates(c, formats):
    stripped = text(c).str.strip_chars()
    return pl.coalesce([stripped.str.to_date(one, strict=False) for one in formats])


def put(t, c, new):
    """Replaces the column where there is a new value."""
    return t.with_columns(pl.coalesce(new.cast(pl.String), text(c)).alias(c))


def add(t, c, new):
    """Adds columns beside the column."""
    at = t.get_column_index(c) + 1
    order = t.columns[:at] + list(new) + t.columns[at:]
    return t.with_columns([value.alias(name) for name, value in new.items()]).select(order)


def masked(value):
    if value.strip().lower() in NULLS:
        return value
    name, at, rest = value.partition("@")
    return "".join("*" if c.isalnum() else c for c in name) + at + rest


def fnv1a(value):
    code = 0x811C9DC5
    for byte in value.encode():
        code = (code ^ byte) * 0x01000193 % 2**32
    return code
"#;

/// The script.
pub(super) fn export(recipe: &Recipe) -> Exported {
    let table = &recipe.table;
    let quote = if table.quote.is_empty() { "None".to_owned() } else { python(&table.quote) };
    let separator = if table.delimiter.is_empty() { "\u{1}" } else { &table.delimiter };
    let encoding = if table.encoding == "utf-8" { "utf8" } else { &table.encoding };
    let mut code = format!(
        "{}\nfrom statistics import NormalDist\n\nimport polars as pl\n\nNULLS = {}\nNUMBER = r\"({NUMBER})\"\n\n\n\
         def read(path):\n    return pl.read_csv(path, separator={}, quote_char={quote}, infer_schema=False, \
         truncate_ragged_lines=True, encoding={}, skip_rows={})\n{HELPERS}",
        notice("#"),
        python_list(null_tokens()),
        python(separator),
        python(encoding),
        table.skip_lines,
    );
    let (left_out, steps) = python_steps(recipe, "Polars", body, &mut code);
    let calls: String = steps.iter().map(|step| format!("    t = {step}(t)\n")).collect();
    code.push_str(&format!(
        "\n\ndef transform(t):\n{calls}    return t\n\n\nif __name__ == \"__main__\":\n    import sys\n\n    \
         result = transform(read(sys.argv[1]))\n    \
         result.write_csv(sys.argv[2]) if len(sys.argv) > 2 else print(result.write_csv(), end=\"\")\n"
    ));
    Exported { code, left_out }
}

/// The lines of a function from `t` to its result.
fn body(operation: &Operation<'_>) -> Option<Vec<String>> {
    let one = |line: String| Some(vec![line]);
    let put = |column: &str, setup: Vec<String>, new: &str| {
        let mut all = vec![format!("c = {}", python(column))];
        all.extend(setup);
        all.push(format!("return put(t, c, {new})"));
        Some(all)
    };
    let add = |column: &str, setup: Vec<String>, new: Vec<(&str, String)>| {
        let mut all = vec![format!("c = {}", python(column))];
        all.extend(setup);
        let new: Vec<_> = new.into_iter().map(|(name, value)| format!("{}: {value}", python(name))).collect();
        all.push(format!("return add(t, c, {{{}}})", new.join(", ")));
        Some(all)
    };
    let x = || vec!["x = number(c)".to_owned()];
    match operation {
        Operation::Number(column, None, map) => put(column, x(), &function(*map)),
        Operation::Number(column, Some(new), map) => add(column, x(), vec![(new, function(*map))]),
        Operation::Clip(column, low, high) => {
            let (low, high) = (literal(*low), literal(*high));
            put(column, x(), &format!("pl.when((x < {low}) | (x > {high})).then(x.clip({low}, {high}))"))
        }
        Operation::Fill(column, fill) => {
            put(column, Vec::new(), &format!("pl.when(missing(c)).then(pl.lit({}))", python(fill)))
        }
        Operation::FillDown(column) | Operation::FillUp(column) => {
            let way = if matches!(operation, Operation::FillDown(_)) { "forward" } else { "backward" };
            let known = "pl.when(~missing(c)).then(text(c).str.strip_chars())";
            put(column, Vec::new(), &format!("pl.when(missing(c)).then({known}.{way}_fill())"))
        }
        Operation::Interpolate(column) => {
            put(column, Vec::new(), "pl.when(missing(c)).then(number(c).interpolate())")
        }
        Operation::FillByGroup(column, by, values, otherwise) => put(
            column,
            vec![
                format!("groups = {}", python_dict(values)),
                format!("key = text({}).str.strip_chars()", python(by)),
                format!(
                    "fill = key.replace_strict(groups, default={}, return_dtype=pl.String)",
                    python(otherwise)
                ),
            ],
            "pl.when(missing(c)).then(fill)",
        ),
        Operation::Flag(column, new, test) => {
            let whole =
                |condition: &str| format!("pl.when(x.is_not_null()).then(({condition}).cast(pl.Int64))");
            match test {
                Test::Missing => add(column, Vec::new(), vec![(new, "missing(c).cast(pl.Int64)".to_owned())]),
                Test::Zero => add(column, x(), vec![(new, whole("x == 0"))]),
                Test::Outside(low, high) => {
                    let condition = format!("(x < {}) | (x > {})", literal(*low), literal(*high));
                    add(column, x(), vec![(new, whole(&condition))])
                }
            }
        }
        Operation::Indicators(column, columns) => {
            let new = columns
                .iter()
                .map(|(name, value)| (*name, format!("(text(c) == {}).cast(pl.Int64)", python(value))));
            add(column, Vec::new(), new.collect())
        }
        Operation::Labels(column, separator, columns) => {
            let split = format!("text(c).str.split({})", python(separator));
            let setup = vec![format!("parts = {split}.list.eval(pl.element().str.strip_chars())")];
            let new = columns.iter().map(|(name, part)| {
                (*name, format!("parts.list.contains(pl.lit({})).cast(pl.Int64)", python(part)))
            });
            add(column, setup, new.collect())
        }
        Operation::Split(column, separator, names) => {
            let setup = vec![format!("parts = text(c).str.split({})", python(separator))];
            let part =
                |at| format!("parts.list.get({at}, null_on_oob=True).fill_null(\"\").str.strip_chars()");
            add(column, setup, names.iter().enumerate().map(|(at, name)| (name.as_str(), part(at))).collect())
        }
        Operation::Lookup(column, new, values, otherwise) => {
            let setup = vec![
                format!("values = {}", python_dict(values)),
                "found = text(c).replace_strict(values, default=None, return_dtype=pl.String)".to_owned(),
            ];
            let value = match otherwise {
                Otherwise::Keep | Otherwise::Empty => "found".to_owned(),
                Otherwise::Word(word) => {
                    format!("pl.coalesce(found, pl.when(~missing(c)).then(pl.lit({})))", python(word))
                }
            };
            match new {
                None => put(column, setup, &value),
                Some(new) => add(column, setup, vec![(new, value)]),
            }
        }
        Operation::Trim(column) => {
            let edges = r"[\s\x{200B}\x{2060}\x{FEFF}]+";
            put(column, Vec::new(), &format!("text(c).str.replace_all(r\"^{edges}|{edges}$\", \"\")"))
        }
        Operation::Collapse(column) => put(
            column,
            Vec::new(),
            "pl.when(~text(c).str.contains(r\"[\\n\\r]\"))\
             .then(text(c).str.strip_chars().str.replace_all(r\"\\s+\", \" \"))",
        ),
        Operation::Whole(column) => {
            put(column, Vec::new(), "text(c).str.replace(r\"^\\s*(-?[0-9]+)\\.0+\\s*$\", \"${1}\")")
        }
        Operation::ZeroPad(column, width) => put(
            column,
            Vec::new(),
            &format!(
                "text(c).str.replace(r\"^\\s*([0-9]{{{}}})\\s*$\", \"0${{1}}\")",
                width.saturating_sub(1)
            ),
        ),
        Operation::Mask(column) => {
            put(column, Vec::new(), "text(c).map_elements(masked, return_dtype=pl.String)")
        }
        Operation::Hash(column, new, n) => {
            let code = format!(
                "text(c).str.strip_chars().map_elements(lambda v: fnv1a(v) % {n}, return_dtype=pl.Int64)"
            );
            add(column, Vec::new(), vec![(new, format!("pl.when(~missing(c)).then({code})"))])
        }
        Operation::IsoDate(column, formats) => put(
            column,
            Vec::new(),
            &format!(
                "dates(c, {}).dt.strftime(\"%Y-%m-%d\")",
                python_list(formats.iter().map(String::as_str))
            ),
        ),
        Operation::DateParts(column, formats, names) => {
            let setup = vec![format!("day = dates(c, {})", python_list(formats.iter().map(String::as_str)))];
            let parts = ["year", "month", "day", "weekday"];
            let new = names.iter().zip(parts).map(|(name, part)| (name.as_str(), format!("day.dt.{part}()")));
            add(column, setup, new.collect())
        }
        Operation::Season(column, formats, names) => {
            let setup = vec![
                "import math".to_owned(),
                format!("day = dates(c, {})", python_list(formats.iter().map(String::as_str))),
                "length = 365 + day.dt.is_leap_year().cast(pl.Int64)".to_owned(),
                "angle = 2 * math.pi * (day.dt.ordinal_day().cast(pl.Int64) - 1) / length".to_owned(),
            ];
            let new = names.iter().zip(["angle.sin()", "angle.cos()"]);
            add(column, setup, new.map(|(name, wave)| (name.as_str(), wave.to_owned())).collect())
        }
        Operation::Drop(column) => one(format!("return t.drop({})", python(column))),
        Operation::DropMissing(column) => one(format!("return t.filter(~missing({}))", python(column))),
        Operation::Explode(column, separator) => {
            let split = format!("text(c).str.split({})", python(separator));
            Some(vec![
                format!("c = {}", python(column)),
                format!("parts = {split}.list.eval(pl.element().str.strip_chars())"),
                "parts = parts.list.eval(pl.element().filter(pl.element() != \"\"))".to_owned(),
                "parts = pl.when(parts.list.len() > 1).then(parts).otherwise(pl.concat_list(text(c)))"
                    .to_owned(),
                "return t.with_columns(parts.alias(c)).explode(c)".to_owned(),
            ])
        }
        Operation::Pseudonym(column) => Some(vec![
            format!("c, record = {}, \"aurora record\"", python(column)),
            "key = pl.when(~missing(c)).then(text(c).str.strip_chars())".to_owned(),
            "first = pl.when(~missing(c)).then(pl.col(record).min().over(key))".to_owned(),
            format!(
                "new = pl.lit({}) + first.rank(\"dense\").cast(pl.String)",
                python(&format!("{column}-"))
            ),
            "return put(t.with_row_index(record), c, new).drop(record)".to_owned(),
        ]),
        Operation::Distinct => {
            one("return t.filter(pl.struct([text(c) for c in t.columns]).is_first_distinct())".to_owned())
        }
        Operation::Sort(column) => {
            let c = python(column);
            one(format!("return t.sort([number({c}), text({c})], nulls_last=True, maintain_order=True)"))
        }
        Operation::Rename(names) => Some(vec![
            "t = t.clone()".to_owned(),
            format!("t.columns = {}", python_list(names.iter().map(String::as_str))),
            "return t".to_owned(),
        ]),
        Operation::Form | Operation::Other => None,
    }
}

/// The expression of `x`.
fn function(map: Map) -> String {
    let where_ = |condition: &str, value: &str| format!("pl.when({condition}).then({value})");
    match map {
        Map::Log1p => where_("x >= 0", "x.log1p()"),
        Map::Log => where_("x > 0", "x.log()"),
        Map::Sqrt => where_("x >= 0", "x.sqrt()"),
        Map::Cbrt => "x.cbrt()".to_owned(),
        Map::Reciprocal => where_("x != 0", "1 / x"),
        Map::BoxCox(lambda) if lambda.abs() < 1e-10 => where_("x > 0", "x.log()"),
        Map::BoxCox(lambda) => {
            let l = literal(lambda);
            where_("x > 0", &format!("(({l} * x.log()).exp() - 1) / {l}"))
        }
        Map::YeoJohnson(lambda) => {
            let (l, rest) = (literal(lambda), literal(2.0 - lambda));
            let above = if lambda.abs() < 1e-10 {
                "x.log1p()".to_owned()
            } else {
                format!("(({l} * x.log1p()).exp() - 1) / {l}")
            };
            let below = if (lambda - 2.0).abs() < 1e-10 {
                "-(-x).log1p()".to_owned()
            } else {
                format!("-((({rest} * (-x).log1p()).exp() - 1) / {rest})")
            };
            format!("pl.when(x >= 0).then({above}).when(x < 0).then({below})")
        }
        Map::Affine(centre, scale) => format!("(x - {}) / {}", literal(centre), literal(scale)),
        Map::Rank => "x.rank(\"average\")".to_owned(),
        Map::NormalQuantile => "((x.rank(\"average\") - 0.375) / (x.count() + 0.25))\
             .map_elements(NormalDist().inv_cdf, return_dtype=pl.Float64)"
            .to_owned(),
    }
}
