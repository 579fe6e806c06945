//! All that is known of a snapshot.

use std::ops::{ControlFlow, Range};

use std::sync::Arc;

use aurora_advice::table_view::OddRecord;
use aurora_advice::{
    ColumnView, Finding, FindingKind, HeaderField, Place, Recommendation, Settings, Structure, TableView,
    checks, recommend,
};
use aurora_learning::{Beliefs, ColumnKey, roles};
use aurora_profile::table_builder::{self, MAX_COLUMNS};
use aurora_profile::{ColumnProfile, ColumnSummary, RoleGuess, TableBuilder, role};
use aurora_table::{Cancellable, Detection, Oddity, Parsed, TableSource, Text, join_names};
use aurora_text::Span;

use crate::Snapshot;
use crate::document::{Columns, RopeText};

/// One column with everything known of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Its name and place.
    pub header: HeaderField,
    /// What it holds; shared by all that is made of it after answers.
    pub profile: Arc<ColumnProfile>,
    /// What it is for, as guessed without any answer.
    pub guess: RoleGuess,
    /// What it is for, as guessed and as the person's answers have it.
    pub role: RoleGuess,
    /// Where it stands among the beliefs.
    pub key: ColumnKey,
    /// What to do with it, best first.
    pub recommendations: Vec<Recommendation>,
}

/// All that is known of a snapshot.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What was analysed.
    pub snapshot: Snapshot,
    /// Records as written.
    pub structure: Structure,
    /// Columns.
    pub columns: Vec<Column>,
    /// What the checks found, in the order of the text.
    pub findings: Vec<Finding>,
    /// Checks that failed and were left out.
    pub broken_checks: Vec<&'static str>,
}

/// Odd records kept by place; all are counted.
const MAX_ODD: usize = 20_000;

impl Analysis {
    /// Analyses `snapshot`. `key` gives the place of a column among the beliefs, by its
    /// position, name and profile.
    pub fn of(
        snapshot: &Snapshot,
        settings: &Settings,
        beliefs: &Beliefs,
        key: &dyn Fn(usize, &str, &ColumnProfile) -> ColumnKey,
    ) -> Self {
        Self::unless(&|| false, snapshot, settings, beliefs, key).expect("nobody cancels")
    }

    /// As [`Self::of`], but gives up with `None` soon after `cancelled` says so. What was summarised until then is
    /// not lost: the next analysis of this or a later version goes on from there.
    pub fn unless(
        cancelled: &dyn Fn() -> bool,
        snapshot: &Snapshot,
        settings: &Settings,
        beliefs: &Beliefs,
        key: &dyn Fn(usize, &str, &ColumnProfile) -> ColumnKey,
    ) -> Option<Self> {
        let headers = headers(snapshot);
        let structure = structure(snapshot);
        let profiles = profiles(snapshot, cancelled)?;
        let named = || headers.iter().zip(&profiles);
        let keys: Vec<_> = named().enumerate().map(|(idx, (h, p))| key(idx, &h.name, p)).collect();
        // What the person said of roles holds for everything that follows from them.
        let guesses: Vec<_> = named().map(|(h, p)| role::guess(&h.name, p)).collect();
        let learned = |(guess, key): (&RoleGuess, &ColumnKey)| roles::learned(beliefs, key, guess);
        let roles: Vec<_> = guesses.iter().zip(&keys).map(learned).collect();
        let views = views(&headers, &profiles, &roles);
        let text = RopeText(&snapshot.rope);
        let source = Cancellable { source: &snapshot.source(&text), cancelled };
        let table = TableView {
            file: &snapshot.file,
            detection: &snapshot.detection,
            structure: &structure,
            columns: &views,
            source: &source,
            settings,
        };
        let (findings, broken_checks) = checks::run_all(&table);
        let advised = |(view, key): (&ColumnView<'_>, ColumnKey)| {
            // Of what is no text, no column means anything.
            let is_text = snapshot.file.binary.is_none();
            let recommended = || if is_text { recommend(&table, view, &key, beliefs) } else { Vec::new() };
            (!cancelled()).then(|| (key, recommended()))
        };
        let recommendations = views.iter().zip(keys).map(advised).collect::<Option<Vec<_>>>()?;
        if cancelled() {
            return None;
        }
        drop(views);
        let columns = headers
            .into_iter()
            .zip(profiles)
            .zip(guesses)
            .zip(roles)
            .zip(recommendations)
            .map(|((((header, profile), guess), role), (key, recommendations))| Column {
                header,
                profile: Arc::new(profile),
                guess,
                role,
                key,
                recommendations,
            })
            .collect();
        Some(Self { snapshot: snapshot.clone(), structure, columns, findings, broken_checks })
    }

