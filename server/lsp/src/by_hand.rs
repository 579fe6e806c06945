//! Edits by hand that do what a transform does: recognised by comparing the table before and after, in memory, and
//! offered as a preference to keep. Nothing is learned of them until the person says so.
//!
//! The comparison begins at the text as it was when the last run of edits began. A run ends when another kind of change
//! comes between: records or columns come or go, the server's own edits arrive, or fields change that no transform
//! explains.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use aurora_advice::{Change, TableView, Target, recommendation, transforms};
use aurora_learning::ColumnKey;
use aurora_text::Span;
use ropey::Rope;

use crate::documents::Reading;
use crate::handlers::execute_command::{CorrectArguments, KindWord};

/// Share of the touched fields that must be as the transform makes them.
const SHARE: f64 = 0.95;
/// Touched fields from which a run says something, unless the transform would change no other ones.
const ENOUGH: usize = 3;
/// Fields that no transform explains, after which a run has ended.
const STRAYS: usize = 3;
/// A larger text is not compared: it would be gone through for every transform after every pause.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Columns touched by one run, of which more are not looked at.
const MAX_COLUMNS: usize = 8;
/// Columns of a table in which a new column is looked for among what each of them could become.
const MAX_SOURCES: usize = 30;

/// What a run of edits did.
#[derive(Clone, Debug)]
pub(crate) struct DoneByHand {
    /// The column as it was numbered before.
    pub(crate) column: usize,
    /// Its name.
    pub(crate) name: String,
    /// The transform that does the same.
    pub(crate) action: &'static str,
    /// What was recommended instead, or just that.
    showing: &'static str,
    /// Where the column stood among the beliefs before the edits.
    key: ColumnKey,
    /// Fields that the edits touched.
    pub(crate) n_fields: usize,
}

impl DoneByHand {
    /// The answer by which the person keeps it.
    pub(crate) fn answer(&self, uri: &str) -> CorrectArguments {
        CorrectArguments {
            wanted: Some(self.action.to_owned()),
            ..CorrectArguments::of_transform(uri, Some(self.column), self.showing, KindWord::Manual)
        }
    }

    /// `Keep as your preference: trim-whitespace, as you did by hand in 12 fields of "name"`
    pub(crate) fn title(&self) -> String {
        let fields =
            if self.n_fields == 1 { "1 field".to_owned() } else { format!("{} fields", self.n_fields) };
        format!(
            "Keep as your preference: {}, as you did by hand in {fields} of \"{}\"",
            self.action, self.name
        )
    }
}

/// What was done by hand to one document.
#[derive(Default)]
pub(crate) struct ByHand {
    /// Where the run of edits began.
    base: Option<Arc<Reading>>,
    /// A later text up to which no transform explains anything: one field may be half typed, or mended otherwise.
    later: Option<Arc<Reading>>,
    /// The text that the server's own edits have made; what was before it is no base.
    ours: u64,
    offers: Vec<DoneByHand>,
    /// What the person was told of.
    told: HashSet<(usize, &'static str)>,
}

impl ByHand {
    /// The text with this number is the server's doing.
    pub(crate) fn is_ours(&mut self, text: u64) {
        self.ours = text;
        self.offers.clear();
    }

    /// Where to compare from, the best place first; begins a run at `now` where there is nothing to compare with.
    pub(crate) fn bases(&mut self, now: &Arc<Reading>) -> Vec<Arc<Reading>> {
        let after_ours = |reading: &Arc<Reading>| reading.text >= self.ours;
        let base = self.base.clone().filter(after_ours);
        let later = self.later.clone().filter(after_ours);
        if now.text < self.ours {
            return Vec::new();
        }
        if base.as_ref().is_none_or(|base| base.snapshot.generation == now.snapshot.generation) {
            self.begin(now);
            return Vec::new();
        }
        base.into_iter().chain(later).collect()
    }

    fn begin(&mut self, now: &Arc<Reading>) {
        self.base = Some(Arc::clone(now));
        self.later = None;
        self.offers.clear();
    }

