//! Dates and times: which format a field is in, judged by the field alone.

/// What the parts of a date stand for, in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum DateOrder {
    /// `2024-12-31`
    YearMonthDay = 1,
    /// `31/12/2024`, certain because the first part is above 12.
    DayMonthYear,
    /// `12/31/2024`, certain because the second part is above 12.
    MonthDayYear,
    /// `01/02/2024`: day and month could be either way round.
    Ambiguous,
    /// `31 Dec 2024`
    DayNameYear,
    /// `Dec 31, 2024`
    NameDayYear,
    /// `2024-12`
    YearMonth,
    /// `Dec 2024`, `Dec-24`
    NameYear,
}

impl DateOrder {
    const ALL: [Self; 8] = [
        Self::YearMonthDay,
        Self::DayMonthYear,
        Self::MonthDayYear,
        Self::Ambiguous,
        Self::DayNameYear,
        Self::NameDayYear,
        Self::YearMonth,
        Self::NameYear,
    ];
}

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct DateFormat {
    /// The order of its parts.
    pub order: DateOrder,
    /// Between the parts: `-`, `/`, `.` or a blank.
    pub separator: char,
    /// The year has two digits.
    pub short_year: bool,
}

const SEPARATORS: [char; 4] = ['-', '/', '.', ' '];

impl DateFormat {
    /// A number for it, 1 to 127.
    pub(crate) fn id(self) -> u8 {
        let separator = SEPARATORS.iter().position(|&s| s == self.separator).unwrap_or(0) as u8;
        self.order as u8 | separator << 4 | u8::from(self.short_year) << 6
    }

    /// The format with that number.
    pub(crate) fn from_id(id: u8) -> Option<Self> {
        Some(Self {
            order: *DateOrder::ALL.get(usize::from(id & 15).checked_sub(1)?)?,
            separator: SEPARATORS[usize::from(id >> 4 & 3)],
            short_year: id >> 6 & 1 == 1,
        })
    }

    /// For people: `YYYY-MM-DD`, `DD/MM/YYYY`, `DD/MM/YYYY or MM/DD/YYYY`.
    pub fn describe(self) -> String {
        let (s, y) = (self.separator, if self.short_year { "YY" } else { "YYYY" });
        match self.order {
            DateOrder::YearMonthDay => format!("{y}{s}MM{s}DD"),
            DateOrder::DayMonthYear => format!("DD{s}MM{s}{y}"),
            DateOrder::MonthDayYear => format!("MM{s}DD{s}{y}"),
            DateOrder::Ambiguous => format!("DD{s}MM{s}{y} or MM{s}DD{s}{y}"),
            DateOrder::DayNameYear => format!("DD{s}Mon{s}{y}"),
            DateOrder::NameDayYear => format!("Mon DD, {y}"),
            DateOrder::YearMonth => format!("{y}{s}MM"),
            DateOrder::NameYear => format!("Mon{s}{y}"),
        }
    }
}

/// What a field says about time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// A day (or month).
    Date(DateFormat),
    /// A day with a time.
    DateTime(DateFormat),
    /// A time of day.
    Time,
    /// Written like a date, but there is no such day (`2023-02-30`, `0000-00-00`).
    Impossible,
}

/// Reads `text` (trimmed) as a date, a time or both.
pub fn parse(text: &str) -> Option<Moment> {
    // "30 September 2024 12:00:00.000000 +00:00" is about as long as it gets.
    if !(4..=48).contains(&text.len()) || !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if let Some(found) = iso(text) {
        return Some(found);
    }
    if text.as_bytes()[1..3].contains(&b':') && is_time(text) {
        return Some(Moment::Time);
    }
    let text = strip_weekday(text);
    if let Some(day) = day(text) {
        return Some(day.map_or(Moment::Impossible, Moment::Date));
    }
    // The time begins after the last blank or T before the first colon.
    let colon = text.find(':')?;
    let split = text[..colon].rfind(['T', 't', ' '])?;
    let (date, time) = (text[..split].trim_end_matches([',', ' ']), text[split + 1..].trim());
    if !is_time(time) {
        return None;
    }
    day(date).map(|day| day.map_or(Moment::Impossible, Moment::DateTime))
}

/// `YYYY-MM-DD`, alone or with a time after T or a blank: what most dates look like. No answer for anything else.
pub(crate) fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let date: &[u8; 10] = bytes.first_chunk()?;
    let digit = |at: usize| u32::from(date[at].wrapping_sub(b'0'));
    if date[4] != b'-' || date[7] != b'-' || [0, 1, 2, 3, 5, 6, 8, 9].iter().any(|&at| digit(at) > 9) {
        return None;
    }
    let (month, day) = (digit(5) * 10 + digit(6), digit(8) * 10 + digit(9));
    let year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
    if !exists(year, month, day) {
        return None;
    }
    let format = DateFormat { order: DateOrder::YearMonthDay, separator: '-', short_year: false };
    match bytes.get(10) {
        None => Some(Moment::Date(format)),
        Some(b'T' | b' ')
            if is_usual_time(&bytes[11..]) || (text.is_char_boundary(11) && is_time(&text[11..])) =>
        {
            Some(Moment::DateTime(format))
        }
        Some(_) => None,
    }
}

