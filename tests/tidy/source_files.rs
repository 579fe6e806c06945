//! The shape of the source files.

use crate::{files, no_complaints, read, root};

/// Lines that a file may have before it should be two.
const MAX_LINES: usize = 600;

/// Tables of words or code points rather than code.
const TABLES: [&str; 1] = ["server/learning/src/name_group.rs"];

#[test]
fn no_file_is_too_long_and_each_begins_with_its_purpose() {
    let mut complaints = Vec::new();
    let sources = ["server", "tests"].iter().flat_map(|folder| files(&root().join(folder), "rs"));
    for path in sources.filter(|path| !path.components().any(|part| part.as_os_str() == "target")) {
        let text = read(&path);
        let shown = path.strip_prefix(root()).unwrap_or(&path).display();
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES && !TABLES.contains(&shown.to_string().as_str()) {
            complaints.push(format!("{shown}: {n_lines} lines"));
        }
        let named_by_its_module =
            path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "fuzz_targets");
        if !text.starts_with("//!") && !named_by_its_module {
            complaints.push(format!("{shown}: does not say its purpose in its first line"));
        }
    }
    no_complaints(&complaints);
}
