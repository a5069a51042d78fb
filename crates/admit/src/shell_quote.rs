//! Quoting of paths in commands that are printed to be pasted.

/// Quotes a text for a POSIX shell, if necessary.
pub(crate) fn shell_quote(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=@%+".contains(&byte);
    if text.bytes().all(is_plain) && !text.is_empty() {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_reaches_the_command_unchanged() {
        // Prints each quoted text with a shell.
        for text in ["plain", "two words", "it's", "$HOME `id` \"x\"", "a&b;c|d>e", ""] {
            let command = format!("printf %s {}", shell_quote(text));
            let out = std::process::Command::new("sh").args(["-c", &command]).output();
            let out = out.expect("a shell").stdout;
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
    }
}
