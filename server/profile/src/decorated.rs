//! Numbers inside text: currency, percent, units, thousands separators, decimal comma.

use crate::number;

/// What stands around a number, and how it is grouped.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Decorated<'t> {
    /// The number, decorations removed; an ambiguous `1,200` is read as 1200.
    pub value: f64,
    /// `%` or `‰` follows.
    pub percent: bool,
    /// Currency sign or code, as written.
    pub currency: Option<&'t str>,
    /// Unit, as written.
    pub unit: Option<&'t str>,
    /// `<`, `>`, `~` and the like lead.
    pub comparator: bool,
    /// Accountants' negative: `(12)`.
    pub parentheses: bool,
    /// Groups of three, and by what.
    pub thousands: Option<char>,
    /// The decimal mark, when there is one.
    pub decimal: Option<char>,
    /// `1,200` or `1.200`: thousands or decimals, the field alone cannot say.
    pub ambiguous: bool,
}

const SIGNS: &str = "$€£¥₹₽₩₺₪฿₫₴₦₱¢";
const CODES: &[&str] = &[
    "USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "RUB", "BRL", "MXN", "ZAR", "TRY", "KRW", "SGD", "HKD", "THB", "IDR", "MYR", "PHP", "ILS", "AED",
    "SAR", "RON", "BGN", "ISK", "UAH", "EGP", "NGN", "KES", "PKR", "VND", "ARS", "CLP", "COP", "PEN", "TWD",
    "Rs", "Rs.", "INR.", "US$", "A$", "C$", "R$", "kr", "zł", "Kč", "Ft",
];
const UNITS: &[&str] = &[
    "kg", "g", "mg", "µg", "ug", "t", "lb", "lbs", "oz", "km", "m", "cm", "mm", "µm", "nm", "mi", "miles",
    "ft", "in", "yd", "km2", "m2", "cm2", "km²", "m²", "cm²", "m3", "m³", "cm3", "cc", "l", "L", "ml", "mL",
    "dl", "gal", "s", "sec", "secs", "seconds", "ms", "µs", "us", "ns", "min", "mins", "minutes", "h", "hr",
    "hrs", "hour", "hours", "day", "days", "week", "weeks", "month", "months", "yr", "yrs", "year", "years",
    "KB", "MB", "GB", "TB", "kB", "Mb", "Gb", "bytes", "bit", "bits", "px", "pt", "em", "Hz", "kHz", "MHz",
    "GHz", "V", "mV", "kV", "W", "kW", "MW", "kWh", "MWh", "Wh", "J", "kJ", "kcal", "cal", "mA", "mAh",
    "bhp", "hp", "PS", "Nm", "N", "Pa", "kPa", "hPa", "bar", "mbar", "psi", "rpm", "mph", "kmh", "km/h",
    "kph", "m/s", "kmpl", "km/kg", "CC", "mpg", "°C", "°F", "°", "dB", "dBm", "ppm", "ppb", "mol", "mmol",
    "mmol/L", "mg/dL", "mg/L", "g/L", "k", "K", "M", "B", "bn", "mn", "mln", "mio", "million", "billion",
    "thousand", "x", "pcs", "pc", "persons", "people", "points", "pts", "stars", "Mbps", "sqft", "sq ft",
    "sqm", "ha", "acres", "inch", "inches", "\"", "'", "feet",
];

/// Reads `text` (trimmed, not a plain number) as a number with decorations.
pub fn parse(text: &str) -> Option<Decorated<'_>> {
    // A sign, a bracket and a currency fit before the first digit; long texts are no numbers.
    let first_digit = text.bytes().take(10).position(|b| b.is_ascii_digit())?;
    let lead = text.as_bytes()[0];
    if text.len() > 40 || (first_digit > 0 && lead.is_ascii_lowercase() && lead != b'k') {
        return None;
    }
    let mut found = Decorated::default();
    let mut rest = text;
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        found.parentheses = true;
        negative = true;
        rest = inner.trim();
    }
    let lead = rest.trim_start_matches(['<', '>', '=', '~', '≈', '≤', '≥', '±']);
    // A lone = would be a formula.
    if lead.len() < rest.len() && !rest.starts_with('=') {
        found.comparator = true;
        rest = lead.trim_start();
    }
    rest = sign(rest, &mut negative);
    if let Some(after) = prefix_currency(rest) {
        found.currency = Some(&rest[..rest.len() - after.len()]);
        rest = sign(after.trim_start(), &mut negative);
    }
    let body_len = body_len(rest);
    let (body, tail) = rest.split_at(body_len);
    let body = body.trim_end();
    let tail = tail.trim();
    match tail {
        "" => {}
        "%" | "‰" => found.percent = true,
        // The longest unit and the longest currency.
        _ if tail.len() > 8 => return None,
        _ if found.currency.is_none() && is_currency(tail) => found.currency = Some(tail),
        _ if UNITS.contains(&tail) => found.unit = Some(tail),
        _ => return None,
    }
    let value = grouped(body, &mut found)?;
    found.value = if negative { -value } else { value };
    let any = found.percent
        || found.currency.is_some()
        || found.unit.is_some()
        || found.comparator
        || found.parentheses
        || found.thousands.is_some()
        || found.decimal == Some(',');
    any.then_some(found)
}

