//! The actor of the changes that a command makes.

use model::Actor;

use crate::error::CommandError;
use crate::random;

/// Maximum number of words of a command: `key rotate`.
const WORDS_MAX: usize = 2;
/// The file with the names of the users of this system. Users of a directory service are not in it.
const USERS_FILE: &str = "/etc/passwd";
/// Maximum length of the name of a user who called `sudo`.
const CALLER_CHARS_MAX: usize = 64;
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

/// Returns the name of this machine.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Returns the user of the operating system with their number, which the environment cannot change.
fn user() -> String {
    let uid = rustix::process::getuid().as_raw();
    let users = std::fs::read_to_string(USERS_FILE).unwrap_or_default();
    // Only root may name another user: they could change the history itself.
    let caller = std::env::var("SUDO_USER").ok().filter(|_| rustix::process::geteuid().is_root());
    described(uid, &users, caller.as_deref())
}

/// Describes a user by the lines of `/etc/passwd`. Behind `sudo`, also the one who called it.
fn described(uid: u32, users: &str, caller: Option<&str>) -> String {
    let name = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then_some(name)
    });
    let caller: Option<String> = caller.map(|caller| {
        let shown = caller.chars().filter(|character| !character.is_control());
        shown.take(CALLER_CHARS_MAX).collect()
    });
    match (caller.filter(|caller| !caller.is_empty()), name) {
        (Some(caller), _) => format!("{caller} with sudo (uid {uid})"),
        (None, Some(name)) => format!("{name} (uid {uid})"),
        (None, None) => format!("uid {uid}"),
    }
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

    #[test]
    fn the_actor_has_the_user_id_of_the_process_beside_every_name() {
        // Describes a known user, an unknown one, and root behind `sudo`.
        let users = "root:x:0:0:root:/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n";
        for (uid, caller, expected) in [
            (1_000, None, "ana (uid 1000)"),
            (1_001, None, "uid 1001"),
            (0, None, "root (uid 0)"),
            (0, Some("budi\n"), "budi with sudo (uid 0)"),
            (0, Some(""), "root (uid 0)"),
        ] {
            assert_eq!(described(uid, users, caller), expected);
        }
    }
}