    /// What can be said of `snapshot`, a later version of what was analysed here, within a millisecond: its
    /// structure and the findings about it are of the new text; columns, and all other findings, are still those of
    /// the old one, at their new places. `None` when too many edits came between, or the header changed.
    pub fn carried_to(&self, snapshot: &Snapshot, settings: &Settings) -> Option<Self> {
        let headers = headers(snapshot);
        let same_names = headers.len() == self.columns.len()
            && headers.iter().zip(&self.columns).all(|(header, column)| header.name == column.header.name);
        if !same_names {
            return None;
        }
        let generation = self.snapshot.generation;
        let moved = |place: &mut Place| {
            place.span = snapshot.place_since(generation, place.span)?;
            Some(())
        };
        let mut findings = Vec::with_capacity(self.findings.len());
        for finding in self.findings.iter().filter(|finding| finding.kind != FindingKind::Structure) {
            let mut finding = finding.clone();
            moved(&mut finding.place)?;
            for place in &mut finding.related {
                moved(place)?;
            }
            findings.push(finding);
        }
        let mut columns = self.columns.clone();
        for (column, header) in columns.iter_mut().zip(headers) {
            column.header = header;
        }
        let mut carried = Self {
            snapshot: snapshot.clone(),
            structure: structure(snapshot),
            columns,
            findings,
            broken_checks: Vec::new(),
        };
        let others = checks::CHECKS
            .iter()
            .map(|check| check.meta())
            .filter(|meta| meta.kind != FindingKind::Structure);
        let mut only_structure = settings.clone();
        only_structure.ignore.extend(others.map(|meta| meta.code.to_owned()));
        let (of_structure, broken) = carried.with_table(&only_structure, checks::run_all);
        carried.findings.extend(of_structure);
        carried.findings.sort_by_key(|finding| (finding.place.span, finding.severity, finding.code));
        carried.broken_checks = broken;
        Some(carried)
    }

    /// Hands `read` the table as checks and transforms see it.
    pub fn with_table<T>(&self, settings: &Settings, read: impl FnOnce(&TableView<'_>) -> T) -> T {
        let views: Vec<_> = self
            .columns
            .iter()
            .enumerate()
            .map(|(idx, c)| ColumnView { idx, header: &c.header, profile: &c.profile, role: &c.role })
            .collect();
        let text = RopeText(&self.snapshot.rope);
        read(&TableView {
            file: &self.snapshot.file,
            detection: &self.snapshot.detection,
            structure: &self.structure,
            columns: &views,
            source: &self.snapshot.source(&text),
            settings,
        })
    }
}

impl Snapshot {
    /// The names of the columns.
    pub fn headers(&self) -> Vec<HeaderField> {
        headers(self)
    }

    /// The profiles of all columns.
    pub fn profiles(&self) -> Vec<ColumnProfile> {
        profiles(self, &|| false).expect("nobody cancels")
    }

    /// Shows every block of data records in order, until the visitor breaks.
    pub fn visit(&self, visitor: &mut dyn FnMut(&aurora_table::BlockView<'_>) -> ControlFlow<()>) {
        self.source(&RopeText(&self.rope)).visit(0..u64::MAX, visitor);
    }

    /// Shows the values of every data record in order (`None` where a short record has no such field) and
    /// returns how many records there are.
    pub fn for_each_record(&self, read: &mut dyn FnMut(&mut dyn Iterator<Item = Option<String>>)) -> u64 {
        let text = RopeText(&self.rope);
        let width = self.detection.layout.width;
        self.source(&text).visit(0..u64::MAX, &mut |block| {
            for record in block.records.iter().filter(|record| !record.is_blank()) {
                let value = |f: &aurora_table::Field| f.value(block.text, block.dialect).into_owned();
                read(&mut (0..width).map(|column| record.fields.get(column).map(value)));
            }
            ControlFlow::Continue(())
        });
        self.tree().counts().records
    }
}

fn views<'a>(
    headers: &'a [HeaderField],
    profiles: &'a [ColumnProfile],
    roles: &'a [RoleGuess],
) -> Vec<ColumnView<'a>> {
    let parts = headers.iter().zip(profiles).zip(roles).enumerate();
    parts.map(|(idx, ((header, profile), role))| ColumnView { idx, header, profile, role }).collect()
}

