//! What time it is; a trait, so that a week of a test takes no week.

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 (UTC).
    fn now(&self) -> i64;

    /// Days since 1970-01-01 (UTC).
    fn today(&self) -> i32 {
        i32::try_from(self.now().div_euclid(86_400)).unwrap_or(i32::MAX)
    }

    /// Weeks (Monday to Sunday, UTC) since the one of 1970-01-01: the number of a release.
    fn week(&self) -> i32 {
        (self.today() + 3).div_euclid(7)
    }
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |passed| i64::try_from(passed.as_secs()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(i64);

    impl Clock for Fixed {
        fn now(&self) -> i64 {
            self.0
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        // 1970-01-05 was a Monday.
        let week_of_day = |day: i64| Fixed(day * 86_400).week();
        assert_eq!([0, 3, 4, 10, 11].map(week_of_day), [0, 0, 1, 1, 2]);
    }
}
