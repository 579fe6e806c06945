//! `aurora explain`: the page of a check or transform.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use aurora_advice::{checks, transforms};

/// Print the page of a check or transform.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Its code, for example `missing-fields`; without one, all codes are listed.
    code: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let Some(code) = &arguments.code else {
        list(&mut out)?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(check) = checks::find(code) {
        let meta = check.meta();
        writeln!(out, "# {code}\n\n{}", meta.docs.markdown())?;
        writeln!(out, "\n# Severity\n{} by default", meta.severity.as_str())?;
        if !meta.transforms.is_empty() {
            writeln!(out, "\n# Transforms\n{}", meta.transforms.join(", "))?;
        }
    } else if let Some(transform) = transforms::find(code) {
        let meta = transform.meta();
        writeln!(out, "# {code}\n\n{}", meta.docs.markdown())?;
        writeln!(out, "\n# Class\n{}", meta.class.as_str())?;
    } else if let Some((_, docs)) = aurora_schema::CODES.iter().find(|(own, _)| own == code) {
        writeln!(out, "# {code}\n\n{}", docs.markdown())?;
    } else {
        bail!("no check or transform is called {code}; `aurora explain` lists them");
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "checks")?;
    for check in checks::CHECKS {
        writeln!(out, "  {:<28} {}", check.meta().code, check.meta().docs.summary())?;
    }
    writeln!(out, "checks against the schema beside a file")?;
    for (code, docs) in aurora_schema::CODES {
        writeln!(out, "  {code:<28} {}", docs.summary())?;
    }
    writeln!(out, "transforms")?;
    for transform in transforms::TRANSFORMS {
        writeln!(out, "  {:<28} {}", transform.meta().code, transform.meta().docs.summary())?;
    }
    Ok(())
}