fn headers(snapshot: &Snapshot) -> Vec<HeaderField> {
    let head = snapshot.head();
    let start = snapshot.detection.layout.table_start;
    let rope = RopeText(&snapshot.rope);
    let text = rope.slice(start..head.data_start.max(start));
    names(&head.parsed, &text, &snapshot.detection)
}

/// The names of the columns, from the header's records in `text`.
pub(crate) fn names(head: &Parsed, text: &str, detection: &Detection) -> Vec<HeaderField> {
    let (layout, dialect) = (&detection.layout, &detection.dialect);
    // Columns that the header lacks stand at its end.
    let missing = Span::empty(head.records.iter().next_back().map_or(0, |record| record.span().end));
    let width = layout.width.min(MAX_COLUMNS);
    let values = |record: aurora_table::RecordRef<'_>| {
        record.fields.iter().take(width).map(|field| field.value(text, dialect).into_owned()).collect()
    };
    let mut names = join_names(&head.records.iter().map(values).collect::<Vec<_>>());
    names.resize(width, String::new());
    let named = names.into_iter().enumerate().map(|(column, name)| {
        let field = head.records.iter().find_map(|record| record.fields.get(column).copied());
        let span = field.map_or(missing, |field| field.span()).shift(layout.table_start);
        HeaderField { name, span }
    });
    named.collect()
}

/// Counts and notes the header's records that are ragged or oddly written.
pub(crate) fn odd_in_header(head: &Parsed, detection: &Detection, structure: &mut Structure) {
    let start = detection.layout.table_start;
    for (idx, record) in head.records.iter().enumerate() {
        let oddities: Vec<_> =
            head.oddities_of(idx).iter().map(|o| Oddity { span: o.span.shift(start), ..*o }).collect();
        if !oddities.is_empty() || (!record.is_blank() && record.fields.len() != structure.width) {
            structure.n_odd += 1;
            let span = record.span().shift(start);
            structure.odd.push(OddRecord { record: None, span, n_fields: record.fields.len(), oddities });
        }
    }
}

