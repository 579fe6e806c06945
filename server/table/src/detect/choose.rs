//! Chooses among candidate dialects by the length of the description each gives of the sample.

use super::DetectOptions;
use super::candidate;
use super::field_code::Descriptions;
use super::grid::{Grid, Rival, describe_grid};
use super::sample::Sample;
use super::{veto, weights};
use crate::{Delimiter, Dialect, Escape};

/// Bytes on which every candidate is tried, and lines of each half of them at most; the best go on to the whole sample.
const TRIAL_BYTES: usize = 4 * 1024;
const TRIAL_LINES: usize = 100;
/// How many delimiters go on.
const N_FINALISTS: usize = 3;
/// Candidates worse than the leader by this many bits do not go on.
const HOPELESS: f64 = 80.0;
/// Bits that may speak for a dialect beforehand, and that its escaped quotes may still give back.
const HEAD_START: f64 = 40.0;
/// A quoting longer than another by this many bits is not described to its end.
const SLACK: f64 = 60.0;
/// How many quotings of a delimiter go on.
const N_QUOTINGS: usize = 3;
/// Bytes of the head that the final comparison reads; the layout reads all of it.
const JUDGED_BYTES: usize = 24 * 1024;
/// And so many lines of it, and of each piece, at most: more of the same tell nothing new.
const JUDGED_LINES: usize = 500;
const JUDGED_PIECE_LINES: usize = 100;

/// With fewer records on trial than this, all finalists go on.
const FEW_RECORDS: usize = 16;

/// A dialect with its evidence.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    pub(crate) dialect: Dialect,
    /// Length of the description in bits, weighed, with what speaks against the dialect beforehand.
    pub(crate) total: f64,
    pub(crate) grid: Grid,
}

/// The candidates in the order of their plausibility; never empty.
pub(crate) fn rank(sample: &Sample<'_>, options: &DetectOptions) -> Vec<Scored> {
    let terminator = candidate::terminator(sample.pieces());
    let trial = trial_of(sample);
    let quotings = candidate::quotings(sample.pieces());
    let weight = Weighing::of(&trial, options);
    let trial_whole = sample.is_whole() && trial[0].len() == sample.head().len();
    let usable = candidate::delimiters(&judged_of(sample));
    let mut known = Descriptions::new();
    let mut leaders: Vec<(Scored, Vec<Dialect>)> = Vec::new();
    for delimiter in usable {
        let leader = weight.leader(leaders.iter().map(|(leader, _)| leader));
        let dialects = quotings.iter().map(|&quoting| candidate::dialect(delimiter, quoting, terminator));
        let mut tried = weight.compare(&trial, trial_whole, dialects, leader, &mut known);
        let finalists = tried.iter().take(N_QUOTINGS).map(|scored| scored.dialect).collect();
        leaders.push((tried.swap_remove(0), finalists));
    }
    let mut gone = veto::take_ruled_out(&mut leaders, |(leader, _)| leader, sample);
    leaders.sort_by(|a, b| a.0.total.total_cmp(&b.0.total));
    while veto::better_than_first(&leaders, |(leader, _)| leader, sample).is_some() {
        gone.push(leaders.remove(0).0.dialect.delimiter);
    }
    let best = leaders[0].0.total;
    // Beside one that is out, others were not described to their end.
    if trial_whole && gone.is_empty() {
        return settle(leaders.into_iter().map(|(scored, _)| scored).collect(), &gone, options);
    }
    leaders.truncate(N_FINALISTS);
    let judged = judged_of(sample);
    let whole = sample.is_whole() && judged[0].len() == sample.head().len();
    let weight = Weighing::of(&judged, options);
    let mut ranked = Vec::new();
    for (trial, dialects) in leaders {
        if trial.total > best + HOPELESS && trial.grid.n_records >= FEW_RECORDS {
            continue;
        }
        let leader = weight.leader(&ranked);
        let mut tried = weight.compare(&judged, whole, dialects, leader, &mut known);
        ranked.push(tried.swap_remove(0));
    }
    ranked.sort_by(|a, b| a.total.total_cmp(&b.total));
    while veto::better_than_first(&ranked, |scored| scored, sample).is_some() {
        ranked.remove(0);
    }
    settle(ranked, &gone, options)
}

/// How the bits of a sample count.
struct Weighing<'o> {
    /// Weight of the sample's bits against what is known beforehand: a record counts in full up to
    /// [`weights::FULL_RECORDS`].
    tempering: f64,
    /// Lines that hold, outside quotes, the delimiter that the extension stands for.
    nominal_lines: usize,
    options: &'o DetectOptions,
}

