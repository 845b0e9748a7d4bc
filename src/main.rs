//! The binary: prints and exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    annexa::cli::main(std::env::args_os())
}
