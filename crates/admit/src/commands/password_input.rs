//! Passwords of the commands. They come from a prompt or from standard input, never from an
//! argument: other users of the machine see arguments, and shells keep them.

use std::io::IsTerminal;

use zeroize::Zeroizing;

use crate::bounded_input::{InputKind, read_secret_text};
use crate::error::CommandError;

/// Asks for a new password twice, or reads it from standard input if that is no terminal.
pub(super) fn read() -> Result<Zeroizing<String>, CommandError> {
    if !std::io::stdin().is_terminal() {
        let text = read_secret_text(std::io::stdin(), InputKind::Password)
            .map_err(|error| CommandError::message(format!("standard input {error}")))?;
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
