//! `impute-group-median`

use std::collections::HashMap;

use crate::{fit, number_text, purpose};
use aurora_profile::ValueKind;
use aurora_profile::value_kind::number;

use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented};

documented! {
    /// Fills the nulls of a measure with the median of their group.
    ///
    /// # What it does
    /// Groups the records by the category that explains the measure best (largest share of variance
    /// between groups) and fills each null with its group's median; a group without numbers gets the
    /// median of all.
    ///
    /// # Example
    /// ```csv
    /// size,weight
    /// small,1.5
    /// small,
    /// large,10.5
    /// large,12.5
    /// small,2.5
    /// large,
    /// ```
    /// ```csv
    /// size,weight
    /// small,1.5
    /// small,2
    /// large,10.5
    /// large,12.5
    /// small,2.5
    /// large,11.5
    /// ```
    ///
    /// # When not to use it
    /// When no category says anything about the measure.
    pub struct ImputeGroupMedian;
}

static META: TransformMeta = TransformMeta {
    code: "impute-group-median",
    number: 1115,
    class: FixClass::Unsafe,
    idempotent: true,
    docs: ImputeGroupMedian::DOCS,
};

impl Transform for ImputeGroupMedian {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn applies(&self, table: &TableView<'_>, target: Target) -> bool {
        let Some(column) = fit::column(table, target) else { return false };
        column.profile.n_null() > 0
            && purpose::is_measure(column)
            && !categories(table, column.idx).is_empty()
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        let column = fit::column(table, target)?;
        if !self.applies(table, target) {
            return None;
        }
        let values = fit::values(table, column.idx);
        let numbers: Vec<Option<f64>> =
            values.iter().map(|value| fit::present(value).and_then(number)).collect();
        let mut best: Option<(f64, usize, Vec<String>)> = None;
        for by in categories(table, column.idx) {
            let keys = fit::values(table, by);
            let explained = explained(&numbers, &keys);
            if best.as_ref().is_none_or(|(most, _, _)| explained > *most) {
                best = Some((explained, by, keys));
            }
        }
        let (_, by, keys) = best?;
        let mut groups: HashMap<&str, Vec<f64>> = HashMap::new();
        for (key, x) in keys.iter().zip(&numbers) {
            groups.entry(key.trim()).or_default().extend(x);
        }
        let all = median(&mut numbers.iter().flatten().copied().collect::<Vec<_>>())?;
        let medians: HashMap<String, f64> =
            groups.into_iter().filter_map(|(key, mut xs)| Some((key.to_owned(), median(&mut xs)?))).collect();
        let name = table.column(by).map_or("", |c| c.header.name.as_str());
        let title = format!(
            "Fill {} nulls of {} with the median by \"{name}\"",
            column.profile.n_null(),
            column.called()
        );
        let parameters = vec![("strategy", "median".to_owned()), ("by", name.to_owned())];
        let fill = move |record: u64, value: &str| {
            let key = keys.get(record as usize).map_or("", |key| key.trim());
            fit::present(value)
                .is_none()
                .then(|| number_text::write(medians.get(key).copied().unwrap_or(all)))
        };
        Some(Fitted {
            proposal: fit::proposal(title, META.class, parameters),
            change: Change::Replace(column.idx, Box::new(fill)),
        })
    }
}
/// Columns of few repeated values, at most eight.
fn categories(table: &TableView<'_>, except: usize) -> Vec<usize> {
    let few = |column: &&crate::ColumnView<'_>| {
        let profile = column.profile;
        (2..=50).contains(&profile.distinct)
            && profile.distinct * 2 <= profile.n_present()
            && profile.kind() == ValueKind::Text
    };
    table.columns.iter().filter(few).map(|column| column.idx).filter(|&idx| idx != except).take(8).collect()
}

fn median(xs: &mut [f64]) -> Option<f64> {
    xs.sort_by(f64::total_cmp);
    let n = xs.len();
    if n == 0 { None } else { Some((xs[(n - 1) / 2] + xs[n / 2]) / 2.0) }
}

/// Share of the variance that lies between the groups (eta squared).
fn explained(numbers: &[Option<f64>], keys: &[String]) -> f64 {
    let mut groups: HashMap<&str, (f64, f64)> = HashMap::new();
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (x, key) in numbers.iter().zip(keys).filter_map(|(x, key)| x.map(|x| (x, key))) {
        let group = groups.entry(key.trim()).or_default();
        *group = (group.0 + 1.0, group.1 + x);
        n += 1.0;
        sum += x;
        squares += x * x;
    }
    let total = squares - sum * sum / n;
    let between: f64 = groups.values().map(|(n, sum)| sum * sum / n).sum::<f64>() - sum * sum / n;
    if total > 0.0 { between / total } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_telling_category_is_taken() {
        let text = "size,colour,w\ns,r,1.5\nl,r,9\ns,b,2.5\nl,b,11\ns,r,\nl,b,10\ns,b,2\nl,r,10\n";
        let transform = crate::transforms::find("impute-group-median").unwrap();
        let by = Sample::new(text)
            .with(|t| transform.propose(t, crate::Target::Column(2)).unwrap().parameters[1].1.clone());
        assert_eq!(by, "size");
    }
}
