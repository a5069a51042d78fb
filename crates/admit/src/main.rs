//! The binary `admit`: command line, configuration and wiring.

mod actor;
mod apply;
mod atomic_file;
mod backup_manifest;
mod bounded_input;
mod certificate_validity;
mod cli;
mod commands;
mod config;
mod config_check;
mod data_lock;
mod dev;
mod development_marker;
mod error;
#[cfg(test)]
mod fuzzed_files;
mod ledger_connection;
mod new_file;
mod pasted_text;
mod private_file;
mod random;
mod root_key;
mod server;
mod shell_quote;
mod storage;
mod storage_metrics;
mod toml_document;
mod unlisted_proxies;
mod username_notes;
#[cfg(test)]
mod wrong_values;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// Requests make many short allocations, which it serves from memory of the thread.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match commands::run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed standard error leaves no place to report to.
            writeln!(std::io::stderr(), "{error}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}
