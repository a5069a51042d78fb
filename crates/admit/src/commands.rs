//! One file for each command.

mod apply;
mod check;
mod dev;
mod explain;
mod key;
mod serve;
mod ticket;
mod try_out;

use std::io::Write;

use crate::cli::Command;
use crate::failure::Failure;

/// Does what the command line says.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments.config),
        Command::Check(arguments) => check::run(&arguments.config),
        Command::Apply(arguments) => apply::run(&arguments),
        Command::Key(command) => key::run(&command),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Ticket(command) => ticket::run(&command),
        Command::Try(arguments) => try_out::run(&arguments),
    }
}

/// Prints a text and makes sure that it is out.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