    /// Takes in what a comparison with `base` found; gives what the person has not been told of.
    pub(crate) fn note(&mut self, base: Arc<Reading>, now: &Arc<Reading>, run: Run) -> Vec<DoneByHand> {
        if now.text < self.ours {
            return Vec::new();
        }
        match run {
            Run::Ended => self.begin(now),
            Run::Unexplained => {
                self.offers.clear();
                if let Some(later) = self.later.replace(Arc::clone(now)) {
                    self.base = Some(later);
                }
            }
            Run::Explained(offers) => {
                let told = &mut self.told;
                let fresh = offers.iter().filter(|offer| told.insert((offer.column, offer.action)));
                let fresh = fresh.cloned().collect();
                (self.base, self.later, self.offers) = (Some(base), None, offers);
                return fresh;
            }
        }
        Vec::new()
    }

    /// What is offered now.
    pub(crate) fn offers(&self) -> &[DoneByHand] {
        &self.offers
    }

    /// The person keeps one: it is offered no more, and a new run begins. With where its column stood before.
    pub(crate) fn keep(&mut self, column: usize, action: &str) -> Option<ColumnKey> {
        let at = self.offers.iter().position(|offer| offer.column == column && offer.action == action)?;
        (self.base, self.later) = (None, None);
        Some(self.offers.swap_remove(at).key)
    }
}

/// What became of a run of edits.
pub(crate) enum Run {
    /// It goes on: a transform explains some of what was done, and these explain enough of it.
    Explained(Vec<DoneByHand>),
    /// No transform explains any of it.
    Unexplained,
    /// The text is as it was, or became another table: the next run begins here.
    Ended,
}

/// Compares `now` with each of `bases` until what was done since is explained; with the one it was compared with.
pub(crate) fn look(bases: Vec<Arc<Reading>>, now: &Reading) -> Option<(Arc<Reading>, Run)> {
    let mut first = None;
    for base in bases {
        let run = compare(&base, now);
        let offered = matches!(&run, Run::Explained(offers) if !offers.is_empty());
        let explained = matches!(&run, Run::Explained(_));
        if offered || first.is_none() || explained {
            first = Some((base, run));
        }
        if offered {
            break;
        }
    }
    first
}

/// Compares two readings of a document.
fn compare(base: &Reading, now: &Reading) -> Run {
    let (Some(was), Some(is)) = (base.analysis.as_deref(), now.analysis.as_deref()) else {
        return Run::Ended;
    };
    let largest = base.rope().len_bytes().max(now.rope().len_bytes());
    if was.structure.n_records != is.structure.n_records || largest > MAX_BYTES {
        return Run::Ended;
    }
    let Some((before, after)) = changed(base.rope(), now.rope()) else { return Run::Ended };
    let settings = &base.config.config.settings;
    was.with_table(settings, |table| {
        let new = is.with_table(&now.config.config.settings, |table| records(table, after));
        let old = records(table, before);
        let same_records = old.len() == new.len() && old.first().map(|r| r.0) == new.first().map(|r| r.0);
        if !same_records {
            return Run::Ended;
        }
        let pairs: Vec<Pair> = old.into_iter().zip(new).map(|((n, old), (_, new))| (n, old, new)).collect();
        let seen = Seen {
            table,
            pairs: &pairs,
            offer: &|column, action, n_fields| offer(was, column, action, n_fields),
        };
        match is.structure.width as i64 - was.structure.width as i64 {
            0 => seen.in_place(),
            -1 => seen.dropped(),
            1 => seen.added(),
            _ => Run::Ended,
        }
    })
}

/// A data record with its fields before and after.
type Pair = (u64, Vec<String>, Vec<String>);

struct Seen<'a> {
    table: &'a TableView<'a>,
    pairs: &'a [Pair],
    offer: &'a dyn Fn(usize, &'static str, usize) -> Option<DoneByHand>,
}

