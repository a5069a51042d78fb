//! Validates text and mail addresses typed into ticket forms.

use catalogue::{Refusal, refusal};
use model::Ticket;

use outbound::mail;

/// Normalizes line ends, removes control and bidirectional formatting characters, and trims.
///
/// # Errors
/// The text has more than [`Ticket::TEXT_MAX`] characters.
pub(super) fn text(typed: &str) -> Result<String, Refusal> {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let printable: String = lines.chars().filter(|letter| is_printable(*letter)).collect();
    let text = printable.trim();
    let length = text.chars().count();
    if length > Ticket::TEXT_MAX {
        return Err(refusal::ticket_text_too_long(Ticket::TEXT_MAX, length));
    }
    Ok(text.to_owned())
}

/// Returns whether a character neither controls a terminal nor reorders text (Unicode bidi
/// overrides).
fn is_printable(letter: char) -> bool {
    let is_plain = !letter.is_control() || matches!(letter, '\n' | '\t');
    is_plain && !matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns the mail address, or `None` if the input is empty.
///
/// # Errors
/// The input is not exactly one address.
pub(super) fn address(typed: &str) -> Result<Option<String>, Refusal> {
    let address = typed.trim_matches(' ');
    if address.is_empty() {
        return Ok(None);
    }
    let valid = mail::is_valid_address(address).then(|| Some(address.to_owned()));
    valid.ok_or_else(refusal::report_address_invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_text_keeps_line_breaks_and_loses_control_characters() {
        // Takes line ends of browsers, a terminal sequence and a NUL; then the longest text and one
        // character more.
        assert_eq!(text(" a\r\nb\rc\t\u{1b}[31m\0\u{202e} "), Ok("a\nb\nc\t[31m".to_owned()));
        assert!(text(&"\u{20ac}".repeat(Ticket::TEXT_MAX)).is_ok());
        let refused = text(&"x".repeat(Ticket::TEXT_MAX + 1)).expect_err("too long");
        assert_eq!(refused.number(), 88_000_242);
    }

    #[test]
    fn mail_address_with_a_second_recipient_is_refused() {
        // Takes no address, one, and one with a header for another after a line break.
        assert_eq!(address("  "), Ok(None));
        assert_eq!(address(" ana@demo.test "), Ok(Some("ana@demo.test".to_owned())));
        let refused = address("ana@demo.test\r\nBcc: x@y.test").expect_err("two");
        assert_eq!(refused.number(), 88_000_243);
    }
}
