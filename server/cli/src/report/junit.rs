//! JUnit XML: a test suite a file, a failed test a finding; a clean file is one test that passed.

use std::io::Write;

use super::{Diagnostic, Report, slashed};

/// Suites until all are known: their number stands at the top.
#[derive(Default)]
pub(super) struct Junit {
    suites: Vec<String>,
    n_tests: usize,
    n_failures: usize,
}

impl Report for Junit {
    fn add(&mut self, file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        let name = escaped(&slashed(file));
        let (n_tests, n_failures) = (found.len().max(1), found.len());
        let mut suite = format!(
            "  <testsuite name=\"{name}\" tests=\"{n_tests}\" failures=\"{n_failures}\" errors=\"0\">\n"
        );
        for diagnostic in &found {
            let place = format!("{}:{}", diagnostic.line, diagnostic.column);
            suite.push_str(&format!(
                "    <testcase name=\"{code}:{place}\" classname=\"{name}\" file=\"{name}\" line=\"{line}\">\n      \
                 <failure type=\"{severity}\" message=\"{message}\">{name}:{place}: {message} [{code}]</failure>\n    \
                 </testcase>\n",
                code = diagnostic.code,
                line = diagnostic.line,
                severity = diagnostic.severity.as_str(),
                message = escaped(&diagnostic.message),
            ));
        }
        if found.is_empty() {
            suite.push_str(&format!("    <testcase name=\"check\" classname=\"{name}\" file=\"{name}\"/>\n"));
        }
        suite.push_str("  </testsuite>\n");
        self.suites.push(suite);
        self.n_tests += n_tests;
        self.n_failures += n_failures;
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(
            out,
            "<testsuites name=\"aurora\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
            self.n_tests, self.n_failures
        )?;
        self.suites.iter().try_for_each(|suite| out.write_all(suite.as_bytes()))?;
        writeln!(out, "</testsuites>")?;
        Ok(())
    }
}

/// `text` as XML 1.0 takes it: what it cannot hold at all becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_text() {
        assert_eq!(escaped("<a b=\"&\">\u{1b}\n"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}&#10;");
    }
}