fn strip_weekday(text: &str) -> &str {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(3..=9).contains(&letters) {
        return text;
    }
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = text[..letters].to_ascii_lowercase();
    if days.iter().any(|day| day.starts_with(&word)) {
        text[letters..].trim_start_matches([',', ' ', '.'])
    } else {
        text
    }
}

/// `HH:MM:SS`, `HH:MM:SSZ`: most of what [`is_time`] accepts.
fn is_usual_time(bytes: &[u8]) -> bool {
    let [h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = bytes else { return false };
    let below = |tens: &u8, ones: &u8, most: u32| {
        let (tens, ones) = (u32::from(tens.wrapping_sub(b'0')), u32::from(ones.wrapping_sub(b'0')));
        tens <= 9 && ones <= 9 && tens * 10 + ones < most
    };
    below(h1, h2, 24) && below(m1, m2, 60) && below(s1, s2, 61) && matches!(rest, [] | [b'Z'])
}

/// Hours and minutes, with seconds, fraction, am/pm and zone as may be.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    let number = |at: &mut usize, most: usize| {
        let start = *at;
        while *at < bytes.len() && *at - start < most && bytes[*at].is_ascii_digit() {
            *at += 1;
        }
        text[start..*at].parse::<u32>().ok()
    };
    let Some(hour) = number(&mut at, 2).filter(|&h| h < 24) else { return false };
    if bytes.get(at) != Some(&b':') {
        return false;
    }
    at += 1;
    if number(&mut at, 2).is_none_or(|m| m > 59) || bytes[at - 2] == b':' {
        return false;
    }
    if bytes.get(at) == Some(&b':') {
        at += 1;
        // 60 is a leap second.
        if number(&mut at, 2).is_none_or(|s| s > 60) {
            return false;
        }
        if matches!(bytes.get(at), Some(b'.' | b',')) {
            at += 1;
            if number(&mut at, 9).is_none() {
                return false;
            }
        }
    }
    let mut rest = text[at..].trim_start();
    let lower = rest.get(..2).map(str::to_ascii_lowercase);
    if matches!(lower.as_deref(), Some("am" | "pm")) {
        if !(1..=12).contains(&hour) {
            return false;
        }
        rest = rest[2..].trim_start();
    }
    rest.is_empty() || is_zone(rest)
}

fn is_zone(text: &str) -> bool {
    if matches!(
        text,
        "Z" | "z" | "UTC" | "GMT" | "CET" | "CEST" | "EST" | "EDT" | "PST" | "PDT" | "CST" | "MST"
    ) {
        return true;
    }
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let digits: String = rest.chars().filter(|&c| c != ':').collect();
    matches!(digits.len(), 2 | 4)
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits[..2].parse::<u32>().is_ok_and(|hours| hours <= 14)
}

enum Part {
    Number(u32, usize),
    Month(u32),
}

