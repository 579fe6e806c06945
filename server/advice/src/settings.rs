//! Thresholds and switches, with their defaults: the one place that documents them.

/// How much is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Profile {
    /// Calm: what a person would correct.
    #[default]
    Standard,
    /// Looser thresholds, one severity higher.
    Audit,
}

/// All settings of the checks.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Standard or audit.
    pub profile: Profile,
    /// Findings kept a file before they are summed up; 0 keeps all.
    pub max_findings: usize,
    /// Records a column needs before it is judged.
    pub min_records: u64,
    /// Share of nulls from which a column is null-heavy, 0 to 1.
    pub null_share: f64,
    /// Skewness g1 above which a measure is skewed.
    pub skewness: f64,
    /// Codes of checks that are switched off.
    pub ignore: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Standard,
            max_findings: 1_000,
            min_records: 20,
            null_share: 0.2,
            skewness: 2.0,
            ignore: Vec::new(),
        }
    }
}
