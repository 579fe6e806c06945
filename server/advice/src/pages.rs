//! The pages `CHECKS.md` and `TRANSFORMS.md`, written from the catalogue. `cargo xtask docs` writes them; a test
//! fails when they are stale.

use crate::{Docs, checks, transforms};

const NOTICE: &str = "<!-- Written by `cargo xtask docs` from the doc comments; edit those. -->\n";

/// Every check with its page.
pub fn checks_page() -> String {
    let mut page = format!(
        "{NOTICE}\n# Checks\n\n| check | number | about | severity | what it finds |\n|---|---|---|---|---|\n"
    );
    for check in checks::CHECKS {
        let meta = check.meta();
        page.push_str(&format!(
            "| [{code}](#{code}) | {} | {} | {} | {} |\n",
            meta.number,
            meta.kind.as_str(),
            meta.severity.as_str(),
            meta.docs.summary(),
            code = meta.code,
        ));
    }
    for check in checks::CHECKS {
        let meta = check.meta();
        page.push_str(&section(meta.code, &meta.docs));
        if !meta.transforms.is_empty() {
            let links: Vec<_> =
                meta.transforms.iter().map(|code| format!("[{code}](TRANSFORMS.md#{code})")).collect();
            page.push_str(&format!("\nMended by {}.\n", links.join(", ")));
        }
    }
    page
}

/// Every transform with its page.
pub fn transforms_page() -> String {
    let mut page = format!(
        "{NOTICE}\n# Transforms\n\n| transform | number | class | idempotent | what it does |\n|---|---|---|---|---|\n"
    );
    for transform in transforms::TRANSFORMS {
        let meta = transform.meta();
        page.push_str(&format!(
            "| [{code}](#{code}) | {} | {} | {} | {} |\n",
            meta.number,
            meta.class.as_str(),
            if meta.idempotent { "yes" } else { "no" },
            meta.docs.summary(),
            code = meta.code,
        ));
    }
    for transform in transforms::TRANSFORMS {
        page.push_str(&section(transform.meta().code, &transform.meta().docs));
    }
    page
}

/// A section whose inner headings lie one level deeper than in the doc comment.
fn section(code: &str, docs: &Docs) -> String {
    let deeper = docs.markdown().replace("\n# ", "\n### ");
    format!("\n## {code}\n\n{}\n", deeper.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_section() {
        let page = checks_page();
        assert!(checks::CHECKS.iter().all(|check| page.contains(&format!("\n## {}\n", check.meta().code))));
        let page = transforms_page();
        assert!(transforms::TRANSFORMS.iter().all(|t| page.contains(&format!("\n## {}\n", t.meta().code))));
    }
}