/// `None`: not written like a date. `Some(None)`: written like one, but there is no such day.
fn day(text: &str) -> Option<Option<DateFormat>> {
    let mut parts = [Part::Number(0, 0), Part::Number(0, 0), Part::Number(0, 0)];
    let mut n = 0;
    let mut separators = [' '; 2];
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        if n == 3 {
            return None;
        }
        let start = at;
        if bytes.get(at)?.is_ascii_digit() {
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            if at - start > 4 {
                return None;
            }
            parts[n] = Part::Number(text[start..at].parse().ok()?, at - start);
            let ordinal = text.get(at..at + 2).is_some_and(|s| matches!(s, "st" | "nd" | "rd" | "th"));
            at += if ordinal { 2 } else { 0 };
        } else {
            while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                at += 1;
            }
            parts[n] = Part::Month(month(&text[start..at])?);
            at += usize::from(bytes.get(at) == Some(&b'.') && bytes.get(at + 1) == Some(&b' '));
        }
        n += 1;
        if at == bytes.len() {
            break;
        }
        let mut separator = match bytes[at] {
            b',' if bytes.get(at + 1) == Some(&b' ') => ' ',
            byte @ (b'-' | b'/' | b'.' | b' ') => char::from(byte),
            _ => return None,
        };
        at += if bytes[at] == b',' { 2 } else { 1 };
        // "31. 12. 2024"
        if separator == '.' && bytes.get(at) == Some(&b' ') {
            at += 1;
            separator = '.';
        }
        *separators.get_mut(n - 1)? = separator;
    }
    let format = |order, short_year| DateFormat { order, separator: separators[0], short_year };
    match (n, &parts) {
        (3, [Part::Number(y, 4), Part::Number(m, 1..=2), Part::Number(d, 1..=2)])
            if separators[0] == separators[1] && separators[0] != ' ' && *m <= 31 && *d <= 31 =>
        {
            Some(exists(*y, *m, *d).then(|| format(DateOrder::YearMonthDay, false)))
        }
        (3, [Part::Number(a, 1..=2), Part::Number(b, 1..=2), Part::Number(y, digits @ (2 | 4))])
            if separators[0] == separators[1] && separators[0] != ' ' && *a <= 31 && *b <= 31 =>
        {
            // Three short parts joined by points are version numbers as often as dates.
            if *digits == 2 && separators[0] == '.' && (*a > 31 || *b > 12) {
                return None;
            }
            let year = if *digits == 2 { 2000 + y } else { *y };
            let day_first = exists(year, *b, *a);
            let month_first = exists(year, *a, *b);
            let order = match (day_first, month_first) {
                (true, true) if a != b => DateOrder::Ambiguous,
                // Day and month are equal: either reading is the same day.
                (true, true) => DateOrder::Ambiguous,
                (true, false) => DateOrder::DayMonthYear,
                (false, true) => DateOrder::MonthDayYear,
                (false, false) => return if *digits == 4 { Some(None) } else { None },
            };
            Some(Some(format(order, *digits == 2)))
        }
        (3, [Part::Number(d, 1..=2), Part::Month(m), Part::Number(y, digits @ (2 | 4))]) => {
            let year = if *digits == 2 { 2000 + y } else { *y };
            Some(exists(year, *m, *d).then(|| format(DateOrder::DayNameYear, *digits == 2)))
        }
        (3, [Part::Month(m), Part::Number(d, 1..=2), Part::Number(y, 4)]) => {
            Some(exists(*y, *m, *d).then(|| format(DateOrder::NameDayYear, false)))
        }
        (3, [Part::Number(y, 4), Part::Month(m), Part::Number(d, 1..=2)]) => {
            Some(exists(*y, *m, *d).then(|| format(DateOrder::YearMonthDay, false)))
        }
        (2, [Part::Number(y, 4), Part::Number(m, 2), _])
            if matches!(separators[0], '-' | '/') && (1..=12).contains(m) && (1000..=2999).contains(y) =>
        {
            Some(Some(format(DateOrder::YearMonth, false)))
        }
        (2, [Part::Month(_), Part::Number(_, digits @ (2 | 4)), _]) => {
            Some(Some(format(DateOrder::NameYear, *digits == 2)))
        }
        _ => None,
    }
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let begins: [u8; 3] = word.as_bytes().first_chunk::<3>()?.map(|byte| byte | 0x20);
    let at = NAMES.iter().position(|name| name.as_bytes().starts_with(&begins))?;
    let name = NAMES[at];
    let whole = name.eq_ignore_ascii_case(word)
        || name[..3].eq_ignore_ascii_case(word)
        || (word.len() == 4 && name.get(..4).is_some_and(|n| n.eq_ignore_ascii_case(word)));
    whole.then_some(at as u32 + 1)
}

/// Whether the proleptic Gregorian calendar has that day.
#[inline]
pub(crate) fn exists(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text) {
            None => "-".to_owned(),
            Some(Moment::Date(format)) => format.describe(),
            Some(Moment::DateTime(format)) => format!("{} time", format.describe()),
            Some(Moment::Time) => "time".to_owned(),
            Some(Moment::Impossible) => "impossible".to_owned(),
        }
    }

    #[test]
    fn formats_are_told_apart_field_by_field() {
        for (text, expected) in [
            ("2024-02-29", "YYYY-MM-DD"),
            ("2023-02-29", "impossible"),
            ("0000-00-00", "impossible"),
            ("9999-12-31", "YYYY-MM-DD"),
            ("31/12/2024", "DD/MM/YYYY"),
            ("12/31/2024", "MM/DD/YYYY"),
            ("01/02/03", "DD/MM/YY or MM/DD/YY"),
            ("31.12.2024", "DD.MM.YYYY"),
            ("12 Jan 2024", "DD Mon YYYY"),
            ("12-Jan-24", "DD-Mon-YY"),
            ("January 12, 2024", "Mon DD, YYYY"),
            ("Fri, 12 Jan 2024", "DD Mon YYYY"),
            ("Oct-14", "Mon-YY"),
            ("2024-01", "YYYY-MM"),
            ("2024-01-31T23:59:60Z", "YYYY-MM-DD time"),
            ("2024-01-31 12:30:00.123+14:00", "YYYY-MM-DD time"),
            ("1/31/2024 1:05 PM", "MM/DD/YYYY time"),
            ("12:30", "time"),
            ("9:05:01 am", "time"),
            ("24:00", "-"),
            ("12:3", "-"),
            ("192.168.1.1", "-"),
            ("1.2.3", "-"),
            ("835-40", "-"),
            ("20240131", "-"),
            ("2024", "-"),
            ("may", "-"),
            ("12-13", "-"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn format_numbers_read_back() {
        for id in 0..128 {
            if let Some(format) = DateFormat::from_id(id) {
                assert_eq!(format.id(), id);
            }
        }
    }
}
