//! The `credtrail` program: what was typed, the terminal, the exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