impl<'o> Weighing<'o> {
    fn of(pieces: &[&str], options: &'o DetectOptions) -> Self {
        let lines = |piece: &&str| piece.lines().filter(|line| !line.trim().is_empty()).count();
        let n_lines: usize = pieces.iter().map(lines).sum();
        let nominal = char::from(nominal(options));
        let bare = |line: &&str| line.contains(nominal) && !line.trim_start().starts_with('"');
        let nominal_lines = pieces.iter().flat_map(|piece| piece.lines()).filter(bare).count();
        let tempering = (weights::FULL_RECORDS / n_lines.max(1) as f64).min(1.0);
        Self {
            tempering,
            nominal_lines: if options.extension.is_some() { nominal_lines } else { 0 },
            options,
        }
    }

    /// The best of `ranked`, far behind which a dialect is hopeless whatever speaks for it beforehand; beside few
    /// records all is described to the end.
    fn leader<'s>(&self, ranked: impl IntoIterator<Item = &'s Scored>) -> Option<Rival<'s>> {
        let enough = ranked.into_iter().filter(|scored| scored.grid.n_records >= FEW_RECORDS);
        let best = enough.min_by(|a, b| a.total.total_cmp(&b.total))?;
        let slack = (best.total + HOPELESS + HEAD_START) / self.tempering - best.grid.bits;
        Some(Rival { grid: &best.grid, slack })
    }

    /// The dialects, which differ in their quoting alone, the best first; `leader` is the best of other delimiters.
    fn compare<'t>(
        &self,
        pieces: &[&'t str],
        whole: bool,
        dialects: impl IntoIterator<Item = Dialect>,
        leader: Option<Rival<'_>>,
        known: &mut Descriptions<'t>,
    ) -> Vec<Scored> {
        let occurs = |quote: u8| pieces.iter().any(|piece| memchr::memchr(quote, piece.as_bytes()).is_some());
        let mut unquoted: Option<Grid> = None;
        let mut tried: Vec<Scored> = Vec::new();
        for dialect in dialects {
            let idle = dialect.escape == Escape::Doubled && !dialect.quote.is_some_and(occurs);
            let best = tried.iter().min_by(|a, b| a.grid.bits.total_cmp(&b.grid.bits));
            let best = best.map(|best| Rival { grid: &best.grid, slack: SLACK });
            let rivals: Vec<Rival<'_>> = leader.into_iter().chain(best).collect();
            let grid = match &unquoted {
                Some(grid) if idle => grid.clone(),
                _ => describe_grid(pieces, whole, &dialect, &rivals, known),
            };
            if idle {
                unquoted.get_or_insert_with(|| grid.clone());
            }
            tried.push(self.weigh(dialect, grid));
        }
        tried.sort_by(|a, b| self.raw(a).total_cmp(&self.raw(b)));
        tried
    }

    fn weigh(&self, dialect: Dialect, grid: Grid) -> Scored {
        let mut total = grid.bits * self.tempering;
        total += weights::delimiter_prior(&dialect.delimiter, self.options.extension.as_deref());
        total += quoting_prior(&dialect, &grid);
        if grid.mode.0 < 2 && dialect.delimiter != Delimiter::NONE {
            total += weights::MOSTLY_ABSENT;
            if dialect.delimiter != Delimiter::byte(nominal(self.options)) {
                total += weights::MOSTLY_ABSENT;
            }
        }
        if dialect.delimiter.is_padded() && grid.n_needed == 0 {
            // Only for a quote does it matter on which side of it the blank stands.
            total += weights::IDLE_BLANK;
        }
        if dialect.delimiter == Delimiter::NONE && self.nominal_lines > 0 {
            let (each, most) = weights::BARE_NOMINAL;
            total += (each * self.nominal_lines as f64).min(most);
        }
        if let Some(remembered) = &self.options.remembered
            && remembered.delimiter != dialect.delimiter
        {
            total += weights::REMEMBERED;
        }
        Scored { dialect, total, grid }
    }

    /// The measure by which quotings of one delimiter compare: faults of quoting are independent of each
    /// other, so they count in full.
    fn raw(&self, scored: &Scored) -> f64 {
        // An apostrophe quotes only where most apostrophes stand at the edges of fields.
        let grid = &scored.grid;
        let doubtful =
            scored.dialect.quote.is_some_and(|quote| quote != b'"') && grid.n_quoted < grid.n_faults;
        grid.bits + quoting_prior(&scored.dialect, grid) + if doubtful { f64::MAX / 4.0 } else { 0.0 }
    }
}

/// The delimiter that a file's extension stands for.
fn nominal(options: &DetectOptions) -> u8 {
    match options.extension.as_deref() {
        Some("tsv" | "tab") => b'\t',
        Some("psv") => b'|',
        _ => b',',
    }
}

