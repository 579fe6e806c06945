//! Python with pandas: a function a step over tables of text, as the file has it.

use super::{Exported, NUMBER, literal, notice, null_tokens, python, python_dict, python_list, python_steps};
use crate::operation::{Map, Otherwise, Test};
use crate::{Operation, Recipe};

const HELPERS: &str = r#"

def text(column):
    return column.astype(object).where(column.notna(), "").astype(str)


def missing(column):
    return text(column).str.strip().str.lower().isin(NULLS)


def number(column):
    stripped = text(column).str.strip()
    numbers = pd.to_numeric(stripped.where(stripped.str.fullmatch(NUMBER)), errors="coerce").astype(float)
    return numbers.where(np.isfinite(numbers))


def dates(column, formats):
    stripped = text(column).str.strip()
    found = pd.Series(pd.NaT, index=column.index, dtype="datetime64[ns]")
    for one in formats:
        found = found.fillna(pd.to_datetime(stripped, format=one, errors="coerce").astype("datetime64[ns]"))
    return found


def put(t, column, new):
    """Replaces the column where there is a new value."""
    return t.assign(**{column: new.astype(object).where(new.notna(), t[column])})


def add(t, column, new):
    """Adds columns beside the column."""
    t = t.copy()
    at = t.columns.get_loc(column) + 1
    for name, values in reversed(list(new.items())):
        t.insert(at, name, values)
    return t


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
    let (mut code, left_out, steps) = functions(recipe, "");
    code.push_str("\n\ndef transform(t):\n");
    for step in &steps {
        code.push_str(&format!("    t = {step}(t)\n"));
    }
    code.push_str(
        "    return t\n\n\nif __name__ == \"__main__\":\n    import sys\n\n    \
         transform(read(sys.argv[1])).to_csv(sys.argv[2] if len(sys.argv) > 2 else sys.stdout, index=False)\n",
    );
    Exported { code, left_out }
}

/// The imports, the reader, the helpers and a function a step; what was left out, and the names of the functions.
pub(super) fn functions(recipe: &Recipe, imports: &str) -> (String, Vec<(usize, String)>, Vec<String>) {
    let table = &recipe.table;
    let quoting = if table.quote.is_empty() {
        "quoting=3".to_owned()
    } else {
        format!("quotechar={}", python(&table.quote))
    };
    let separator = if table.delimiter.is_empty() { "\u{1}" } else { &table.delimiter };
    let mut code = format!(
        "{}\nfrom statistics import NormalDist\n\nimport numpy as np\nimport pandas as pd\n{imports}\n\
         NULLS = set({})\nNUMBER = r\"{NUMBER}\"\n\n\ndef read(path):\n    return pd.read_csv(path, sep={}, {quoting}, \
         dtype=str, keep_default_na=False, encoding={}, skiprows={})\n{HELPERS}",
        notice("#"),
        python_list(null_tokens()),
        python(separator),
        python(&table.encoding),
        table.skip_lines,
    );
    let (left_out, steps) = python_steps(recipe, "pandas", body, &mut code);
    (code, left_out, steps)
}

