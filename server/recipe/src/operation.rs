//! What a step does, in words that every target of export knows.

use crate::Step;

/// A number for a number; a value that is none, or for which there is none, has none.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Map {
    /// ln(1 + x), x ≥ 0
    Log1p,
    /// ln x, x > 0
    Log,
    /// √x, x ≥ 0
    Sqrt,
    /// ∛x
    Cbrt,
    /// 1 / x, x ≠ 0
    Reciprocal,
    /// Box and Cox's power, x > 0
    BoxCox(f64),
    /// Yeo and Johnson's power
    YeoJohnson(f64),
    /// (x − centre) / scale
    Affine(f64, f64),
    /// The average rank within the table, from 1
    Rank,
    /// The normal quantile of (rank − 3/8) / (n + 1/4), as Blom has it
    NormalQuantile,
}

/// What a flag says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Test {
    /// 1 where the value is missing
    Missing,
    /// 1 where the number is zero
    Zero,
    /// 1 where the number lies outside
    Outside(f64, f64),
}

/// What a value becomes that is not among the literals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Otherwise {
    /// It stays.
    Keep,
    /// Nothing.
    Empty,
    /// This, where it is not missing.
    Word(&'static str),
}

/// What a step does to a table.
#[derive(Clone, PartialEq, Debug)]
pub enum Operation<'a> {
    /// Numbers of a column mapped: into a new column, or in place.
    Number(&'a str, Option<&'a str>, Map),
    /// Numbers beyond the bounds become the bound.
    Clip(&'a str, f64, f64),
    /// What is missing becomes the value.
    Fill(&'a str, &'a str),
    /// What is missing becomes the value above.
    FillDown(&'a str),
    /// What is missing becomes the value below.
    FillUp(&'a str),
    /// What is missing between two numbers lies on their line.
    Interpolate(&'a str),
    /// What is missing becomes the value of its group in another column; a group not listed the last value.
    FillByGroup(&'a str, &'a str, &'a [(String, String)], &'a str),
    /// A new column of 0 and 1.
    Flag(&'a str, &'a str, Test),
    /// A new column of 0 and 1 for each value: name and value.
    Indicators(&'a str, Vec<(&'a str, &'a str)>),
    /// A new column of 0 and 1 for each part that values between separators may hold: name and part.
    Labels(&'a str, &'a str, Vec<(&'a str, &'a str)>),
    /// A new column for each part between separators.
    Split(&'a str, &'a str, &'a [String]),
    /// Values by a list of literals: into a new column, or in place.
    Lookup(&'a str, Option<&'a str>, &'a [(String, String)], Otherwise),
    /// White space at the edges goes.
    Trim(&'a str),
    /// White space becomes single blanks.
    Collapse(&'a str),
    /// `12.0` becomes `12`.
    Whole(&'a str),
    /// Codes one digit short get a zero.
    ZeroPad(&'a str, usize),
    /// Letters and digits before an `@` become stars.
    Mask(&'a str),
    /// FNV-1a of the value, modulo the number.
    Hash(&'a str, &'a str, u32),
    /// Dates in these formats become year-month-day.
    IsoDate(&'a str, &'a [String]),
    /// Year, month, day, weekday of dates in these formats: into new columns.
    DateParts(&'a str, &'a [String], &'a [String]),
    /// Sine and cosine of the place in the year: into new columns.
    Season(&'a str, &'a [String], &'a [String]),
    /// The column goes.
    Drop(&'a str),
    /// Records go where the column is missing.
    DropMissing(&'a str),
    /// Each part between separators gets its own record.
    Explode(&'a str, &'a str),
    /// Values become the name with a running number, in the order in which they first occur.
    Pseudonym(&'a str),
    /// Of records that are equal in every field the first stays.
    Distinct,
    /// Records in the order of the column: numbers first, then texts.
    Sort(&'a str),
    /// All columns get these names.
    Rename(&'a [String]),
    /// Nothing that a table read into memory would show: encoding, line ends, quotes, lengths of records.
    Form,
    /// Nothing that can be written down for other tools.
    Other,
}

/// Transforms of the file's form: a reader of the mended file sees the same table.
const OF_FORM: &[&str] = &[
    "reencode-utf8",
    "reopen-with-encoding",
    "normalise-line-endings",
    "add-final-newline",
    "remove-bom",
    "convert-dialect",
    "reinterpret-as",
    "pad-record",
    "quote-overflow",
    "close-quote",
    "escape-quote",
    "requote-field",
    "double-quotes",
    "join-broken-records",
    "drop-empty-extra-fields",
    "remove-blank-records",
];

impl Step {
    /// What the step does; [`Operation::Other`] when that cannot be written down.
    pub fn operation(&self) -> Operation<'_> {
        if OF_FORM.contains(&self.transform.as_str()) {
            return Operation::Form;
        }
        let found = match &self.column {
            Some(column) => self.of_column(column),
            None if !self.names.is_empty() => Some(Operation::Rename(&self.names)),
            None if self.transform == "remove-duplicate-records" => Some(Operation::Distinct),
            None => None,
        };
        found.unwrap_or(Operation::Other)
    }

    fn of_column<'a>(&'a self, column: &'a str) -> Option<Operation<'a>> {
        use Operation as Op;
        let number = |name: &str| self.text(name)?.parse::<f64>().ok();
        let new = self.names.first().map(String::as_str);
        let map = |map: Map| match (self.in_place, new) {
            (true, _) => Some(Op::Number(column, None, map)),
            (false, Some(new)) => Some(Op::Number(column, Some(new), map)),
            (false, None) => None,
        };
        let separator = || self.text("sep").filter(|sep| !sep.is_empty());
        // A new column is called after its column and the value.
        let named = || -> Option<Vec<(&str, &str)>> {
            let prefix = format!("{column}_");
            self.names.iter().map(|name| Some((name.as_str(), name.strip_prefix(&prefix)?))).collect()
        };
        let lookup = |new: Option<&'a str>, otherwise: Otherwise| {
            (!self.values.is_empty()).then_some(Op::Lookup(column, new, &self.values, otherwise))
        };
        let formats = || Some(self.list("formats")).filter(|formats| !formats.is_empty());
        match self.transform.as_str() {
            "log1p-column" => map(Map::Log1p),
            "log-column" => map(Map::Log),
            "sqrt-column" => map(Map::Sqrt),
            "cube-root" => map(Map::Cbrt),
            "reciprocal" => map(Map::Reciprocal),
            "box-cox-column" => map(Map::BoxCox(number("lambda")?)),
            "yeo-johnson-column" => map(Map::YeoJohnson(number("lambda")?)),
            "standardise" => map(Map::Affine(number("mean")?, number("scale")?)),
            "min-max-scale" => {
                let (min, max) = (number("data_min")?, number("data_max")?);
                map(Map::Affine(min, max - min))
            }
            "robust-scale" => map(Map::Affine(number("center")?, number("scale")?)),
            "rank" => map(Map::Rank),
            "quantile-normal" => map(Map::NormalQuantile),
            "winsorize" | "clip-iqr" => Some(Op::Clip(column, number("lower")?, number("upper")?)),
            "impute-median" | "impute-mean" | "impute-mode" | "impute-constant" => {
                Some(Op::Fill(column, self.text("fill_value")?))
            }
            "fill-forward" => Some(Op::FillDown(column)),
            "fill-backward" => Some(Op::FillUp(column)),
            "interpolate-linear" => Some(Op::Interpolate(column)),
            "impute-group-median" => {
                Some(Op::FillByGroup(column, self.text("by")?, &self.values, self.text("fill_value")?))
            }
            "add-missing-indicator" => Some(Op::Flag(column, new?, Test::Missing)),
            "add-zero-indicator" => Some(Op::Flag(column, new?, Test::Zero)),
            "flag-outliers" => {
                Some(Op::Flag(column, new?, Test::Outside(number("lower")?, number("upper")?)))
            }
            "one-hot-encode" => Some(Op::Indicators(column, named()?)),
            "multi-label-encode" => Some(Op::Labels(column, separator()?, named()?)),
            "split-column" => Some(Op::Split(column, separator()?, &self.names)),
            "ordinal-encode" | "frequency-encode" => lookup(Some(new?), Otherwise::Empty),
            "group-rare-categories" => lookup(Some(new?), Otherwise::Word("other")),
            "merge-categories"
            | "unify-booleans"
            | "unify-null-tokens"
            | "mark-as-null"
            | "parse-number"
            | "unify-number-format"
            | "apply-pattern"
            | "neutralise-formula" => lookup(None, Otherwise::Keep),
            "hash-encode" => Some(Op::Hash(column, new?, self.text("n_components")?.parse().ok()?)),
            "trim-whitespace" => Some(Op::Trim(column)),
            "collapse-whitespace" => Some(Op::Collapse(column)),
            "integer-column" => Some(Op::Whole(column)),
            "zero-pad" => Some(Op::ZeroPad(column, self.text("width")?.parse().ok()?)),
            "mask" => Some(Op::Mask(column)),
            "pseudonymise" => Some(Op::Pseudonym(column)),
            "iso-8601-date" => Some(Op::IsoDate(column, formats()?)),
            "extract-date-parts" if self.names.len() == 4 => {
                Some(Op::DateParts(column, formats()?, &self.names))
            }
            "cyclical-encode" if self.names.len() == 2 => Some(Op::Season(column, formats()?, &self.names)),
            "drop-column" => Some(Op::Drop(column)),
            "drop-null-records" => Some(Op::DropMissing(column)),
            "explode-records" => Some(Op::Explode(column, separator()?)),
            // Dates sort as texts only where they are written year first.
            "sort-records" if formats().is_none_or(|formats| formats == ["%Y-%m-%d"]) => {
                Some(Op::Sort(column))
            }
            _ => None,
        }
    }
}
