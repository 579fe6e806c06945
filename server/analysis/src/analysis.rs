//! All that is known of a snapshot.

use std::ops::{ControlFlow, Range};

use aurora_advice::table_view::OddRecord;
use aurora_advice::{
    ColumnView, Finding, HeaderField, Recommendation, Settings, Structure, TableView, checks, recommend,
};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_profile::{ColumnBuilder, ColumnProfile, RoleGuess, role};
use aurora_table::{BlockView, Counts, Parsed, Parser, Records, Shape, TableSource};
use aurora_text::Span;

use crate::Snapshot;

/// One column with everything known of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Its name and place.
    pub header: HeaderField,
    /// What it holds.
    pub profile: ColumnProfile,
    /// What it is for.
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

/// The data records of a snapshot, parsed once.
struct Body {
    text: String,
    records: Records,
    before: Counts,
}

struct BodySource<'a> {
    body: &'a Body,
    snapshot: &'a Snapshot,
}

impl TableSource for BodySource<'_> {
    fn visit(&self, _records: Range<u64>, visitor: &mut dyn FnMut(&BlockView<'_>) -> ControlFlow<()>) {
        let _ = visitor(&BlockView {
            before: self.body.before,
            text: &self.body.text,
            records: &self.body.records,
            dialect: &self.snapshot.detection.dialect,
        });
    }
}

impl Analysis {
    /// Analyses `snapshot`. `key` gives the place of a column among the beliefs, by its
    /// position, name and profile.
    pub fn of(
        snapshot: &Snapshot,
        settings: &Settings,
        beliefs: &Beliefs,
        key: &dyn Fn(usize, &str, &ColumnProfile) -> ColumnKey,
    ) -> Self {
        let text = snapshot.rope.to_string();
        let (headers, body, mut structure) = split(&text, snapshot);
        let profiles = profiles(&body, snapshot, structure.width);
        structure.n_records = profiles.first().map_or(0, |profile| profile.n);
        let roles: Vec<_> = headers.iter().zip(&profiles).map(|(h, p)| role::guess(&h.name, p)).collect();
        let views = views(&headers, &profiles, &roles);
        let source = BodySource { body: &body, snapshot };
        let table = TableView {
            file: &snapshot.file,
            detection: &snapshot.detection,
            structure: &structure,
            columns: &views,
            source: &source,
            settings,
        };
        let (findings, broken_checks) = checks::run_all(&table);
        let recommendations: Vec<_> = views
            .iter()
            .map(|view| {
                let key = key(view.idx, &view.header.name, view.profile);
                (key, recommend(&table, view, &key, beliefs))
            })
            .collect();
        drop(views);
        let columns = headers
            .into_iter()
            .zip(profiles)
            .zip(roles)
            .zip(recommendations)
            .map(|(((header, profile), role), (key, recommendations))| Column {
                header,
                profile,
                role,
                key,
                recommendations,
            })
            .collect();
        Self { snapshot: snapshot.clone(), structure, columns, findings, broken_checks }
    }

    /// Hands `read` the table as checks and transforms see it.
    pub fn with_table<T>(&self, settings: &Settings, read: impl FnOnce(&TableView<'_>) -> T) -> T {
        let text = self.snapshot.rope.to_string();
        let (_, body, _) = split(&text, &self.snapshot);
        let views: Vec<_> = self
            .columns
            .iter()
            .enumerate()
            .map(|(idx, c)| ColumnView { idx, header: &c.header, profile: &c.profile, role: &c.role })
            .collect();
        read(&TableView {
            file: &self.snapshot.file,
            detection: &self.snapshot.detection,
            structure: &self.structure,
            columns: &views,
            source: &BodySource { body: &body, snapshot: &self.snapshot },
            settings,
        })
    }
}

impl Snapshot {
    /// The names of the columns.
    pub fn headers(&self) -> Vec<HeaderField> {
        split(&self.rope.to_string(), self).0
    }