fn sign<'t>(text: &'t str, negative: &mut bool) -> &'t str {
    if let Some(rest) = text.strip_prefix(['-', '−']) {
        *negative = !*negative;
        rest.trim_start()
    } else {
        text.strip_prefix('+').unwrap_or(text)
    }
}

fn is_currency(word: &str) -> bool {
    (word.len() <= 4 && CODES.contains(&word))
        || (word.len() <= 3 && !word.is_ascii() && SIGNS.contains(word))
        || word == "$"
}

fn prefix_currency(text: &str) -> Option<&str> {
    let word =
        text.find(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '+' | '(' | ','))?;
    // "Rs.500": the point belongs to the code.
    let (word, rest) = text.split_at(word);
    (!word.is_empty() && is_currency(word)).then_some(rest)
}

/// Bytes of `text` that can be digits, separators, or an exponent.
fn body_len(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_digit = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let fits = c.is_ascii_digit()
            || matches!(c, '.' | ',')
            || (matches!(c, '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') && next_digit);
        if !fits {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// The value of digits with separators; sets thousands, decimal and ambiguous.
fn grouped(body: &str, found: &mut Decorated<'_>) -> Option<f64> {
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let marks: Vec<(usize, char)> = body.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let digits_after =
        |at: usize, c: char, next: Option<usize>| next.unwrap_or(body.len()) - at - c.len_utf8();
    let mut plain = String::with_capacity(body.len());
    match marks.as_slice() {
        [] => {}
        [(at, c)] => {
            let after = digits_after(*at, *c, None);
            if matches!(c, '.' | ',') {
                if after == 3 && (1..=3).contains(at) && !body.starts_with('0') {
                    // 1.200 is a plain number unless something else decorates it; 1,200 is far more often thousands.
                    found.ambiguous = true;
                    if *c == ',' {
                        found.thousands = Some(',');
                    } else {
                        found.decimal = Some('.');
                    }
                } else if after > 0 {
                    found.decimal = Some(*c);
                } else {
                    return None;
                }
            } else if after == 3 && (1..=3).contains(at) {
                found.thousands = Some(*c);
            } else {
                return None;
            }
        }
        [(first_at, first), middle @ .., (last_at, last)] => {
            let whole_end = if last == first { body.len() } else { *last_at };
            let mut edges: Vec<usize> = vec![*first_at];
            edges.extend(middle.iter().map(|m| m.0));
            if last == first {
                edges.push(*last_at);
            } else if matches!(last, '.' | ',') && digits_after(*last_at, *last, None) > 0 {
                found.decimal = Some(*last);
            } else {
                return None;
            }
            if !(1..=3).contains(first_at) || middle.iter().any(|m| m.1 != *first) {
                return None;
            }
            // Groups of three; Indian numbers (12,34,567) have groups of two before the last one.
            for (i, edge) in edges.iter().enumerate() {
                let next = edges.get(i + 1).copied().unwrap_or(whole_end);
                let length = next - edge - first.len_utf8();
                let is_last = i + 1 == edges.len();
                if length != 3 && (is_last || length != 2 || *first != ',') {
                    return None;
                }
            }
            found.thousands = Some(*first);
        }
    }
    for c in body.chars() {
        if c.is_ascii_digit() {
            plain.push(c);
        } else if Some(c) == found.decimal {
            plain.push('.');
        }
    }
    number::parse(plain.as_bytes()).map(|w| w.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorations_are_named() {
        let p = |text: &str| parse(text).map(|d| (d.value, d.currency.or(d.unit).map(str::to_owned)));
        assert_eq!(p("$1,200.50"), Some((1200.5, Some("$".into()))));
        assert_eq!(p("1.234,5 €"), Some((1234.5, Some("€".into()))));
        assert_eq!(p("12 kg"), Some((12.0, Some("kg".into()))));
        assert_eq!(p("-5%"), Some((-5.0, None)));
        assert_eq!(p("1,5"), Some((1.5, None)));
        assert_eq!(p("1 234 567"), Some((1_234_567.0, None)));
        assert_eq!(p("12,34,567"), Some((1_234_567.0, None)));
        assert_eq!(p("(12)"), Some((-12.0, None)));
        assert_eq!(p("<0.05"), Some((0.05, None)));
        assert_eq!(p("USD 45"), Some((45.0, Some("USD".into()))));
        assert!(parse("1,200").is_some_and(|d| d.ambiguous));
    }

    #[test]
    fn codes_and_lists_are_not_numbers() {
        for text in
            ["87a", "1,2,3", "12,3456,7", "0x1F", "1_000", "A12", "1-2", "12 Main", "=1+1", "5th", ",", "1,"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
