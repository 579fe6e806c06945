//! The names of a table's columns where its header has several records.

/// The names of the columns by the `records` of a header: what stands below each other is joined by blanks, and a
/// name above several columns belongs to each of them.
pub fn join_names(records: &[Vec<String>]) -> Vec<String> {
    let mut records = records.to_vec();
    for above in 0..records.len().saturating_sub(1) {
        let mut shared = None;
        for column in 0..records[above].len() {
            let named_below = records[above + 1].get(column).is_some_and(|name| !name.is_empty());
            let name = records[above][column].clone();
            match (&shared, named_below) {
                (_, false) => shared = None,
                (Some(name), true) if records[above][column].is_empty() => {
                    records[above][column] = String::clone(name);
                }
                (_, true) => shared = Some(name).filter(|name| !name.is_empty()),
            }
        }
    }
    let width = records.iter().map(Vec::len).max().unwrap_or_default();
    let name = |column: usize| {
        let parts = records.iter().filter_map(|names| names.get(column));
        let parts: Vec<&str> = parts.map(String::as_str).filter(|name| !name.is_empty()).collect();
        parts.join(" ")
    };
    (0..width).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(records: &[&str]) -> String {
        let split = |record: &&str| record.split(',').map(str::to_owned).collect::<Vec<_>>();
        join_names(&records.iter().map(split).collect::<Vec<_>>()).join(",")
    }

    #[test]
    fn names_below_each_other_are_joined() {
        assert_eq!(joined(&["a,b"]), "a,b");
        assert_eq!(joined(&["a,b", "a,b"]), "a a,b b");
        assert_eq!(joined(&["length,weight,", "cm,,when"]), "length cm,weight,when");
        assert_eq!(joined(&["a", "b,c"]), "a b,c");
    }

    #[test]
    fn a_name_above_several_columns_belongs_to_each() {
        assert_eq!(
            joined(&["When,Travel,,,Total", ",Air,Rail,Taxi,"]),
            "When,Travel Air,Travel Rail,Travel Taxi,Total"
        );
        assert_eq!(joined(&["When,,Total", ",Air,"]), "When,Air,Total");
    }
}
