//! Days: reading one in a known format, and counting them.

use std::collections::HashMap;

use aurora_profile::ColumnProfile;
use aurora_profile::date::{self, DateFormat, DateOrder, Moment};

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
}

impl Day {
    /// `2024-12-31`
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
    pub fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The day with that number.
    pub fn of_number(number: i64) -> Self {
        let z = number + 719_468;
        let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: (year_of_era + era * 400 + i64::from(month <= 2)) as i32,
            month: month as u32,
            day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u32,
        }
    }

    /// 1 (Monday) to 7 (Sunday), as ISO 8601 counts.
    pub fn weekday(self) -> u32 {
        (self.number() + 3).rem_euclid(7) as u32 + 1
    }
}

/// Whether the day stands before the month in the ambiguous dates of a column: voted by its certain ones that are
/// written with the same separator (`31.12.2024` says nothing of `03/07/2024` where other dates have slashes too), else
/// by all certain ones.
#[derive(Clone, Debug, Default)]
pub struct DayOrder {
    votes: HashMap<char, Votes>,
    all: Votes,
    /// Where nothing decides, the month stands first.
    else_month: bool,
}

/// Certain dates of each order.
#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    day_first: u64,
    month_first: u64,
}

impl Votes {
    fn decide(self) -> Option<bool> {
        (self.day_first != self.month_first).then_some(self.day_first > self.month_first)
    }
}

impl DayOrder {
    /// As the certain dates of `profile` have it.
    pub fn of(profile: &ColumnProfile) -> Self {
        let mut order = Self::default();
        for (format, sample) in &profile.date_formats {
            for votes in [order.votes.entry(format.separator).or_default(), &mut order.all] {
                match format.order {
                    DateOrder::DayMonthYear => votes.day_first += sample.n,
                    DateOrder::MonthDayYear => votes.month_first += sample.n,
                    _ => {}
                }
            }
        }
        order
    }

    fn votes(&self, separator: char) -> Votes {
        let own = self.votes.get(&separator).copied().unwrap_or_default();
        if own.day_first + own.month_first > 0 { own } else { self.all }
    }

    /// Whether the day stands first in an ambiguous date with this separator; `None` when nothing decides.
    pub fn day_first(&self, separator: char) -> Option<bool> {
        self.votes(separator).decide()
    }

    /// Whether all certain dates that vote about this separator say the same, and there are any.
    pub fn is_agreed(&self, separator: char) -> bool {
        let votes = self.votes(separator);
        (votes.day_first == 0) != (votes.month_first == 0)
    }

    /// The same, but that the month stands first where nothing decides.
    pub fn else_month_first(self) -> Self {
        Self { else_month: true, ..self }
    }

    /// The day that `text` writes, without a time; where nothing decides, the day stands first.
    pub fn read(&self, text: &str) -> Option<Day> {
        read(text, |separator| self.day_first(separator).unwrap_or(!self.else_month))
    }
}

/// The day that `text` writes, without a time; `day_first` tells of a separator how what is ambiguous is read.
fn read(text: &str, day_first: impl Fn(char) -> bool) -> Option<Day> {
    let text = text.trim();
    let Moment::Date(format) = date::parse(text)? else { return None };
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |at: usize| parts.get(at)?.parse::<u32>().ok();
    let name = |at: usize| month_of(parts.get(at)?);
    let (year, month, day) = match format.order {
        DateOrder::YearMonthDay => (number(0)?, number(1)?, number(2)?),
        DateOrder::DayMonthYear => (number(2)?, number(1)?, number(0)?),
        DateOrder::MonthDayYear => (number(2)?, number(0)?, number(1)?),
        DateOrder::Ambiguous if day_first(format.separator) => (number(2)?, number(1)?, number(0)?),
        DateOrder::Ambiguous => (number(2)?, number(0)?, number(1)?),
        DateOrder::DayNameYear => (number(2)?, name(1)?, number(0)?),
        DateOrder::NameDayYear => (number(2)?, name(0)?, number(1)?),
        DateOrder::YearMonth | DateOrder::NameYear => return None,
    };
    Some(Day { year: full_year(year, format), month, day })
}

/// Two-digit years as POSIX reads them: 69–99 are 1969–1999, 00–68 are 2000–2068.
fn full_year(year: u32, format: DateFormat) -> i32 {
    let year = year as i32;
    if format.short_year && year < 100 { if year >= 69 { 1900 + year } else { 2000 + year } } else { year }
}

/// The month that `name` begins with the English name of, from 1.
pub(crate) fn month_of(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start: String = name.chars().take(3).collect::<String>().to_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|at| at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, number) in
            [("1970-01-01", 0), ("2000-03-01", 11_017), ("1969-12-31", -1), ("2024-02-29", 19_782)]
        {
            let day = DayOrder::default().read(text).unwrap();
            assert_eq!(day.number(), number, "{text}");
            assert_eq!(Day::of_number(number), day);
        }
        assert_eq!(DayOrder::default().read("2024-02-29").unwrap().weekday(), 4);
    }

    #[test]
    fn the_ambiguous_follow_the_vote_of_their_separator() {
        let order = |formats: &[(DateOrder, char)]| {
            let mut profile = ColumnProfile::default();
            for &(order, separator) in formats {
                let sample = profile.date_formats.entry(DateFormat { order, separator, short_year: false });
                sample.or_default().n += 1;
            }
            DayOrder::of(&profile)
        };
        let (day, month) = (DateOrder::DayMonthYear, DateOrder::MonthDayYear);
        let iso = |order: &DayOrder, text: &str| order.read(text).unwrap().iso();
        let two = order(&[(month, '/'), (month, '/'), (day, '.')]);
        assert_eq!(iso(&two, "03/07/2024"), "2024-03-07");
        assert_eq!(iso(&two, "03.07.2024"), "2024-07-03");
        assert_eq!(iso(&two, "Dec 31, 2024"), "2024-12-31");
        assert_eq!(
            two.day_first('-'),
            Some(false),
            "all vote about a separator that none of the certain has"
        );
        assert!(two.is_agreed('/') && two.is_agreed('.') && !two.is_agreed('-'));
        assert!(!order(&[(day, '/'), (day, '/'), (month, '/')]).is_agreed('/'));
        assert_eq!(order(&[]).day_first('/'), None);
    }
}
