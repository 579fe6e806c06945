//! Numbers of things, in words.

/// `1,204 records`, `1 record`
pub fn count(n: u64, what: &str) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {what}{}", if n == 1 { "" } else { "s" })
}

/// The form of a verb that goes with `n` things: `one` with a single one, else `many`.
pub fn with_number<'a>(n: u64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_one_stands_alone() {
        assert_eq!(count(1, "record"), "1 record");
        assert_eq!(count(1_204_000, "record"), "1,204,000 records");
        assert_eq!((with_number(1, "is", "are"), with_number(0, "is", "are")), ("is", "are"));
    }
}
