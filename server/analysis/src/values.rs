//! Which values of a table are thought wrong, and which a person would best be asked about.
//!
//! Every distinct value of every column is a candidate, with the checks of the audit profile that fire for it. What
//! checks say depends on the text alone and is gathered once a snapshot; what is believed moves with every answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use aurora_advice::{Profile, Settings, TableView, action, checks};
use aurora_learning::{ActionId, Belief, Beliefs, ColumnKey, Target, ValueCounts, ValueLook};

use crate::Analysis;

pub use aurora_advice::action::WRONG_VALUE_CODE;

/// Belief from which a value is thought wrong.
pub const WRONG: f64 = 0.5;

/// Questions a column.
const MAX_QUESTIONS: usize = 5;

/// Checks that speak of single values: the kind and some codes.
const SPEAK_OF_VALUES: &[&str] = &["value", "outliers", "inconsistent-categories"];

/// Fields up to which every distinct value is a candidate; in larger tables only what a check has flagged.
const MAX_FIELDS: u64 = 2_000_000;

/// A value of one column with its records, all flagged alike.
#[derive(Clone, Debug)]
struct Candidate {
    look: ValueLook,
    /// The checks that fired, with their confidences, the surest first.
    flags: Vec<(&'static str, ActionId, f64)>,
    records: Vec<u64>,
}

/// The candidates of every column.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    columns: Vec<Vec<Candidate>>,
}

/// A field that is thought wrong, or that an answer about would tell most.
#[derive(Clone, PartialEq, Debug)]
pub struct Suspect {
    /// Data record, from 0.
    pub record: u64,
    /// The surest check that fired; [`WRONG_VALUE_CODE`] where none has.
    pub code: &'static str,
    /// How sure it is that the value is wrong, with what that rests on.
    pub belief: Belief,
}

/// What can be said of a column's values.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Suspects {
    /// Fields that are thought wrong, in the order of the records.
    pub wrong: Vec<Suspect>,
    /// Fields of which an answer would tell most, best first.
    pub ask: Vec<Suspect>,
}

/// What is known of the checks and the value of one field, for an answer about it.
#[derive(Clone, Debug)]
pub struct ValueFacts {
    /// What it looks like.
    pub look: ValueLook,
    /// The surest check that fired.
    pub code: &'static str,
}

/// Candidates that are gathered when first asked for.
pub type Gathered = OnceLock<Candidates>;

impl Candidates {
    /// Gathers the candidates of `analysis`: two passes over the table and one run of the checks on values.
    pub fn of(analysis: &Analysis, settings: &Settings) -> Self {
        let closer = Settings {
            profile: Profile::Audit,
            max_findings: 0,
            select: SPEAK_OF_VALUES.iter().map(|&word| word.to_owned()).collect(),
            ..settings.clone()
        };
        analysis.with_table(&closer, |table| {
            let flags = flags(table);
            let all = table.structure.n_records * table.columns.len() as u64 <= MAX_FIELDS;
            let of_column = |column| candidates(table, column, flags.get(&column), all);
            Self { columns: (0..table.columns.len()).map(of_column).collect() }
        })
    }

    /// What `beliefs` make of the values of `column`.
    pub fn suspects(&self, column: usize, key: &ColumnKey, beliefs: &Beliefs) -> Suspects {
        let mut suspects = Suspects::default();
        let mut questions: Vec<(f64, Suspect)> = Vec::new();
        for candidate in self.columns.get(column).into_iter().flatten() {
            let flags: Vec<_> =
                candidate.flags.iter().map(|&(_, check, confidence)| (check, confidence)).collect();
            let belief = beliefs.wrong(key, &candidate.look, &flags);
            let suspect = |&record: &u64| Suspect { record, code: candidate.code(), belief: belief.clone() };
            if belief.p >= WRONG {
                suspects.wrong.extend(candidate.records.iter().map(suspect));
            }
            // What is doubtful, stands often, and is unlike all that was answered tells most. What one answer has made
            // doubtful is asked about again in another place: the answer may have been a slip.
            let known = beliefs.known_alike(key, &candidate.look);
            let doubt = belief.p * (1.0 - belief.p) / (1.0 + 0.5 * known);
            let gain = doubt * (candidate.records.len() as f64).powf(0.8);
            let fits =
                questions.len() < MAX_QUESTIONS || questions.last().is_some_and(|(least, _)| *least < gain);
            if let Some(question) = candidate.records.first().filter(|_| fits) {
                let at = questions.partition_point(|(more, _)| *more >= gain);
                questions.insert(at, (gain, suspect(question)));
                questions.truncate(MAX_QUESTIONS);
            }
        }
        suspects.wrong.sort_by_key(|suspect| suspect.record);
        suspects.ask = questions.into_iter().map(|(_, suspect)| suspect).collect();
        suspects
    }