fn structure(snapshot: &Snapshot) -> Structure {
    let tree = snapshot.tree();
    let width = snapshot.detection.layout.width;
    let mut structure = Structure {
        width,
        n_records: tree.counts().records,
        n_odd: tree.n_odd(),
        n_blank: tree.n_blank(),
        shape: Arc::clone(snapshot.shape()),
        ..Structure::default()
    };
    odd_in_header(&snapshot.head().parsed, &snapshot.detection, &mut structure);
    tree.visit_odd(&mut |before, block| {
        for odd in &block.odd {
            let at = before.bytes;
            structure.odd.push(OddRecord {
                record: (odd.n_fields > 0).then_some(before.records + odd.record),
                span: odd.span.shift(at),
                n_fields: odd.n_fields,
                oddities: odd.oddities.iter().map(|o| Oddity { span: o.span.shift(at), ..*o }).collect(),
            });
        }
        if structure.odd.len() < MAX_ODD { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    structure
}

/// The profiles of all columns: groups of blocks that no earlier version summarised are summarised now, and the
/// whole is a merge.
fn profiles(snapshot: &Snapshot, cancelled: &dyn Fn() -> bool) -> Option<Vec<ColumnProfile>> {
    let tree = snapshot.tree();
    let width = snapshot.detection.layout.width.min(MAX_COLUMNS);
    if tree.n_blocks() == 0 {
        return Some(vec![ColumnProfile::default(); width]);
    }
    let (text, reading) = (RopeText(&snapshot.rope), snapshot.reading());
    let summarise = |blocks: Range<usize>| {
        let mut builder = TableBuilder::new(width);
        let mut parsed = Parsed::default();
        for block in blocks {
            if cancelled() {
                return None;
            }
            tree.read_block(block, &text, &reading, &mut parsed, |view, _| {
                builder.block(view.text, view.records, view.dialect);
            });
        }
        Some(Arc::new(builder.summaries()))
    };
    let merge = |parts: &[&Columns]| {
        let mut whole = (*parts[0]).as_ref().clone();
        for part in &parts[1..] {
            table_builder::merge(&mut whole, part);
        }
        Arc::new(whole)
    };
    let summaries = tree.summary(&summarise, &merge)?;
    Some(summaries.iter().map(ColumnSummary::profile).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, OpenOptions};
    use aurora_table::{BlockSize, Dialect};
    use proptest::prelude::*;

    fn comma() -> OpenOptions {
        OpenOptions { pinned: Some(Dialect::default()), ..OpenOptions::default() }
    }

    fn analyse(snapshot: &Snapshot) -> Analysis {
        Analysis::of(snapshot, &Settings::default(), &Beliefs::default(), &|_, _, _| ColumnKey::default())
    }

    fn record() -> impl Strategy<Value = String> {
        prop_oneof![
            8 => (0..999_u32, "[a-c]{1,2}", -9.0..9.0_f64).prop_map(|(id, word, x)| format!("{id},{word},{x:.1}\n")),
            1 => "[a-c0-9]{1,3},NA,\n",
            1 => "[a-c]{1,3},\"[a-c,]{0,4}\n[a-c]{0,2}\",[0-9]{1,2}\r\n",
            1 => "[a-c]{1,3},[a-c\"]{0,4}\n",
        ]
    }

    fn table() -> impl Strategy<Value = String> {
        prop::collection::vec(record(), 8..60).prop_map(|records| format!("id,word,x\n{}", records.concat()))
    }

    #[test]
    fn an_analysis_that_nobody_waits_for_ends_wherever_it_is() {
        let text: String = (0..400).map(|n| format!("{n},word {},{}\n", n % 9, n * 7 % 50)).collect();
        let small = BlockSize { min: 64, mean: 256, max: 512 };
        let document = Document::open_in_blocks(&format!("id,word,x\n{text}"), &comma(), small);
        let snapshot = document.snapshot();
        let polls = std::cell::Cell::new(0_u64);
        let run = |most: u64| {
            polls.set(0);
            let cancelled = || {
                polls.set(polls.get() + 1);
                polls.get() > most
            };
            let (settings, beliefs) = (Settings::default(), Beliefs::default());
            Analysis::unless(&cancelled, &snapshot, &settings, &beliefs, &|_, _, _| ColumnKey::default())
        };
        assert!(run(3).is_none(), "while columns are summarised");
        run(u64::MAX).expect("nobody cancels");
        // From now on the summaries are remembered.
        let whole = run(u64::MAX).expect("nobody cancels");
        let n = polls.get();
        // Between checks, while a check reads records, while advising.
        for most in [0, n / 4, n / 2, n * 3 / 4, n - 2] {
            assert!(run(most).is_none(), "{most} of {n}");
            // After the first refusal little more is asked.
            assert!(polls.get() <= most + 8, "{} of {most}", polls.get());
        }
        assert_eq!(run(u64::MAX).expect("nobody cancels").findings, whole.findings);
    }

    #[test]
    fn a_table_that_edits_have_changed_is_laid_out_as_a_fresh_opening_would() {
        let mut document = Document::open("id,name\n1,a\n2,b\n3,c\n", &OpenOptions::default());
        assert!(document.snapshot().laid_out_anew().is_none());
        for (at, new) in [(20, ",z"), (16, ",y"), (12, ",x"), (7, ",size")] {
            document.edit(Span::empty(at - usize::from(at > 7)), new);
        }
        let text = document.rope().to_string();
        let anew = document.snapshot().laid_out_anew().expect("another layout").snapshot();
        let fresh = Document::open(&text, &OpenOptions::default()).snapshot();
        assert_eq!(anew.detection, fresh.detection, "{text}");
        assert_eq!(anew.detection.layout.width, 3, "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn an_analysis_after_edits_is_that_of_a_fresh_document(
            text in table(),
            edits in prop::collection::vec((0.0..1.0_f64, 0..20_usize, "[a1,\"\n]{0,4}"), 1..10),
        ) {
            let small = BlockSize { min: 16, mean: 48, max: 128 };
            let mut document = Document::open_in_blocks(&text, &comma(), small);
            let layout = document.snapshot().detection.layout.clone();
            for (place, len, new) in edits {
                let n = document.rope().len_bytes();
                let start = (place * (n + 1) as f64) as usize;
                let span = Span::new(start, (start + len).min(n));
                document.edit(span, &new);
                let edited = analyse(&document.snapshot());
                // The same reading from scratch: what is open keeps its layout and its idea of a good record.
                let fresh = document.snapshot().parsed_anew();
                prop_assert_eq!(&fresh.detection.layout.width, &layout.width);
                let fresh = analyse(&fresh);
                prop_assert_eq!(&edited.structure, &fresh.structure);
                prop_assert_eq!(&edited.findings, &fresh.findings);
                prop_assert_eq!(&edited.columns, &fresh.columns);
            }
        }

        #[test]
        fn places_carried_over_edits_hold_the_same_text(text in table(), edits in prop::collection::vec((0.0..1.0_f64, "[x\n]{1,3}"), 1..6)) {
            let mut document = Document::open(&text, &comma());
            let old = document.snapshot();
            let spans: Vec<_> = text.match_indices(',').map(|(at, _)| Span::new(at, at + 1)).collect();
            for (place, new) in edits {
                let n = document.rope().len_bytes();
                document.edit(Span::empty((place * (n + 1) as f64) as usize), &new);
            }
            let now = document.snapshot();
            let text = now.rope.to_string();
            for span in spans {
                let moved = now.place_since(old.generation, span).unwrap();
                prop_assert_eq!(moved.of(&text), ",");
            }
        }
    }

    #[test]
    fn structure_is_of_the_new_text_at_once() {
        let text = format!("id,word,x\n{}", "1,a,2\n".repeat(40));
        let mut document = Document::open(&text, &comma());
        let before = analyse(&document.snapshot());
        document.edit(Span::new(10, 12), "");
        let carried = before.carried_to(&document.snapshot(), &Settings::default()).unwrap();
        assert_eq!(carried.structure, analyse(&document.snapshot()).structure);
        assert!(carried.findings.iter().any(|finding| finding.code == "missing-fields"));
    }

    #[test]
    fn a_cancelled_analysis_gives_up() {
        let document = Document::open(&"a,b\n".repeat(100), &comma());
        let none = Analysis::unless(
            &|| true,
            &document.snapshot(),
            &Settings::default(),
            &Beliefs::default(),
            &|_, _, _| ColumnKey::default(),
        );
        assert!(none.is_none());
    }

    #[test]
    fn columns_that_the_header_lacks_stand_at_its_end() {
        let document = Document::open("id,name\n1,Ada,London\n2,Grace,Oslo\n3,Linus,Portland\n", &comma());
        let spans: Vec<_> = document.snapshot().headers().iter().map(|header| header.span).collect();
        assert_eq!(spans, [Span::new(0, 2), Span::new(3, 7), Span::empty(7)]);
    }

    #[test]
    fn a_short_record_is_found_and_mended() {
        let text = "id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n";
        let mut document = Document::open(text, &comma());
        let settings = Settings::default();
        let analysis = analyse(&document.snapshot());
        assert_eq!(analysis.findings.len(), 1);
        let finding = &analysis.findings[0];
        assert_eq!((finding.code, finding.place.span), ("missing-fields", Span::empty(33)));
        let fix = &finding.fixes[0];
        let transform = aurora_advice::transforms::find(fix.transform).unwrap();
        let edits = analysis.with_table(&settings, |table| transform.edits(table, fix.target));
        for edit in edits.iter().rev() {
            document.edit(edit.span, &edit.new_text);
        }
        assert_eq!(document.rope().to_string(), "id,name,city\n1,Ada,London\n2,Grace,\n3,Linus,Portland\n");
        assert!(analyse(&document.snapshot()).findings.is_empty());
    }
}
