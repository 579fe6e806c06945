//! What a column's name says: its tokens, and the families of words they belong to.

/// The lower-case tokens of a name: split at punctuation, at a change from lower to upper case, and before digits.
pub fn tokens(name: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut current = String::new();
    let mut before = ' ';
    for c in name.chars() {
        let border = (c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()))
            || (c.is_ascii_digit() && before.is_alphabetic());
        if (!c.is_alphanumeric() || border) && !current.is_empty() {
            tokens.push(std::mem::take(&mut current));
        }
        if c.is_alphanumeric() {
            current.extend(c.to_lowercase());
        }
        before = c;
    }
    if !current.is_empty() {
        tokens.push(current);
    }
    tokens
}

/// Families of words that tell what a column is for. The order is that of the features.
pub(super) const FAMILIES: [&[&str]; 14] = [
    &[
        "id",
        "ids",
        "identifier",
        "key",
        "uuid",
        "guid",
        "index",
        "idx",
        "nr",
        "no",
        "num",
        "number",
        "pk",
        "ref",
        "sn",
        "serial",
        "unnamed",
        "objectid",
        "rowid",
    ],
    &["code", "codes", "zip", "zipcode", "postal", "fips", "iso", "sku", "cd", "icd", "naics"],
    &[
        "date",
        "day",
        "month",
        "year",
        "time",
        "timestamp",
        "datetime",
        "created",
        "updated",
        "dob",
        "birth",
        "hour",
        "minute",
        "start",
        "end",
        "yr",
        "quarter",
        "week",
    ],
    &[
        "name",
        "title",
        "label",
        "first",
        "last",
        "surname",
        "firstname",
        "lastname",
        "artist",
        "author",
        "player",
        "team",
        "city",
        "country",
        "state",
        "county",
        "region",
        "street",
        "address",
        "location",
        "place",
    ],
    &[
        "description",
        "desc",
        "text",
        "comment",
        "comments",
        "note",
        "notes",
        "review",
        "summary",
        "body",
        "message",
        "content",
        "abstract",
        "remarks",
        "tweet",
        "question",
        "answer",
        "details",
    ],
    &["url", "link", "website", "href", "homepage", "image", "img", "photo", "picture", "thumbnail", "uri"],
    &[
        "type",
        "category",
        "class",
        "gender",
        "sex",
        "status",
        "group",
        "level",
        "grade",
        "flag",
        "is",
        "has",
        "kind",
        "color",
        "colour",
        "race",
        "religion",
        "language",
        "rating",
        "rank",
        "size",
        "marital",
        "education",
        "species",
        "target",
        "brand",
        "model",
        "genre",
    ],
    &[
        "amount",
        "price",
        "cost",
        "total",
        "sum",
        "count",
        "qty",
        "quantity",
        "mean",
        "avg",
        "average",
        "std",
        "min",
        "max",
        "value",
        "score",
        "rate",
        "ratio",
        "percent",
        "pct",
        "weight",
        "height",
        "width",
        "length",
        "depth",
        "area",
        "volume",
        "age",
        "income",
        "salary",
        "population",
        "distance",
        "speed",
        "temp",
        "temperature",
        "pressure",
        "humidity",
        "lat",
        "lon",
        "latitude",
        "longitude",
        "balance",
        "revenue",
        "profit",
        "sales",
        "points",
        "goals",
        "wins",
        "duration",
    ],
    &[
        "tags",
        "keywords",
        "genres",
        "categories",
        "list",
        "ingredients",
        "items",
        "members",
        "actors",
        "cast",
        "skills",
        "languages",
    ],
    &["year", "yr", "yrs"],
    &["zip", "zipcode", "postal", "postcode"],
    &["lat", "lon", "lng", "latitude", "longitude", "long"],
    &["phone", "tel", "fax", "mobile"],
    &["email", "mail"],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_tokens_as_a_person_reads_them() {
        assert_eq!(tokens("OrderDate"), ["order", "date"]);
        assert_eq!(tokens("unit_price (EUR)"), ["unit", "price", "eur"]);
        assert_eq!(tokens("Y1977"), ["y", "1977"]);
        assert_eq!(tokens("ID"), ["id"]);
        assert_eq!(tokens("  "), Vec::<String>::new());
    }
}