fn quoting_prior(dialect: &Dialect, grid: &Grid) -> f64 {
    let escape = if dialect.escape == Escape::Backslash { weights::BACKSLASH_ESCAPE } else { 0.0 };
    let unusual = dialect.quote.is_some_and(|quote| quote != b'"');
    let only_quotes = unusual && grid.n_faults == 0 && grid.n_quoted >= 2;
    weights::quote_prior(dialect.quote) + escape - if only_quotes { weights::ONLY_QUOTES } else { 0.0 }
}

/// The lines of `text` within its first `n` bytes; all of it when it is hardly longer.
fn beginning(text: &str, n: usize) -> &str {
    if text.len() <= n + n / 4 {
        return text;
    }
    let mut cut = n;
    while !text.is_char_boundary(cut) {
        cut += 1;
    }
    text[..cut].rfind('\n').map_or(&text[..cut], |at| &text[..=at])
}

/// Where the first `n` lines of `text` end, `n` being 1 or more.
fn end_of_lines(text: &str, n: usize) -> usize {
    memchr::memchr_iter(b'\n', text.as_bytes()).nth(n - 1).map_or(text.len(), |at| at + 1)
}

/// What the final comparison reads.
fn judged_of<'t>(sample: &Sample<'t>) -> Vec<&'t str> {
    let mut judged: Vec<&str> = sample.pieces().to_vec();
    for piece in &mut judged[1..] {
        *piece = &piece[..end_of_lines(piece, JUDGED_PIECE_LINES)];
    }
    judged[0] = beginning(judged[0], end_of_lines(judged[0], JUDGED_LINES).min(JUDGED_BYTES));
    judged
}

/// The beginning of the text, and as much from further on: a long preamble must not decide alone.
fn trial_of<'t>(sample: &Sample<'t>) -> Vec<&'t str> {
    let head = sample.head();
    if head.len() <= TRIAL_BYTES * 2 {
        return vec![head];
    }
    let ceil = |mut at: usize| {
        while !head.is_char_boundary(at) {
            at += 1;
        }
        at
    };
    let lines = |from: usize, to: usize| {
        let piece = &head[ceil(from)..ceil(to.min(head.len()))];
        let start = if from == 0 { 0 } else { piece.find('\n').map_or(0, |at| at + 1) };
        let end = piece.rfind('\n').map_or(piece.len(), |at| at + 1);
        let whole = if start < end { &piece[start..end] } else { piece };
        &whole[..end_of_lines(whole, TRIAL_LINES)]
    };
    let middle = head.len() / 2;
    let trial = vec![lines(0, TRIAL_BYTES / 2), lines(middle, middle + TRIAL_BYTES / 2)];
    // Long lines: so short a piece holds too few of them to show what divides them.
    let n_lines: usize = trial.iter().map(|piece| piece.lines().count()).sum();
    if n_lines >= FEW_RECORDS {
        return trial;
    }
    vec![beginning(head, end_of_lines(head, 2 * FEW_RECORDS).clamp(TRIAL_BYTES, JUDGED_BYTES))]
}

/// Records among which one opening quote is a slip, where no quote ever closes.
const SLIP: usize = 20;

/// Whether a text best described without quotes has a few that were never closed: each begins a field, and none stands
/// elsewhere, as inch marks and quotes of words do.
fn forgot_to_close(grid: &Grid) -> bool {
    let few = grid.n_openings == 1 || grid.n_openings * SLIP <= grid.n_records;
    grid.n_openings > 0 && few && grid.n_marked == 0
}

/// Sorts, and gives a file too short to show a delimiter the one that its extension stands for, unless that is among
/// those `gone`.
fn settle(mut ranked: Vec<Scored>, gone: &[Delimiter], options: &DetectOptions) -> Vec<Scored> {
    ranked.sort_by(|a, b| a.total.total_cmp(&b.total));
    for scored in ranked.iter_mut().filter(|scored| forgot_to_close(&scored.grid)) {
        scored.dialect.quote = Some(b'"');
    }
    // A grid in which no two records agree yields to one in which all do.
    let agree = |scored: &Scored| scored.grid.mode.0 > 2 && scored.grid.mode.1 == scored.grid.n_records;
    let none_agree = |scored: &Scored| scored.grid.mode.1 == 1 && scored.grid.n_records > 1;
    if none_agree(&ranked[0])
        && let Some(place) = ranked.iter().position(agree)
    {
        ranked[..=place].rotate_right(1);
    }
    let nominal = nominal(options);
    let of_nominal = ranked.iter().find(|scored| scored.dialect.delimiter == Delimiter::byte(nominal));
    let silent = of_nominal.is_none_or(|scored| scored.grid.mode == (1, scored.grid.n_records))
        && !gone.contains(&Delimiter::byte(nominal));
    let best = &mut ranked[0];
    let few = best.grid.n_records < weights::SILENT_RECORDS;
    if best.dialect.delimiter == Delimiter::NONE && few && silent {
        best.dialect.delimiter = Delimiter::byte(nominal);
    }
    ranked
}
