//! Dependencies between columns: where the value of one tells the value of another in nearly all records, the
//! records in which it does not are suspicious. Each broken dependency is a vote against both of its fields; the
//! field with the larger share of its dependencies broken is the likelier culprit.

use std::collections::HashMap;

use aurora_profile::ValueKind;

use crate::whole_table::WholeTable;

/// Columns compared at most; pairs grow with the square.
const MAX_COLUMNS: usize = 60;
/// Fields (records × columns squared) looked at most, so that wide tables stay quick.
const MAX_WORK: usize = 60_000_000;

/// What a dependency must hold to count.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Share of the records in groups of at least two that agree with their group's majority.
    pub holds: f64,
    /// Groups of at least three records.
    pub min_groups: usize,
}

/// A dependency: the value of `from` tells the value of `to`.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The telling column.
    pub from: usize,
    /// The told column.
    pub to: usize,
    /// Share of the records that agree.
    pub holds: f64,
    /// Rows of the whole table that do not agree, each with the code that its group expects and the group's size.
    pub breaks: Vec<(usize, u32, u32)>,
}

/// The dependencies among the columns of `whole`.
pub fn find(whole: &WholeTable, bar: Bar) -> Vec<Dependency> {
    let n = whole.len();
    let width = whole.columns.len().min(MAX_COLUMNS);
    if n < 10 || n.saturating_mul(width * width) > MAX_WORK {
        return Vec::new();
    }
    let mut found = Vec::new();
    for from in 0..width {
        let groups = &whole.columns[from];
        let useful = groups.counts.iter().filter(|&&count| count >= 3).count();
        if useful < bar.min_groups {
            continue;
        }
        for to in 0..width {
            if to != from && whole.columns[to].values.len() > 2 {
                found.extend(dependency(whole, from, to, bar));
            }
        }
    }
    found
}

fn dependency(whole: &WholeTable, from: usize, to: usize, bar: Bar) -> Option<Dependency> {
    let (a, b) = (&whole.columns[from], &whole.columns[to]);
    // A null says nothing of what its group holds, but stands out in a group that holds something.
    let is_null: Vec<bool> = b.kinds.iter().map(|kind| *kind == ValueKind::Null).collect();
    let both = a.codes.iter().zip(&b.codes).filter(|(_, y)| !is_null[**y as usize]);
    let mut pairs: Vec<u64> = both.map(|(&x, &y)| u64::from(x) << 32 | u64::from(y)).collect();
    // Sorted, equal pairs stand side by side.
    pairs.sort_unstable();
    let mut groups = vec![Group::default(); a.values.len()];
    for equal in pairs.chunk_by(|one, other| one == other) {
        let (x, y) = ((equal[0] >> 32) as usize, equal[0] as u32);
        groups[x].add(equal.len() as u32, y);
    }
    for (group, value) in groups.iter_mut().zip(&a.values) {
        if value.is_empty() {
            *group = Group::default();
        }
    }
    let (mut grouped, mut agreeing) = (0_u64, 0_u64);
    for group in groups.iter().filter(|group| group.n >= 2) {
        grouped += u64::from(group.n);
        agreeing += u64::from(group.best);
    }
    let n = b.n_present() as f64;
    let most = (0..b.values.len()).filter(|&y| !is_null[y]).map(|y| b.counts[y]).max();
    let base = f64::from(most.unwrap_or(0)) / n.max(1.0);
    let holds = agreeing as f64 / grouped.max(1) as f64;
    // What the told column's most frequent value explains alone is no dependency.
    let lift = (holds - base) / (1.0 - base).max(1e-9);
    if (grouped as f64) < 0.3 * n.max(0.3 * whole.len() as f64) || n * 2.0 < whole.len() as f64 {
        return None;
    }
    let exact = agreeing == grouped && base < 0.9;
    let witnessed = bar.holds < 0.9 && base <= 0.2 && is_witnessed(&groups, n) && lift >= 0.3;
    if !exact && !witnessed && (holds < bar.holds || lift < 0.6) {
        return None;
    }
    let nulls_are_few = n * 1.6 >= whole.len() as f64;
    let mut breaks = Vec::new();
    for (row, (&x, &y)) in a.codes.iter().zip(&b.codes).enumerate() {
        let group = groups[x as usize];
        let null = is_null[y as usize];
        let clear = if null {
            nulls_are_few && group.n >= 3 && (exact || witnessed) && bar.holds < 0.9
        } else {
            y != group.value
        };
        if clear && group.n >= 3 && group.is_decided() {
            breaks.push((row, group.value, group.n));
        }
    }
    Some(Dependency { from, to, holds: if witnessed { holds.max(bar.holds) } else { holds }, breaks })
}

/// The values of one column that go with one value of another.
#[derive(Clone, Copy, Default, Debug)]
struct Group {
    n: u32,
    best: u32,
    second: u32,
    value: u32,
}

impl Group {
    fn add(&mut self, count: u32, value: u32) {
        self.n += count;
        if count > self.best || (count == self.best && value < self.value) {
            self.second = self.best;
            (self.best, self.value) = (count, value);
        } else {
            self.second = self.second.max(count);
        }
    }

