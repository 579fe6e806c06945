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

/// Findings that are not wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppressed {
    /// Of the columns of this name, as the header writes it; without one, of the whole file.
    pub column: Option<String>,
    /// Code of the check.
    pub code: String,
}

/// All settings of the checks. Shares are 0 to 1. Every threshold is a place where learning may move the bar.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Standard or audit.
    pub profile: Profile,
    /// Findings kept a file before they are summed up, and places kept a finding; 0 keeps all.
    pub max_findings: usize,
    /// Findings of severity information shown a file in the standard profile, the strongest first.
    pub max_information: usize,
    /// Codes or kinds (`structure`, `record`, `value`, `column`, `file`) that alone are looked for; empty: all.
    pub select: Vec<String>,
    /// Codes of checks that are off by default and wanted beside the others.
    pub extend: Vec<String>,
    /// Codes or kinds that are switched off.
    pub ignore: Vec<String>,
    /// Findings that the person has suppressed: they are not counted, and take nobody's place.
    pub suppressed: Vec<Suppressed>,
    /// Belief from which an action is shown as a finding or preferred.
    pub show: f64,
    /// Belief from which an action is in the menu and the hover.
    pub offer: f64,
    /// Records a column needs before it is judged.
    pub min_records: u64,
    /// Share of nulls from which a column is null-heavy.
    pub null_share: f64,
    /// The same in the audit profile.
    pub audit_null_share: f64,
    /// Share of nulls from which dropping the column is offered.
    pub drop_share: f64,
    /// Columns of one defect from which a single finding lists them.
    pub max_null_columns: usize,
    /// Skewness g1 above which a measure is skewed.
    pub skewness: f64,
    /// The same in the audit profile, for skew to either side.
    pub audit_skewness: f64,
    /// Numbers a column needs before its skewness is judged.
    pub min_skew_records: u64,
    /// Distinct values that a measure has at least.
    pub min_measure_distinct: u64,
    /// Distance from the quartiles, in interquartile ranges, beyond which a number is an outlier.
    pub outlier_iqr: f64,
    /// The same in the audit profile.
    pub audit_outlier_iqr: f64,
    /// Numbers a column needs before its outliers are judged.
    pub min_outlier_records: u64,
    /// Share of the majority kind from which the others are mixed in.
    pub mixed_share: (f64, f64),
    /// Share of the majority kind from which each other value is unexpected.
    pub kind_share: f64,
    /// The same in the audit profile.
    pub audit_kind_share: f64,
    /// Share that must parse once decoration is taken off for a column to be numbers written as text.
    pub decorated_share: f64,
    /// Share of padded fields from which white space is a habit of the dialect.
    pub padded_share: f64,
    /// Records a column needs before its value shapes are judged.
    pub min_pattern_records: u64,
    /// Share that one value shape needs, with runs collapsed, for the others to be odd.
    pub pattern_share: f64,
    /// The same in the audit profile.
    pub audit_pattern_share: f64,
    /// Records a column needs before typos are looked for.
    pub min_typo_records: u64,
    /// How many times as frequent the right spelling is.
    pub typo_ratio: f64,
    /// The same in the audit profile.
    pub audit_typo_ratio: f64,
    /// Share of records that a dependency between two columns must hold for its breaks to count.
    pub dependency_share: f64,
    /// Groups of at least three records that such a dependency needs.
    pub min_dependency_groups: u64,
    /// Records from which categories and flags are judged for balance.
    pub min_balance_records: u64,
    /// Records from which cardinality is judged.
    pub min_cardinality_records: u64,
    /// Share of another kind from which a column has drifted from an earlier version.
    pub drift_share: f64,
    /// Share of nulls from which it has.
    pub drift_null_share: f64,
    /// How often chance may explain what looks like drift.
    pub drift_chance: f64,
    /// Bytes that whole-table checks may hold at once; beyond, records are sampled by a hash of their number.
    pub whole_table_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profile: Profile::Standard,
            max_findings: 1_000,
            max_information: 5,
            select: Vec::new(),
            extend: Vec::new(),
            ignore: Vec::new(),
            suppressed: Vec::new(),
            show: 0.7,
            offer: 0.4,
            min_records: 20,
            null_share: 0.2,
            audit_null_share: 0.01,
            drop_share: 0.6,
            max_null_columns: 5,
            skewness: 2.0,
            audit_skewness: 1.0,
            min_skew_records: 30,
            min_measure_distinct: 20,
            outlier_iqr: 6.0,
            audit_outlier_iqr: 3.0,
            min_outlier_records: 50,
            mixed_share: (0.7, 0.9),
            kind_share: 0.9,
            audit_kind_share: 0.75,
            decorated_share: 0.9,
            padded_share: 0.9,
            min_pattern_records: 50,
            pattern_share: 0.95,
            audit_pattern_share: 0.9,
            min_typo_records: 100,
            typo_ratio: 20.0,
            audit_typo_ratio: 10.0,
            dependency_share: 0.97,
            min_dependency_groups: 20,
            min_balance_records: 100,
            min_cardinality_records: 200,
            drift_share: 0.05,
            drift_null_share: 0.01,
            drift_chance: 0.001,
            whole_table_bytes: 32 << 20,
        }
    }
}

impl Settings {
    /// Whether the audit profile is on.
    pub fn audit(&self) -> bool {
        self.profile == Profile::Audit
    }

    /// The first value in the standard profile, the second in the audit profile.
    pub fn either<T>(&self, standard: T, audit: T) -> T {
        if self.audit() { audit } else { standard }
    }

    /// Whether a check of this code and kind is wanted.
    pub fn wants(&self, code: &str, kind: crate::FindingKind) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == code || name == kind.as_str());
        (self.select.is_empty() || names(&self.select) || names(&self.extend)) && !names(&self.ignore)
    }

    /// Whether the finding of check `code` about the column called `column`, if it is about one, is suppressed.
    pub fn suppresses(&self, column: Option<&str>, code: &str) -> bool {
        let covers = |one: &Suppressed| one.column.as_deref().is_none_or(|name| column == Some(name));
        self.suppressed.iter().any(|one| one.code == code && covers(one))
    }

    /// Whether the check `code`, which is off by default, was asked for by name.
    pub fn names(&self, code: &str) -> bool {
        self.select.iter().chain(&self.extend).any(|name| name == code)
    }

    /// The defaults, with the sizes that a table needs lowered so that the short examples of the docs count.
    pub fn for_examples() -> Self {
        Self {
            show: 0.5,
            min_records: 1,
            min_skew_records: 8,
            min_measure_distinct: 6,
            min_outlier_records: 8,
            min_pattern_records: 8,
            min_typo_records: 8,
            typo_ratio: 5.0,
            min_dependency_groups: 2,
            min_balance_records: 8,
            min_cardinality_records: 8,
            drift_chance: 0.1,
            ..Self::default()
        }
    }
}
