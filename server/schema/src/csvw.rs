//! CSV on the Web: metadata of a table (www.w3.org/TR/tabular-metadata).

use std::path::Path;

use serde_json::Value;

use crate::schema::{Field, Kind, Schema, pattern};

/// The schema that the metadata gives to the file called `name`.
pub(crate) fn of_metadata(metadata: &Value, name: &str, _folder: &Path) -> Result<Option<Schema>, String> {
    let tables = metadata["tables"].as_array().map_or(std::slice::from_ref(metadata), Vec::as_slice);
    let is_it =
        |table: &&Value| table["url"].as_str().is_some_and(|url| url.trim_start_matches("./") == name);
    let Some(table) = tables.iter().find(is_it) else { return Ok(None) };
    let schema =
        if table["tableSchema"].is_object() { &table["tableSchema"] } else { &metadata["tableSchema"] };
    let Some(columns) = schema["columns"].as_array() else { return Ok(None) };
    let columns = columns.iter().filter(|column| column["virtual"] != true);
    let fields: Result<Vec<_>, _> = columns.map(|column| field(column, schema, table)).collect();
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let inherited = [&schema["null"], &table["null"], &metadata["null"]];
    let missing = inherited.into_iter().find(|null| !null.is_null()).map_or(vec![String::new()], texts);
    // The key names columns by `name`; the header shows their titles.
    let title = |key: String| {
        let found = schema["columns"].as_array().into_iter().flatten().find(|c| c["name"] == key.as_str());
        found.and_then(title_of).unwrap_or(key)
    };
    let primary_key = texts(&schema["primaryKey"]).into_iter().map(title).collect();
    Ok(Some(Schema { fields: fields?, missing, primary_key }))
}

/// What the header shows: the first title in any language, else the name.
fn title_of(column: &Value) -> Option<String> {
    let titles = match &column["titles"] {
        Value::Object(languages) => languages.values().next().unwrap_or(&Value::Null),
        titles => titles,
    };
    let title = titles.as_str().or_else(|| titles[0].as_str()).or_else(|| column["name"].as_str());
    title.map(str::to_owned)
}

fn field(column: &Value, schema: &Value, table: &Value) -> Result<Field, String> {
    let name = title_of(column).ok_or("a column has neither titles nor a name")?;
    let mut field = Field::new(&name);
    let inherited = [&column["datatype"], &schema["datatype"], &table["datatype"]];
    let datatype = inherited.into_iter().find(|datatype| !datatype.is_null()).unwrap_or(&Value::Null);
    let base = datatype.as_str().or_else(|| datatype["base"].as_str()).unwrap_or("string");
    let format = &datatype["format"];
    field.kind = match base {
        "integer" | "long" | "int" | "short" | "byte" | "nonNegativeInteger" | "positiveInteger"
        | "unsignedLong" | "unsignedInt" | "unsignedShort" | "unsignedByte" | "nonPositiveInteger"
        | "negativeInteger" => Kind::Integer,
        "number" | "decimal" | "double" | "float" => Kind::Number,
        "boolean" => match format.as_str().and_then(|format| format.split_once('|')) {
            Some((yes, no)) => Kind::Boolean(vec![yes.to_owned()], vec![no.to_owned()]),
            None => Kind::boolean(),
        },
        "date" => match format.as_str() {
            None | Some("yyyy-MM-dd") => Kind::Date(None),
            Some(format) => Kind::Date(Some(strptime(format))),
        },
        "datetime" | "dateTime" | "dateTimeStamp" if format.is_null() => Kind::DateTime,
        "time" if format.is_null() => Kind::Time,
        "gYear" => Kind::Year,
        "gYearMonth" => Kind::YearMonth,
        "string" => Kind::String,
        _ => Kind::Any,
    };
    let mark = |key: &str| format[key].as_str().and_then(|text| text.chars().next());
    field.decimal = mark("decimalChar").unwrap_or('.');
    field.group = mark("groupChar");
    let bound = |keys: [&str; 2]| {
        keys.into_iter().find_map(|key| {
            let value = &datatype[key];
            value.as_f64().or_else(|| value.as_str().and_then(aurora_profile::value_kind::number))
        })
    };
    let length = |key: &str| {
        let exact = datatype["length"].as_u64();
        datatype[key].as_u64().or(exact).and_then(|n| usize::try_from(n).ok())
    };
    let least = match base {
        "positiveInteger" => Some(1.0),
        base if base.starts_with("unsigned") || base == "nonNegativeInteger" => Some(0.0),
        _ => None,
    };
    let own = &mut field.constraints;
    own.required = column["required"].as_bool().unwrap_or(false);
    own.minimum = bound(["minimum", "minInclusive"]).or(least);
    own.maximum = bound(["maximum", "maxInclusive"]);
    own.min_length = length("minLength");
    own.max_length = length("maxLength");
    if field.kind == Kind::String {
        own.pattern = format.as_str().map(pattern).transpose()?;
    }
    Ok(field)
}

/// A format of Unicode's date fields (`dd.MM.yyyy`) in the notation of `strptime`.
fn strptime(format: &str) -> String {
    let long = format.replace("yyyy", "%Y").replace("dd", "%d").replace("MM", "%m");
    // Single letters stand for numbers without a leading zero, which `%d` and `%m` read as well.
    let mut out = String::new();
    let mut before = ' ';
    for c in long.chars() {
        match c {
            'd' if before != '%' => out.push_str("%d"),
            'M' if before != '%' => out.push_str("%m"),
            c => out.push(c),
        }
        before = c;
    }
    out
}