    /// What is known of one field; `None` where nothing was gathered of it.
    pub fn facts(&self, column: usize, record: u64) -> Option<ValueFacts> {
        let holds = |candidate: &&Candidate| candidate.records.binary_search(&record).is_ok();
        let candidate = self.columns.get(column)?.iter().find(holds)?;
        Some(ValueFacts { look: candidate.look, code: candidate.code() })
    }
}

impl Candidate {
    fn code(&self) -> &'static str {
        self.flags.first().map_or(WRONG_VALUE_CODE, |(code, ..)| code)
    }
}

type Flags = BTreeMap<u64, Vec<(&'static str, ActionId, f64)>>;

/// Flags by column and record.
fn flags(table: &TableView<'_>) -> HashMap<usize, Flags> {
    let mut all: HashMap<usize, Flags> = HashMap::new();
    for finding in checks::run_unrouted(table).0 {
        let Some(action) = action::id_of(Target::Value, finding.code) else { continue };
        for place in std::iter::once(&finding.place).chain(&finding.related) {
            let (Some(record), Some(column)) = (place.record, place.field) else { continue };
            let flags = all.entry(column).or_default().entry(record).or_default();
            match flags.iter_mut().find(|(code, ..)| *code == finding.code) {
                Some(known) => known.2 = known.2.max(place.confidence),
                None => flags.push((finding.code, action, place.confidence)),
            }
        }
    }
    for flags in all.values_mut().flat_map(BTreeMap::values_mut) {
        flags.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(b.0)));
    }
    all
}

fn candidates(table: &TableView<'_>, column: usize, flags: Option<&Flags>, all: bool) -> Vec<Candidate> {
    let none = Vec::new();
    let flags_of = |record: &u64| flags.and_then(|flags| flags.get(record)).unwrap_or(&none);
    // Where all are candidates the records of a value are kept, else only those that are flagged.
    let mut values: HashMap<String, (u64, Vec<u64>)> = HashMap::new();
    table.each_value(column, |record, value| {
        let value = value.unwrap_or_default();
        if all || !flags_of(&record).is_empty() {
            if !values.contains_key(value) {
                values.insert(value.to_owned(), (0, Vec::new()));
            }
            if let Some((times, records)) = values.get_mut(value) {
                *times += 1;
                records.push(record);
            }
        }
    });
    let mut counts = ValueCounts::default();
    values.iter().for_each(|(value, (times, _))| counts.observe(value, *times));
    let mut found = Vec::with_capacity(values.len());
    for (value, (times, records)) in &values {
        let mut groups: BTreeMap<Vec<u16>, (&Vec<(&'static str, ActionId, f64)>, Vec<u64>)> = BTreeMap::new();
        for record in records {
            let flags = flags_of(record);
            let codes = flags.iter().map(|(_, action, _)| action.0).collect();
            groups.entry(codes).or_insert_with(|| (flags, Vec::new())).1.push(*record);
        }
        for (codes, (flags, records)) in groups {
            let codes: Vec<_> = codes.into_iter().map(ActionId).collect();
            let look = counts.look(value, *times, &codes);
            found.push(Candidate { look, flags: flags.clone(), records });
        }
    }
    found.sort_by_key(|candidate| candidate.records.first().copied());
    found
}