    /// Whether one value has two thirds, or, among many, twice as much as any other.
    fn is_decided(self) -> bool {
        self.best * 3 >= self.n * 2 || (self.n >= MANY && self.best >= 2 * self.second.max(1))
    }
}

/// Records of a group from which a value twice as frequent as any other decides.
const MANY: u32 = 6;

/// Whether most records stand in groups of many, most of which are decided: the same thing told by many sources,
/// of which a good part may be wrong.
fn is_witnessed(groups: &[Group], n: f64) -> bool {
    let many: Vec<_> = groups.iter().filter(|group| group.n >= MANY).collect();
    let records: u32 = many.iter().map(|group| group.n).sum();
    let decided: u32 = many.iter().filter(|group| group.is_decided()).map(|group| group.n).sum();
    many.len() >= 8 && f64::from(records) >= 0.6 * n && f64::from(decided) >= 0.7 * f64::from(records)
}

/// A field that breaks dependencies.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// Row of the whole table.
    pub row: usize,
    /// Column.
    pub column: usize,
    /// What is expected, and which column says so.
    pub expected: Option<(u32, usize)>,
    /// 0 to 1.
    pub confidence: f64,
}

/// The fields that the broken dependencies speak against.
pub fn suspects(whole: &WholeTable, dependencies: &[Dependency]) -> Vec<Suspect> {
    let width = whole.columns.len();
    let mut involved = vec![0_u32; width];
    for d in dependencies {
        involved[d.from] += 1;
        involved[d.to] += 1;
    }
    // For each row: broken dependencies by column, and what each told column should hold.
    let mut broken: HashMap<usize, Vec<(&Dependency, u32, u32)>> = HashMap::new();
    for d in dependencies {
        for &(row, expected, size) in &d.breaks {
            broken.entry(row).or_default().push((d, expected, size));
        }
    }
    let mut found = Vec::new();
    for (row, breaks) in broken {
        let mut votes: HashMap<usize, (f64, Option<(u32, usize)>)> = HashMap::new();
        for &(d, expected, size) in &breaks {
            let weight = d.holds * (1.0 - 1.0 / f64::from(size));
            let told = votes.entry(d.to).or_default();
            told.0 += weight;
            told.1.get_or_insert((expected, d.from));
            votes.entry(d.from).or_default().0 += 0.8 * weight;
        }
        let share = |column: usize, votes: f64| votes / f64::from(involved[column].max(1));
        let most = votes.iter().map(|(&column, v)| share(column, v.0)).fold(0.0, f64::max);
        for (&column, &(sum, expected)) in &votes {
            let own = share(column, sum);
            if own < 0.75 * most {
                continue;
            }
            // Alone against one other field it is a matter of which; against several it is clear.
            let clear = if breaks.len() > 1 { 0.2 } else { 0.0 };
            let confidence = (0.3
                + 0.45 * own / most * most.min(1.0)
                + clear
                + if expected.is_some() { 0.05 } else { -0.1 })
            .clamp(0.0, 0.95);
            found.push(Suspect { row, column, expected, confidence });
        }
    }
    found.sort_by_key(|suspect| (suspect.column, suspect.row));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn many_witnesses_tell_what_few_of_them_hold() {
        // Each flight is told by twelve sources, of which five are wrong in five ways or say nothing.
        let mut text = String::from("source,flight,departs\n");
        for i in 0..120 {
            let (flight, source) = (i % 10, i / 10);
            let departs = match source {
                0..=6 => format!("{}:{:02}", 6 + flight, 5 * flight),
                7 | 8 => String::new(),
                other => format!("{}:{:02}", 6 + flight, 5 * flight + other),
            };
            text.push_str(&format!("s{source},F{flight},{departs}\n"));
        }
        let whole = Sample::new(&text).with(WholeTable::read);
        let dependencies = find(&whole, Bar { holds: 0.75, min_groups: 2 });
        let found = suspects(&whole, &dependencies);
        let wrong = |suspect: &&Suspect| suspect.column == 2 && suspect.confidence >= 0.5;
        assert_eq!(found.iter().filter(wrong).count(), 50);
    }

    #[test]
    fn the_field_against_most_others_is_the_culprit() {
        let mut text = String::from("zip,city,state,n\n");
        for i in 0..60 {
            let k = i % 10;
            let city = if i == 33 { "Wrong" } else { ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"][k] };
            text.push_str(&format!("{},{city},S{},{i}\n", 10_000 + k, k / 2));
        }
        let whole = Sample::new(&text).with(WholeTable::read);
        let dependencies = find(&whole, Bar { holds: 0.9, min_groups: 2 });
        let found = suspects(&whole, &dependencies);
        let best = found.iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence)).unwrap();
        assert_eq!((best.row, best.column), (33, 1));
        assert_eq!(best.expected.map(|(code, _)| whole.columns[1].values[code as usize].as_str()), Some("D"));
    }
}
