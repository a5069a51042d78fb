//! Texts that people paste into files and options, with what editors and shells add to them.

/// The byte order mark that some editors write at the start of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Returns a secret without a byte order mark, white space and line breaks around it. A generated
/// secret has none of these.
pub(crate) fn secret(text: &str) -> &str {
    text.trim_start_matches(BYTE_ORDER_MARK).trim()
}

/// Returns a password without a byte order mark before it and the line break at its end. Spaces may
/// belong to a password.
pub(crate) fn password(text: &str) -> &str {
    text.trim_start_matches(BYTE_ORDER_MARK).trim_end_matches(['\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_loses_what_surrounds_it() {
        // Reads a secret with each addition alone, and with all at once.
        for text in
            ["s e", "s e\n", "s e\r\n", " s e", "s e\t ", "\u{feff}s e", "\u{feff} s e \r\n"]
        {
            assert_eq!(secret(text), "s e");
        }
    }

    #[test]
    fn a_password_keeps_its_spaces() {
        // Reads a password with spaces, a byte order mark and a line break.
        assert_eq!(password("\u{feff} p w \r\n"), " p w ");
        assert_eq!(password("pw"), "pw");
    }
}
