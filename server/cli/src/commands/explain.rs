//! `aurora explain`: the page of a check or transform.

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
#[allow(clippy::print_stdout)]
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(code) = &arguments.code else {
        list();
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(check) = checks::find(code) {
        let meta = check.meta();
        println!("# {code}\n\n{}", meta.docs.markdown());
        println!("\n# Severity\n{} by default", meta.severity.as_str());
        if !meta.transforms.is_empty() {
            println!("\n# Transforms\n{}", meta.transforms.join(", "));
        }
    } else if let Some(transform) = transforms::find(code) {
        let meta = transform.meta();
        println!("# {code}\n\n{}", meta.docs.markdown());
        println!("\n# Class\n{}", meta.class.as_str());
    } else {
        bail!("no check or transform is called {code}; `aurora explain` lists them");
    }
    Ok(ExitCode::SUCCESS)
}

#[allow(clippy::print_stdout)]
fn list() {
    println!("checks");
    for check in checks::CHECKS {
        println!("  {:<28} {}", check.meta().code, check.meta().docs.summary());
    }
    println!("transforms");
    for transform in transforms::TRANSFORMS {
        println!("  {:<28} {}", transform.meta().code, transform.meta().docs.summary());
    }
}
