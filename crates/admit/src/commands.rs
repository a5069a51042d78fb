//! The commands, one file for each.

mod access_pass;
mod app;
mod app_files;
mod app_secret;
mod apply;
mod backup;
mod check;
mod dev;
mod directory_change;
mod explain;
mod export;
mod framework;
mod guarded_update;
mod invite;
mod key;
mod mail;
mod migrate;
mod password_input;
mod restore;
mod revoke;
mod revoke_one;
mod serve;
mod store_copy;
mod ticket;
mod try_request;
mod user;
mod user_delete;
mod users_csv;
mod written_secrets;

use std::io::Write;

use crate::cli::{Command, StoreCommand};
use crate::error::CommandError;

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments.config),
        Command::Check(arguments) => check::run(&arguments.config),
        Command::Apply(arguments) => apply::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::App(command) => app::run(&command),
        Command::User(command) => user::run(&command),
        Command::Revoke(arguments) => revoke::run(&arguments),
        Command::Key(command) => key::run(&command),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Store(StoreCommand::Copy(arguments)) => store_copy::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Mail(command) => mail::run(&command),
        Command::Ticket(command) => ticket::run(&command),
        Command::Try(arguments) => try_request::run(&arguments),
    }
}

/// Prints a text to standard output and flushes it.
fn print(text: &str) -> Result<(), CommandError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
