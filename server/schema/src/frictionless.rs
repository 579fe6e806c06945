//! Table Schema and Data Package (specs.frictionlessdata.io, and version 2 at datapackage.org).

use std::path::{Component, Path};

use serde_json::Value;

use crate::schema::{Field, Kind, Schema, pattern};

/// The schema that a Data Package gives to the file called `name`.
pub(crate) fn of_package(package: &Value, name: &str, folder: &Path) -> Result<Option<Schema>, String> {
    let resources = package["resources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_it = |resource: &&Value| {
        let path = &resource["path"];
        let paths = path.as_array().map_or(std::slice::from_ref(path), Vec::as_slice);
        paths.iter().filter_map(Value::as_str).any(|path| path.trim_start_matches("./") == name)
    };
    let Some(resource) = resources.iter().find(is_it) else { return Ok(None) };
    match &resource["schema"] {
        Value::Null => Ok(None),
        Value::String(path) => {
            let path = Path::new(path);
            // Nothing is fetched, and nothing outside of the package is read.
            if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
                return Err("a schema is named that lies outside of the package".to_owned());
            }
            let json = crate::read_json(&folder.join(path))
                .map_err(|error| format!("its schema {}: {error}", path.display()))?;
            of_schema(&json, name, folder)
        }
        schema => of_schema(schema, name, folder),
    }
}

/// A Table Schema; `None` for JSON that is none.
pub(crate) fn of_schema(schema: &Value, _name: &str, _folder: &Path) -> Result<Option<Schema>, String> {
    let Some(fields) = schema["fields"].as_array() else { return Ok(None) };
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        list.iter().filter_map(|v| v.as_str().or_else(|| v["value"].as_str())).map(str::to_owned).collect()
    };
    let fields: Result<Vec<_>, _> = fields.iter().map(field).collect();
    let missing = &schema["missingValues"];
    Ok(Some(Schema {
        fields: fields?,
        missing: if missing.is_array() { texts(missing) } else { vec![String::new()] },
        primary_key: texts(&schema["primaryKey"]),
    }))
}

fn field(json: &Value) -> Result<Field, String> {
    let name = json["name"].as_str().or_else(|| json.as_str()).ok_or("a field has no name")?;
    let mut field = Field::new(name);
    let format = json["format"].as_str().unwrap_or("default");
    let words = |key: &str| -> Option<Vec<String>> {
        Some(json[key].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    field.kind = match json["type"].as_str().unwrap_or("string") {
        "integer" => Kind::Integer,
        "number" => Kind::Number,
        "boolean" => match (words("trueValues"), words("falseValues"), Kind::boolean()) {
            (None, None, default) => default,
            (yes, no, Kind::Boolean(default_yes, default_no)) => {
                Kind::Boolean(yes.unwrap_or(default_yes), no.unwrap_or(default_no))
            }
            (_, _, other) => other,
        },
        "date" if format == "any" => Kind::Any,
        "date" => Kind::Date(format.contains('%').then(|| format.to_owned())),
        "datetime" if format == "default" => Kind::DateTime,
        "time" if format == "default" => Kind::Time,
        "year" => Kind::Year,
        "yearmonth" => Kind::YearMonth,
        "string" => Kind::String,
        // Objects, arrays, places: their grammar is not judged.
        _ => Kind::Any,
    };
    if let Some(decimal) = json["decimalChar"].as_str().and_then(|text| text.chars().next()) {
        field.decimal = decimal;
    }
    field.group = json["groupChar"].as_str().and_then(|text| text.chars().next());
    let constraints = &json["constraints"];
    let bound = |key: &str| {
        let value = &constraints[key];
        value.as_f64().or_else(|| value.as_str().and_then(aurora_profile::value_kind::number))
    };
    let length = |key: &str| constraints[key].as_u64().and_then(|n| usize::try_from(n).ok());
    let own = &mut field.constraints;
    own.required = constraints["required"].as_bool().unwrap_or(false);
    own.unique = constraints["unique"].as_bool().unwrap_or(false);
    own.minimum = bound("minimum");
    own.maximum = bound("maximum");
    own.min_length = length("minLength");
    own.max_length = length("maxLength");
    own.one_of = constraints["enum"].as_array().map_or(Vec::new(), |values| {
        values.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect()
    });
    own.pattern = constraints["pattern"].as_str().map(pattern).transpose()?;
    Ok(field)
}
