//! Developer commands: the same on a laptop and in CI. `cargo xtask` alone lists them.
#![allow(clippy::print_stdout, reason = "a command line tool")]

mod bench;
mod docs;
mod eval;
mod eval_learn;
mod fuzz;
mod image;
mod install;
mod manifest;
mod pack;
mod roles;
mod step;
mod story;
mod test;
mod try_out;

use std::process::ExitCode;

/// One command: its name, what it does in a line, and its function, which gets the arguments after the name.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

/// Every command. A new one is a module, a `mod` line and a line here.
const COMMANDS: &[Command] = &[
    Command {
        name: "try",
        about: "build it and open a sample, in code, nvim, the browser or the terminal [--in PLACE] [FILE]",
        run: try_out::run,
    },
    Command {
        name: "test",
        about: "install what the tests need, then run all of them [rust|hub|editors] [--all] [--only WORD]",
        run: test::run,
    },
    Command {
        name: "bench",
        about: "measure what the engine costs, beside the goals and the peers found [--mb N] [--keys N] [--binary PATH] [hub: under load and fault, --store sqlite --fault redis|postgres,hub]",
        run: bench::run,
    },
    Command {
        name: "pack",
        about: "pack the VS Code extension of a platform, with the released server inside [--target PLATFORM] [--binary PATH]",
        run: pack::run,
    },
    Command {
        name: "image",
        about: "build the hub's image, one static program, by buildah [--binary PATH] [--out FILE.tar]",
        run: image::image,
    },
    Command { name: "manifest", about: "write the settings of the VS Code extension", run: manifest::run },
    Command {
        name: "eval",
        about: "measure against labelled data [learn --data DIR --part types --seeds N --priors FILE --json] [roles [--raw]|errors|transforms --data DIR --out FILE] [hub-ab|hub-dp|hub-auth|hub-api [--binary PATH]]",
        run: eval::run,
    },
    Command {
        name: "fuzz",
        about: "run the fuzz targets [decode|sniff|parse|convert…] [--minutes N]",
        run: fuzz::run,
    },
    Command {
        name: "docs",
        about: "write the pages of checks, transforms, settings and commands [--pictures: the guide's, from the stories]",
        run: docs::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return ExitCode::from(2);
    };
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        eprintln!("no such command: {name}");
        list();
        return ExitCode::from(2);
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        println!("cargo xtask {name}: {}", command.about);
        return ExitCode::SUCCESS;
    }
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn list() {
    println!("cargo xtask COMMAND");
    for command in COMMANDS {
        println!("  {:<8} {}", command.name, command.about);
    }
}
