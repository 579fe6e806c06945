//! The doc comment of a check or transform as data, so that hover, `aurora explain` and the web page cannot disagree.

/// The doc comment of a check or transform: Markdown with fixed headings.
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// One line a doc comment line, as the compiler hands them over (with their leading blank).
    pub lines: &'static [&'static str],
}

impl Docs {
    /// The text as Markdown.
    pub fn markdown(&self) -> String {
        let lines = self.lines.iter().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The fenced CSV blocks under the heading `Example`.
    pub fn examples(&self) -> Vec<String> {
        let text = self.markdown();
        let section = text.split("\n# ").find(|section| section.starts_with("Example")).unwrap_or_default();
        let blocks = section.split("```csv\n").skip(1);
        blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
    }

    /// The first sentence.
    pub fn summary(&self) -> &'static str {
        self.lines.first().map_or("", |line| line.trim())
    }
}

/// Declares the unit struct of a check or transform and captures its doc comment as `DOCS`.
///
/// ```
/// aurora_advice::documented! {
///     /// Records with fewer fields than the table is wide.
///     pub struct MissingFields;
/// }
/// assert_eq!(MissingFields::DOCS.summary(), "Records with fewer fields than the table is wide.");
/// ```
#[macro_export]
macro_rules! documented {
    ($(#[doc = $line:expr])* pub struct $name:ident;) => {
        $(#[doc = $line])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl $name {
            /// The doc comment above as data.
            pub const DOCS: $crate::Docs = $crate::Docs { lines: &[$($line),*] };
        }
    };
}