    /// Shows the values of every data record in order (`None` where a short record has no such field) and
    /// returns how many records there are.
    pub fn for_each_record(&self, read: &mut dyn FnMut(&mut dyn Iterator<Item = Option<String>>)) -> u64 {
        let (_, body, structure) = split(&self.rope.to_string(), self);
        let mut n = 0;
        for record in body.records.iter().filter(|record| !record.is_blank()) {
            n += 1;
            let value = |f: &aurora_table::Field| f.value(&body.text, &self.detection.dialect).into_owned();
            read(&mut (0..structure.width).map(|column| record.fields.get(column).map(value)));
        }
        n
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

fn split(text: &str, snapshot: &Snapshot) -> (Vec<HeaderField>, Body, Structure) {
    let detection = &snapshot.detection;
    let (dialect, layout) = (&detection.dialect, &detection.layout);
    let start = layout.table_start.min(text.len());
    let end = layout.table_end.unwrap_or(text.len()).clamp(start, text.len());
    let piece = &text[start..end];
    let shape = Shape::learn(piece, dialect, layout);
    let mut parsed = Parsed::default();
    Parser::new(dialect, Some(&shape)).piece(piece, usize::MAX, true, &mut parsed);
    let first_data = layout.header_records.min(parsed.records.len());
    let header_end =
        parsed.records.bounds.get(first_data).map_or(piece.len(), |bounds| bounds.start as usize);
    let headers = (0..layout.width)
        .map(|column| {
            let names = (0..first_data).filter_map(|idx| parsed.records.get(idx));
            let fields: Vec<_> = names.filter_map(|record| record.fields.get(column)).collect();
            let name = fields.iter().map(|f| f.value(piece, dialect)).collect::<Vec<_>>().join(" ");
            let span = fields.first().map_or(Span::empty(0), |field| field.span()).shift(start);
            HeaderField { name, span }
        })
        .collect();

    let mut structure = Structure { width: layout.width, ..Structure::default() };
    let mut data_record = 0_u64;
    let mut oddities = parsed.oddities.iter().peekable();
    for (idx, record) in parsed.records.iter().enumerate() {
        let mut own = Vec::new();
        while let Some(oddity) = oddities.next_if(|oddity| oddity.record_idx == idx) {
            own.push(aurora_table::Oddity { span: oddity.span.shift(start), ..*oddity });
        }
        let data = idx >= first_data && !record.is_blank();
        if !own.is_empty() || (!record.is_blank() && record.fields.len() != layout.width) {
            structure.n_odd += 1;
            structure.odd.push(OddRecord {
                record: data.then_some(data_record),
                span: record.span().shift(start),
                n_fields: record.fields.len(),
                oddities: own,
            });
        }
        data_record += u64::from(data);
    }

    parsed.records.bounds.drain(..first_data);
    let before = Counts { bytes: start, lines: text[..start + header_end].matches('\n').count(), records: 0 };
    (headers, Body { text: piece.to_owned(), records: parsed.records, before }, structure)
}

fn profiles(body: &Body, snapshot: &Snapshot, width: usize) -> Vec<ColumnProfile> {
    let dialect = &snapshot.detection.dialect;
    let mut builders: Vec<_> = (0..width).map(|_| ColumnBuilder::default()).collect();
    let mut n_records = 0;
    for record in body.records.iter().filter(|record| !record.is_blank()) {
        for (field, builder) in record.fields.iter().zip(&mut builders) {
            builder.observe(n_records, &field.value(&body.text, dialect));
        }
        n_records += 1;
    }
    builders.into_iter().map(|builder| builder.finish(n_records).profile()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, OpenOptions};

    #[test]
    fn a_short_record_is_found_and_mended() {
        let text = "id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n";
        let mut document = Document::open(text, &OpenOptions::default());
        let settings = Settings::default();
        let analyse = |document: &Document| {
            Analysis::of(&document.snapshot(), &settings, &Beliefs::default(), &|_, _, _| {
                ColumnKey::default()
            })
        };
        let analysis = analyse(&document);
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
        assert!(analyse(&document).findings.is_empty());
    }
}
