//! JSON: one document, or an object a line.

use serde::Serialize;

use super::{Diagnostic, Report};
use crate::render;

/// `{"diagnostics": […]}`
#[derive(Default, Serialize)]
pub(super) struct Json {
    diagnostics: Vec<Diagnostic>,
}

impl Report for Json {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        self.diagnostics.extend(found);
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        render::json(self)
    }
}

/// The objects of [`Json`], each in its own line, as they come.
pub(super) struct JsonLines;

impl Report for JsonLines {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        found.iter().try_for_each(render::json)
    }
}
