//! `split-tables`

use std::path::Path;

use crate::checks::several_tables;
use crate::{Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, fit};

documented! {
    /// Writes each of several tables in one file into a file of its own.
    ///
    /// # What it does
    /// The tables that `several-tables` found become files beside the original, byte by byte as they stand: `shops.csv`
    /// gives `shops-1.csv` and `shops-2.csv`. Lines of text above a table go with it, those below the last with the
    /// last; blank records between tables are left out. The original stays as it is, and nothing is overwritten: where
    /// one of the files is there already, none is written.
    ///
    /// An editor makes the files as one edit that can be undone, if it can create files for a language server. On the
    /// command line it is asked for by name: `aurora fix shops.csv --select split-tables`.
    ///
    /// # Example
    /// ```csv
    /// shop,month,amount
    /// a,Jan,12
    /// b,Jan,19
    /// a,Feb,11
    /// b,Feb,24
    ///
    /// shop,city
    /// a,Rome
    /// b,Oslo
    /// c,Bern
    /// ```
    /// becomes
    /// ```csv
    /// shop,month,amount
    /// a,Jan,12
    /// b,Jan,19
    /// a,Feb,11
    /// b,Feb,24
    /// ```
    /// and
    /// ```csv
    /// shop,city
    /// a,Rome
    /// b,Oslo
    /// c,Bern
    /// ```
    ///
    /// # When not to use it
    /// When the blocks are groups of one table.
    pub struct SplitTables;
}

static META: TransformMeta = TransformMeta {
    code: "split-tables",
    number: 1071,
    class: FixClass::New,
    idempotent: false,
    docs: SplitTables::DOCS,
};

impl Transform for SplitTables {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let pieces = several_tables::pieces(table);
        let title = format!("Write the {} tables into files of their own", pieces.len());
        (pieces.len() > 1).then(|| Fitted {
            proposal: fit::proposal(title, META.class, Vec::new()),
            change: Change::Files(pieces),
        })
    }
}

/// Names of `n` files beside the one called `name`, numbered from 1.
pub fn names(name: &str, n: usize) -> Vec<String> {
    let path = Path::new(name);
    let stem = path.file_stem().map_or_else(|| name.into(), |stem| stem.to_string_lossy());
    let extension = path.extension().map_or(String::new(), |e| format!(".{}", e.to_string_lossy()));
    (1..=n).map(|number| format!("{stem}-{number}{extension}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn split(sample: &Sample) -> Vec<String> {
        let pieces = sample.with(|table| SplitTables.files(table, Target::File));
        pieces.into_iter().map(|piece| piece.of(&sample.text).to_owned()).collect()
    }

    #[test]
    fn the_example_becomes_the_two_files_beside_it() {
        let examples = SplitTables::DOCS.examples();
        let sample = Sample::detected(&examples[0]);
        assert_eq!(split(&sample), examples[1..]);
        assert_eq!(sample.after("split-tables", Target::File), Some(examples[0].clone()), "the text stays");
    }

    #[test]
    fn titles_go_with_the_table_below_them_and_blank_lines_go() {
        let first = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n1,2,3\n4,5,6\n7,8,9\n4,5,6\n7,8,9\n1,2,3\n4,5,6\n7,8,9\n";
        let second = "Cities\n\nx,y\n1,2\n3,4\n5,6\n7,8\n1,2\n3,4\n5,6\n7,8\n\nSource: us\n";
        let text = format!("{first},,\n\n{second}");
        assert_eq!(split(&Sample::new(&text)), [first, second]);
        assert_eq!(split(&Sample::detected(&text)), [first, second]);
    }

    #[test]
    fn one_table_is_not_split_and_three_are() {
        assert!(split(&Sample::new("a,b\n1,2\n3,4\n5,6\n\n7,8\n9,1\n2,3\n")).is_empty());
        let three =
            "a,b,c\n1,2,3\n4,5,6\n7,8,9\n\nx,y\n1,2\n3,4\n5,6\n\np,q,r,s\n1,2,3,4\n5,6,7,8\n9,1,2,3\n";
        assert_eq!(split(&Sample::new(three)).join("\n"), three);
        assert_eq!(split(&Sample::new(three)).len(), 3);
    }

    #[test]
    fn files_are_named_after_the_original() {
        assert_eq!(names("a.b.csv", 2), ["a.b-1.csv", "a.b-2.csv"]);
        assert_eq!(names("table", 1), ["table-1"]);
        assert_eq!(names(".csv", 1), [".csv-1"]);
    }
}
