//! The binary: commands, configuration, wiring.

mod apply;
mod certificate;
mod chance;
mod cli;
mod commands;
mod config;
mod dev;
mod document;
mod explain;
mod failure;
mod root_key;
mod serving;
mod storage;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to tell when standard error is gone.
            writeln!(std::io::stderr(), "{failure}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}
