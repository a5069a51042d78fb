//! Passwords of the commands. They come from a prompt or from standard input, never from an
//! argument: other users of the machine see arguments, and shells keep them.

use std::io::{IsTerminal, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::apply::output_generated;
use crate::apply::GeneratedSecret;
use crate::error::CommandError;

/// The longest input that is read.
const INPUT_BYTES_MAX: u64 = 4096;

/// Asks for a new password twice, or reads it from standard input if that is no terminal.
pub(super) fn read() -> Result<Zeroizing<String>, CommandError> {
    if !std::io::stdin().is_terminal() {
        let mut text = Zeroizing::new(String::new());
        std::io::stdin()
            .take(INPUT_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(|error| CommandError::message(format!("the password: {error}")))?;
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            return Err(CommandError::message(
                "standard input has no password; pass one there, or --generate",
            ));
        }
        return Ok(Zeroizing::new(line.to_owned()));
    }
    let ask = |prompt| {
        rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(|error| CommandError::message(format!("the password: {error}")))
    };
    let first = ask("New password: ")?;
    if *ask("Again: ")? != *first {
        return Err(CommandError::message("the two passwords differ; nothing was changed"));
    }
    Ok(first)
}

/// Generates a password, and shows it once.
pub(super) fn generate(
    username: &str,
    file: Option<&Path>,
) -> Result<Zeroizing<String>, CommandError> {
    let generated = GeneratedSecret::password(format!("password of user {username}"))?;
    let password = generated.secret.clone();
    output_generated(&[generated], file)?;
    Ok(password)
}
