//! `aurora.why`: where a recommendation comes from, what would change it, what is kept; and the page of the check or
//! transform.

use aurora_advice::{Docs, Recommendation, checks, transforms};
use aurora_analysis::Column;
use aurora_learning::{ActionId, Correction, Kind, Scope, Target, wording};
use aurora_store::today;

use crate::documents::Reading;
use crate::handlers::hover::in_brief;
use crate::session::Session;
use crate::to_proto::{code_span, escaped, inert};

/// Characters of a name that are shown.
const MAX_SHOWN: usize = 80;
/// Recommendations explained when none is named.
const MAX_EXPLAINED: usize = 3;

/// What there is to say.
pub(crate) struct Why {
    /// All of it, as Markdown.
    pub(crate) markdown: String,
    /// Where the first recommendation (or the check's say) comes from, a sentence a line, as plain text.
    pub(crate) lines: Vec<String>,
}

/// Why `action` (all that is advised, when there is none) for a column of `reading`. Only to be called in the pool: it
/// asks the store.
pub(crate) fn explain(
    session: &Session,
    reading: &Reading,
    column: Option<usize>,
    action: Option<&str>,
) -> Why {
    let (mut parts, mut lines) = (Vec::new(), Vec::new());
    let analysis = reading.analysis.as_deref();
    let check = action.and_then(checks::find);
    if let Some(column) = column.and_then(|at| analysis?.columns.get(at)) {
        parts.push(format!("**{}**", code_span(&column.header.name, MAX_SHOWN)));
        let wanted = column.recommendations.iter().enumerate();
        let wanted = wanted.filter(|(_, r)| action.is_none_or(|action| r.action == action));
        for (at, r) in wanted.take(MAX_EXPLAINED) {
            let steps = steps(session, column, at, r);
            let p = wording::sureness(r.belief.p);
            parts.push(format!("**{}** {p}: {}\n\n{}", r.action, escaped(&r.why, 300), list(&steps)));
            lines = if lines.is_empty() { steps } else { lines };
        }
        if let Some(check) = check {
            let learned = session.learning.learned();
            let number = ActionId(check.meta().number);
            let belief = learned.beliefs.belief(&column.key, number, crate::learning::CHECK_PRIOR);
            lines = wording::why(&belief, column.key.group, None, None);
            parts.push(format!("**worth showing here** {}\n\n{}", wording::sureness(belief.p), list(&lines)));
        }
        if let Some(kept) = kept(session, reading, column) {
            parts.push(format!("*{kept}*"));
            lines.push(kept);
        }
    }
    if let Some(docs) = action.and_then(docs) {
        parts.push(in_brief(&docs.markdown()));
    } else if let Some(transform) = action.and_then(transforms::find) {
        parts.push(in_brief(&transform.meta().docs.markdown()));
    }
    Why { markdown: parts.join("\n\n"), lines: lines.iter().map(|line| inert(line)).collect() }
}

/// The page of a check, or of a finding about a schema.
pub(crate) fn docs(code: &str) -> Option<&'static Docs> {
    checks::find(code).map(|check| &check.meta().docs).or_else(|| aurora_schema::docs(code))
}

/// The steps from the built-in belief to the one shown; they add up.
fn steps(session: &Session, column: &Column, at: usize, r: &Recommendation) -> Vec<String> {
    let all = &column.recommendations;
    let menu: Vec<_> = all.iter().map(|r| (r.id(), r.belief.prior)).collect();
    let runner_up = all.get(1).filter(|_| at == 0).map(|other| (other.action, other.belief.p));
    let switch = Some(r.id()).filter(|_| at == 0).and_then(|asked| {
        let dismissal = Correction {
            day: today(),
            key: column.key,
            target: Target::Transform,
            asked,
            kind: Kind::Dismiss,
            scope: Scope::Alike,
            wanted: None,
        };
        session.learning.learned().beliefs.switch(&dismissal, &menu)
    });
    let to = switch.and_then(|switch| all.iter().find(|r| r.id() == switch.to));
    wording::why(&r.belief, column.key.group, runner_up, switch.zip(to.map(|to| to.action)))
}

/// The privacy line, for a column that was answered about.
fn kept(session: &Session, reading: &Reading, column: &Column) -> Option<String> {
    let place = column.key.place?;
    let report = session.learning.learner()?.report().ok()?;
    let answered = report.at_rest.answers.iter().any(|one| one.answer.place == Some(place));
    if !answered || !reading.config.config.learning {
        return None;
    }
    let file = report.files.iter().find(|file| file.lineage == place.lineage);
    let paid = file.and_then(|file| file.columns.iter().find(|one| one.column == place.column));
    let meps = paid.filter(|one| one.buckets.is_some()).map(|one| one.meps);
    Some(wording::kept(meps, file.map_or(0, |file| file.used_meps)))
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("- {}", escaped(line, 300))).collect::<Vec<_>>().join("\n")
}