impl Seen<'_> {
    fn in_place(&self) -> Run {
        let (mut offers, mut explained, mut strays) = (Vec::new(), false, 0);
        let mut columns: Vec<(usize, Vec<(u64, &str)>)> = Vec::new();
        for (record, old, new) in self.pairs {
            if old.len() != new.len() {
                return Run::Ended;
            }
            for (column, (_, new)) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
                match columns.iter_mut().find(|(of, _)| *of == column) {
                    Some((_, touched)) => touched.push((*record, new)),
                    None => columns.push((column, vec![(*record, new)])),
                }
            }
        }
        if columns.is_empty() {
            // Only how fields are written has changed, or the header.
            return Run::Ended;
        }
        for (column, touched) in columns.into_iter().take(MAX_COLUMNS) {
            let Some(best) = self.best(column, &touched) else {
                strays += touched.len();
                continue;
            };
            explained = true;
            strays += touched.len() - best.hits;
            let all = best.hits >= ENOUGH || best.hits == best.n_changed;
            if all && best.hits as f64 >= SHARE * touched.len() as f64 {
                offers.extend((self.offer)(column, best.action, touched.len()));
            }
        }
        match explained {
            false => Run::Unexplained,
            true if offers.is_empty() && strays >= STRAYS => Run::Ended,
            true => Run::Explained(offers),
        }
    }

    /// The transform that explains most of the fields that were touched in `column`.
    fn best(&self, column: usize, touched: &[(u64, &str)]) -> Option<Explained> {
        let mut best: Option<Explained> = None;
        for transform in transforms::TRANSFORMS {
            for target in [Target::Column(column), Target::InPlace(column)] {
                if !transform.applies(self.table, target) {
                    continue;
                }
                let Some(fitted) = transform.fit(self.table, target) else { continue };
                let Change::Replace(of, mut map) = fitted.change else { continue };
                if of != column {
                    continue;
                }
                let (mut hits, mut n_changed, mut at) = (0, 0, 0);
                self.table.each_value(column, |record, value| {
                    let Some(value) = value else { return };
                    let new = map(record, value).filter(|new| new != value);
                    n_changed += usize::from(new.is_some());
                    if touched.get(at).is_some_and(|(touched, _)| *touched == record) {
                        hits += usize::from(new.is_some_and(|new| same(&new, touched[at].1)));
                        at += 1;
                    }
                });
                if hits > best.as_ref().map_or(0, |best| best.hits) {
                    best = Some(Explained { action: transform.meta().code, hits, n_changed });
                }
            }
        }
        best
    }

    /// A column has gone from every record.
    fn dropped(&self) -> Run {
        let gone = |column: usize, (_, old, new): &Pair| {
            old.len() == new.len() + 1 && old[..column] == new[..column] && old[column + 1..] == new[column..]
        };
        let found = (0..self.table.columns.len()).find(|&column| self.most(|pair| gone(column, pair)));
        let offer = found.and_then(|column| (self.offer)(column, "drop-column", self.pairs.len()));
        offer.map_or(Run::Ended, |offer| Run::Explained(vec![offer]))
    }

    /// A column has come that a transform would have added.
    fn added(&self) -> Run {
        let Some((_, first_old, _)) = self.pairs.first() else { return Run::Ended };
        let place = (0..=first_old.len()).rev().find(|&at| {
            self.most(|(_, old, new)| {
                new.len() == old.len() + 1
                    && at < new.len()
                    && old[..at] == new[..at]
                    && old[at..] == new[at + 1..]
            })
        });
        let Some(place) = place.filter(|_| self.table.columns.len() <= MAX_SOURCES) else {
            return Run::Ended;
        };
        let n_filled = self.pairs.iter().filter(|(.., new)| !new[place].is_empty()).count();
        for column in 0..self.table.columns.len() {
            for transform in transforms::TRANSFORMS {
                let target = Target::Column(column);
                if !transform.applies(self.table, target) {
                    continue;
                }
                let Some(fitted) = transform.fit(self.table, target) else { continue };
                let Change::Add(of, mut columns) = fitted.change else { continue };
                let ([new], true) = (&mut columns[..], of == column) else { continue };
                let made = |(record, old, new_fields): &Pair, new: &mut aurora_advice::NewColumn<'_>| {
                    let value = old.get(column).map(String::as_str).unwrap_or_default();
                    same(&(new.value)(*record, value), &new_fields[place])
                };
                let hits = self.pairs.iter().filter(|pair| made(pair, new)).count();
                if n_filled >= ENOUGH && hits as f64 >= SHARE * self.pairs.len() as f64 {
                    let offer = (self.offer)(column, transform.meta().code, self.pairs.len());
                    return offer.map_or(Run::Ended, |offer| Run::Explained(vec![offer]));
                }
            }
        }
        // The column may be half filled.
        Run::Explained(Vec::new())
    }

    fn most(&self, holds: impl Fn(&Pair) -> bool) -> bool {
        let all = self.pairs.len() as u64 == self.table.structure.n_records;
        let n = self.pairs.iter().filter(|pair| holds(pair)).count();
        all && n > 0 && n as f64 >= SHARE * self.pairs.len() as f64
    }
}