/// The lines of a function from `t` to its result.
fn body(operation: &Operation<'_>) -> Option<Vec<String>> {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let one = |line: String| Some(vec![line]);
    // Where `put` is called with the new values of the column, which may be missing.
    let put = |column: &str, setup: Vec<String>, new: &str| {
        let c = python(column);
        let mut all = vec![format!("c = t[{c}]")];
        all.extend(setup);
        all.push(format!("return put(t, {c}, {new})"));
        Some(all)
    };
    let add = |column: &str, setup: Vec<String>, new: Vec<(&str, String)>| {
        let c = python(column);
        let mut all = vec![format!("c = t[{c}]")];
        all.extend(setup);
        let new: Vec<_> = new.into_iter().map(|(name, value)| format!("{}: {value}", python(name))).collect();
        all.push(format!("return add(t, {c}, {{{}}})", new.join(", ")));
        Some(all)
    };
    match operation {
        Operation::Number(column, new, map) => {
            let setup = vec!["x = number(c)".to_owned()];
            let value = function(*map);
            match new {
                None => put(column, setup, &value),
                Some(new) => add(column, setup, vec![(new, value)]),
            }
        }
        Operation::Clip(column, low, high) => {
            let (low, high) = (literal(*low), literal(*high));
            let setup = vec!["x = number(c)".to_owned()];
            put(column, setup, &format!("x.clip({low}, {high}).where((x < {low}) | (x > {high}))"))
        }
        Operation::Fill(column, fill) => put(
            column,
            Vec::new(),
            &format!("pd.Series({}, index=t.index, dtype=object).where(missing(c))", python(fill)),
        ),
        Operation::FillDown(column) => {
            put(column, lines(&["gone = missing(c)"]), "text(c).str.strip().where(~gone).ffill().where(gone)")
        }
        Operation::FillUp(column) => {
            put(column, lines(&["gone = missing(c)"]), "text(c).str.strip().where(~gone).bfill().where(gone)")
        }
        Operation::Interpolate(column) => {
            put(column, Vec::new(), "number(c).interpolate(limit_area=\"inside\").where(missing(c))")
        }
        Operation::FillByGroup(column, by, values, otherwise) => put(
            column,
            vec![
                format!("groups = {}", python_dict(values)),
                format!(
                    "fill = text(t[{}]).str.strip().map(groups).fillna({})",
                    python(by),
                    python(otherwise)
                ),
            ],
            "fill.where(missing(c))",
        ),
        Operation::Flag(column, new, test) => {
            let x = vec!["x = number(c)".to_owned()];
            let whole = |condition: &str| format!("({condition}).astype(\"Int64\").mask(x.isna())");
            match test {
                Test::Missing => add(column, Vec::new(), vec![(new, "missing(c).astype(int)".to_owned())]),
                Test::Zero => add(column, x, vec![(new, whole("x == 0"))]),
                Test::Outside(low, high) => {
                    let condition = format!("(x < {}) | (x > {})", literal(*low), literal(*high));
                    add(column, x, vec![(new, whole(&condition))])
                }
            }
        }
        Operation::Indicators(column, columns) => {
            let new = columns
                .iter()
                .map(|(name, value)| (*name, format!("(text(c) == {}).astype(int)", python(value))));
            add(column, Vec::new(), new.collect())
        }
        Operation::Labels(column, separator, columns) => {
            let setup = vec![format!(
                "parts = text(c).map(lambda v: {{p.strip() for p in v.split({})}})",
                python(separator)
            )];
            let new = columns
                .iter()
                .map(|(name, part)| (*name, format!("parts.map(lambda v: int({} in v))", python(part))));
            add(column, setup, new.collect())
        }
        Operation::Split(column, separator, names) => {
            let setup = vec![format!("parts = text(c).map(lambda v: v.split({}))", python(separator))];
            let part = |at: usize| format!("parts.map(lambda v: v[{at}].strip() if len(v) > {at} else \"\")");
            add(column, setup, names.iter().enumerate().map(|(at, name)| (name.as_str(), part(at))).collect())
        }
        Operation::Lookup(column, new, values, otherwise) => {
            let setup = vec![
                format!("values = {}", python_dict(values)),
                "found = text(c).map(lambda v: values.get(v))".to_owned(),
            ];
            let value = match otherwise {
                Otherwise::Keep | Otherwise::Empty => "found".to_owned(),
                Otherwise::Word(word) => format!("found.where(found.notna() | missing(c), {})", python(word)),
            };
            match new {
                None => put(column, setup, &value),
                Some(new) => add(column, setup, vec![(new, value)]),
            }
        }
        Operation::Trim(column) => {
            let edges = "[\\s\\u200b\\u2060\\ufeff]+";
            put(column, Vec::new(), &format!("text(c).str.replace(r\"^{edges}|{edges}$\", \"\", regex=True)"))
        }
        Operation::Collapse(column) => put(
            column,
            Vec::new(),
            "text(c).map(lambda v: v if \"\\n\" in v or \"\\r\" in v else \" \".join(v.split()))",
        ),
        Operation::Whole(column) => put(
            column,
            Vec::new(),
            "text(c).str.replace(r\"^\\s*(-?[0-9]+)\\.0+\\s*$\", r\"\\g<1>\", regex=True)",
        ),
        Operation::ZeroPad(column, width) => put(
            column,
            Vec::new(),
            &format!(
                "text(c).str.replace(r\"^\\s*([0-9]{{{}}})\\s*$\", r\"0\\g<1>\", regex=True)",
                width.saturating_sub(1)
            ),
        ),
        Operation::Mask(column) => put(column, Vec::new(), "text(c).map(masked)"),
        Operation::Hash(column, new, n) => {
            let value = format!(
                "text(c).str.strip().map(lambda v: fnv1a(v) % {n}).astype(\"Int64\").mask(missing(c))"
            );
            add(column, Vec::new(), vec![(new, value)])
        }
        Operation::IsoDate(column, formats) => put(
            column,
            vec![format!("day = dates(c, {})", python_list(formats.iter().map(String::as_str)))],
            "day.dt.strftime(\"%Y-%m-%d\").where(day.notna())",
        ),
        Operation::DateParts(column, formats, names) => {
            let setup = vec![format!("day = dates(c, {})", python_list(formats.iter().map(String::as_str)))];
            let parts = ["day.dt.year", "day.dt.month", "day.dt.day", "(day.dt.weekday + 1)"];
            let new = names
                .iter()
                .zip(parts)
                .map(|(name, part)| (name.as_str(), format!("{part}.astype(\"Int64\")")));
            add(column, setup, new.collect())
        }
        Operation::Season(column, formats, names) => {
            let setup = vec![
                format!("day = dates(c, {})", python_list(formats.iter().map(String::as_str))),
                "angle = 2 * np.pi * (day.dt.dayofyear - 1) / (365 + day.dt.is_leap_year.astype(int))"
                    .to_owned(),
            ];
            let new = names.iter().zip(["np.sin(angle)", "np.cos(angle)"]);
            add(column, setup, new.map(|(name, wave)| (name.as_str(), wave.to_owned())).collect())
        }
        Operation::Drop(column) => one(format!("return t.drop(columns=[{}])", python(column))),
        Operation::DropMissing(column) => {
            one(format!("return t[~missing(t[{}])].reset_index(drop=True)", python(column)))
        }
        Operation::Explode(column, separator) => {
            let (c, separator) = (python(column), python(separator));
            Some(vec![
                format!(
                    "parts = [[p.strip() for p in v.split({separator}) if p.strip()] for v in text(t[{c}])]"
                ),
                format!("parts = [p if len(p) > 1 else [v] for p, v in zip(parts, text(t[{c}]))]"),
                format!(
                    "return t.assign(**{{{c}: pd.Series(parts, index=t.index, dtype=object)}})\
                     .explode({c}, ignore_index=True)"
                ),
            ])
        }
        Operation::Pseudonym(column) => put(
            column,
            vec![
                "n = pd.Series(pd.factorize(text(c).str.strip().where(~missing(c)))[0], index=t.index)"
                    .to_owned(),
            ],
            &format!("({} + (n + 1).astype(str)).where(n >= 0)", python(&format!("{column}-"))),
        ),
        Operation::Distinct => one("return t[~t.apply(text).duplicated()].reset_index(drop=True)".to_owned()),
        Operation::Sort(column) => {
            let c = python(column);
            Some(vec![
                format!("key = pd.DataFrame({{\"number\": number(t[{c}]), \"text\": text(t[{c}])}})"),
                "order = key.sort_values([\"number\", \"text\"], na_position=\"last\", kind=\"stable\").index"
                    .to_owned(),
                "return t.loc[order].reset_index(drop=True)".to_owned(),
            ])
        }
        Operation::Rename(names) => {
            one(format!("return t.set_axis({}, axis=1)", python_list(names.iter().map(String::as_str))))
        }
        Operation::Form | Operation::Other => None,
    }
}

