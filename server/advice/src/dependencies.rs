//! Dependencies between columns: where the value of one tells the value of another in nearly all records, the
//! records in which it does not are suspicious. Each broken dependency is a vote against both of its fields; the
//! field with the larger share of its dependencies broken is the likelier culprit.

use std::collections::HashMap;

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
    // Sorted, equal pairs stand side by side.
    let mut pairs: Vec<u64> =
        a.codes.iter().zip(&b.codes).map(|(&x, &y)| u64::from(x) << 32 | u64::from(y)).collect();
    pairs.sort_unstable();
    let mut best: Vec<(u32, u32)> = vec![(0, u32::MAX); a.values.len()];
    for equal in pairs.chunk_by(|one, other| one == other) {
        let (x, y, count) = ((equal[0] >> 32) as usize, equal[0] as u32, equal.len() as u32);
        if count > best[x].0 {
            best[x] = (count, y);
        }
    }
    let (mut grouped, mut agreeing) = (0_u64, 0_u64);
    for (x, &(count, _)) in best.iter().enumerate() {
        if a.counts[x] >= 2 && !a.values[x].is_empty() {
            grouped += u64::from(a.counts[x]);
            agreeing += u64::from(count);
        }
    }
    let n = whole.len() as f64;
    let base = f64::from(b.counts.iter().copied().max().unwrap_or(0)) / n;
    let holds = agreeing as f64 / grouped.max(1) as f64;
    // What the told column's most frequent value explains alone is no dependency.
    if (grouped as f64) < 0.3 * n
        || holds < bar.holds
        || (holds - base) / (1.0 - base).max(1e-9) < 0.6
        || agreeing == grouped
    {
        return if agreeing == grouped && grouped as f64 >= 0.3 * n && base < 0.9 {
            Some(Dependency { from, to, holds: 1.0, breaks: Vec::new() })
        } else {
            None
        };
    }
    let mut breaks = Vec::new();
    for (row, (&x, &y)) in a.codes.iter().zip(&b.codes).enumerate() {
        let (count, expected) = best[x as usize];
        let size = a.counts[x as usize];
        if y != expected && size >= 3 && count * 3 >= size * 2 && !a.values[x as usize].is_empty() {
            breaks.push((row, expected, size));
        }
    }
    Some(Dependency { from, to, holds, breaks })
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