/// What a transform would do to a column, against what was done.
struct Explained {
    action: &'static str,
    /// Touched fields that are as it makes them.
    hits: usize,
    /// Fields that it would change.
    n_changed: usize,
}

fn offer(
    was: &aurora_analysis::Analysis,
    column: usize,
    action: &'static str,
    n_fields: usize,
) -> Option<DoneByHand> {
    let of = was.columns.get(column)?;
    let showing = of.recommendations.first().map_or(recommendation::LEAVE_AS_IS, |first| first.action);
    Some(DoneByHand { column, name: of.header.name.clone(), action, showing, key: of.key, n_fields })
}

/// Whether a value written by hand is the computed one: to the last letter, or to the last digit that was written.
fn same(computed: &str, by_hand: &str) -> bool {
    let digits = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let written = digits(by_hand);
    computed == by_hand
        || (written >= 2
            && written < digits(computed)
            && computed.parse::<f64>().ok().zip(by_hand.parse::<f64>().ok()).is_some_and(|(a, b)| {
                (a - b).abs() <= 0.5 * 10_f64.powi(-(written as i32)) + f64::EPSILON * a.abs()
            }))
}

/// Where two texts differ: from the first byte to the last, in each. `None` where they do not.
fn changed(a: &Rope, b: &Rope) -> Option<(Span, Span)> {
    let most = a.len_bytes().min(b.len_bytes());
    let first = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    if first == a.len_bytes() && first == b.len_bytes() {
        return None;
    }
    let from_end = a.bytes_at(a.len_bytes()).reversed().zip(b.bytes_at(b.len_bytes()).reversed());
    let last = from_end.take(most - first).take_while(|(a, b)| a == b).count();
    Some((Span::new(first, a.len_bytes() - last), Span::new(first, b.len_bytes() - last)))
}

/// The data records that touch `window`, with their numbers and their fields.
fn records(table: &TableView<'_>, window: Span) -> Vec<(u64, Vec<String>)> {
    let mut found = Vec::new();
    table.source.visit(0..u64::MAX, &mut |block| {
        let start = block.before.bytes;
        if start > window.end {
            return ControlFlow::Break(());
        }
        if start + block.text.len() < window.start {
            return ControlFlow::Continue(());
        }
        for (record, r) in (block.before.records..).zip(block.records.iter().filter(|r| !r.is_blank())) {
            let span = r.span().shift(start);
            if span.start <= window.end && window.start <= span.end {
                let fields = r.fields.iter().map(|field| field.value(block.text, block.dialect).into_owned());
                found.push((record, fields.collect()));
            }
        }
        ControlFlow::Continue(())
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_texts_differ_is_found_from_both_ends() {
        let of = |a: &str, b: &str| changed(&Rope::from_str(a), &Rope::from_str(b));
        assert_eq!(of("abc", "abc"), None);
        assert_eq!(of("abc", "axc"), Some((Span::new(1, 2), Span::new(1, 2))));
        assert_eq!(of("aaa", "aaaa"), Some((Span::new(3, 3), Span::new(3, 4))));
        assert_eq!(of("", "x"), Some((Span::new(0, 0), Span::new(0, 1))));
    }

    #[test]
    fn a_number_is_compared_to_the_last_digit_that_was_written() {
        assert!(same("1.3862943611198906", "1.39") && same("1.3862943611198906", "1.3863"));
        assert!(!same("1.3862943611198906", "1.38") && !same("1.3862943611198906", "1"));
        assert!(same("Oslo", "Oslo") && !same("Oslo", "oslo"));
    }
}