/// The expression of `x`.
fn function(map: Map) -> String {
    match map {
        Map::Log1p => "np.log1p(x.where(x >= 0))".to_owned(),
        Map::Log => "np.log(x.where(x > 0))".to_owned(),
        Map::Sqrt => "np.sqrt(x.where(x >= 0))".to_owned(),
        Map::Cbrt => "np.cbrt(x)".to_owned(),
        Map::Reciprocal => "1 / x.where(x != 0)".to_owned(),
        Map::BoxCox(lambda) if lambda.abs() < 1e-10 => "np.log(x.where(x > 0))".to_owned(),
        Map::BoxCox(lambda) => {
            let l = literal(lambda);
            format!("np.expm1({l} * np.log(x.where(x > 0))) / {l}")
        }
        Map::YeoJohnson(lambda) => {
            let (l, rest) = (literal(lambda), literal(2.0 - lambda));
            let above = if lambda.abs() < 1e-10 {
                "np.log1p(x.clip(0))".to_owned()
            } else {
                format!("np.expm1({l} * np.log1p(x.clip(0))) / {l}")
            };
            let below = if (lambda - 2.0).abs() < 1e-10 {
                "-np.log1p(-x.clip(upper=0))".to_owned()
            } else {
                format!("-np.expm1({rest} * np.log1p(-x.clip(upper=0))) / {rest}")
            };
            format!("({above}).where(~(x < 0), {below})")
        }
        Map::Affine(centre, scale) => format!("(x - {}) / {}", literal(centre), literal(scale)),
        Map::Rank => "x.rank(method=\"average\")".to_owned(),
        Map::NormalQuantile => "((x.rank(method=\"average\") - 0.375) / (x.count() + 0.25))\
             .map(NormalDist().inv_cdf, na_action=\"ignore\")"
            .to_owned(),
    }
}
