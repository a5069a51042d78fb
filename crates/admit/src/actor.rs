//! The actor of the changes that a command makes.

use model::Actor;

use crate::error::CommandError;
use crate::random;

/// Maximum number of words of a command: `key rotate`.
const WORDS_MAX: usize = 2;
/// The commands that run the service. Their changes are those of the service itself.
const SERVING: [&str; 2] = ["serve", "dev"];

/// Returns the actor of this process.
pub(crate) fn of_process() -> Result<Actor, CommandError> {
    let name = command(std::env::args().skip(1));
    if SERVING.contains(&name.as_str()) {
        return Ok(Actor::Service);
    }
    let run = uuid::Builder::from_random_bytes(random::bytes()?).into_uuid();
    Ok(Actor::Command { name, host: host(), user: user(), run })
}

/// Returns the words of the command, without its arguments.
fn command(arguments: impl Iterator<Item = String>) -> String {
    let is_word = |word: &String| word.bytes().all(|byte| byte.is_ascii_lowercase());
    arguments.take_while(is_word).take(WORDS_MAX).collect::<Vec<_>>().join(" ")
}

fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Returns the user of the operating system; behind `sudo`, the one who called it.
fn user() -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|user| !user.is_empty());
    let user = named("SUDO_USER").or_else(|| named("USER")).or_else(|| named("LOGNAME"));
    user.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_has_no_arguments() {
        // Takes the words of commands with files, options and names behind them.
        for (arguments, expected) in [
            (&["apply", "demo.toml", "--data", "d"][..], "apply"),
            (&["key", "rotate", "--now"], "key rotate"),
            (&["--verbose", "apply"], ""),
            (&["user", "disable", "acme"], "user disable"),
        ] {
            let arguments = arguments.iter().map(|argument| (*argument).to_owned());
            assert_eq!(command(arguments), expected);
        }
    }
}
