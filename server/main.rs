//! AURORA: a language server for CSV files. See `server/ARCHITECTURE.md`.

use std::process::ExitCode;

fn main() -> ExitCode {
    aurora_cli::main()
}
