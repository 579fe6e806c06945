//! Numbers as people write them: undecorating what is read, and writing what was computed.

/// `x` with at most ten significant digits, without trailing zeros or an exponent where a person would not use one.
pub fn write(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let magnitude = x.abs().log10().floor();
    if !(-5.0..15.0).contains(&magnitude) {
        let text = format!("{x:.9e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'));
    }
    let decimals = (9.0 - magnitude).clamp(0.0, 14.0) as usize;
    let text = format!("{x:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// How a decorated number was written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decoration {
    /// What stands around it: a currency, a percent sign, a unit; empty if nothing does.
    pub unit: String,
    /// Whether its decimals stand after a comma; `None` when it shows no decimal mark.
    pub comma: Option<bool>,
    /// Whether digits are grouped.
    pub grouped: bool,
    /// Whether parentheses stand for a minus sign.
    pub parentheses: bool,
}

const CURRENCIES: &[&str] = &["$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "JPY", "US$", "kr", "zł"];

/// The plain number inside `value` as text, and how it was decorated; `None` when it is no single number.
/// `comma` says which mark stands for decimals where the value alone cannot (`1,234`).
pub fn undecorate(value: &str, comma: bool) -> Option<(String, Decoration)> {
    let mut decoration = Decoration::default();
    let mut core = value.trim();
    if let Some(inner) = core.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        decoration.parentheses = true;
        core = inner.trim();
    }
    let mut negative = decoration.parentheses;
    if let Some(rest) = core.strip_prefix(['-', '−']) {
        negative = !negative;
        core = rest.trim_start();
    }
    if let Some(currency) = CURRENCIES.iter().filter(|c| core.starts_with(**c)).max_by_key(|c| c.len()) {
        decoration.unit = (*currency).to_owned();
        core = core[currency.len()..].trim_start();
        if let Some(rest) = core.strip_prefix(['-', '−']) {
            negative = !negative;
            core = rest;
        }
    }
    let end = core
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}')));
    let (digits, unit) = core.split_at(end.unwrap_or(core.len()));
    let (digits, unit) = (digits.trim_end(), unit.trim());
    if !unit.is_empty() {
        let short = unit.chars().count() <= 8 && !unit.contains(|c: char| c.is_ascii_digit());
        if !short || !decoration.unit.is_empty() {
            return None;
        }
        decoration.unit = unit.to_owned();
    }
    let plain = plain_digits(digits, comma, &mut decoration)?;
    Some((if negative { format!("-{plain}") } else { plain }, decoration))
}

/// The digits without grouping and with a decimal point.
fn plain_digits(digits: &str, comma: bool, decoration: &mut Decoration) -> Option<String> {
    if !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        || !digits.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let mark = match (points, commas) {
        (0, 0) => None,
        (1, 0) if comma && groups_of_three(digits, '.') => None,
        (0, 1) if !comma && groups_of_three(digits, ',') => None,
        (1, 0) => Some('.'),
        (0, 1) => Some(','),
        (_, 0) | (0, _) => None,
        _ if digits.rfind('.') > digits.rfind(',') => Some('.'),
        _ => Some(','),
    };
    let (whole, fraction) = match mark {
        Some(mark) => digits.rsplit_once(mark)?,
        None => (digits, ""),
    };
    if fraction.contains(|c: char| !c.is_ascii_digit()) {
        return None;
    }
    decoration.comma = mark.map(|mark| mark == ',');
    let mut separators: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    separators.dedup();
    let whole = match separators.as_slice() {
        [] => whole.to_owned(),
        [one] if groups_of_three(whole, *one) => {
            decoration.grouped = true;
            whole.replace(*one, "")
        }
        _ => return None,
    };
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

fn groups_of_three(digits: &str, separator: char) -> bool {
    let mut groups = digits.split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: &str) -> Option<String> {
        undecorate(value, false).map(|(text, _)| text)
    }

    #[test]
    fn currency_percent_unit_and_grouping_come_off() {
        for (value, expected) in [
            ("$1,200", "1200"),
            ("€ 3.50", "3.50"),
            ("1.234,56 €", "1234.56"),
            ("45%", "45"),
            ("12 kg", "12"),
            ("(1,000)", "-1000"),
            ("1 234 567", "1234567"),
            ("0,5", "0.5"),
            ("-$5", "-5"),
        ] {
            assert_eq!(plain(value).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn dates_codes_and_prose_are_no_numbers() {
        for value in ["12/03", "A12", "12 of 30", "1,23,4", "", "kg", "1.2.3", "12-14"] {
            assert_eq!(plain(value), None, "{value}");
        }
    }

    #[test]
    fn a_lone_comma_before_three_digits_follows_the_column() {
        assert_eq!(undecorate("1,234", true).map(|(text, _)| text).as_deref(), Some("1.234"));
        assert_eq!(plain("1,234").as_deref(), Some("1234"));
    }

    #[test]
    fn computed_numbers_carry_ten_digits() {
        assert_eq!(write(2.0_f64.ln_1p()), "1.098612289");
        assert_eq!(write(1200.0), "1200");
        assert_eq!(write(-0.0), "0");
    }
}
