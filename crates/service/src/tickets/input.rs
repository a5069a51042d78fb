//! What somebody typed into a form of a ticket: bounded, and free of what steers terminals.

use catalogue::{Refusal, refusal};
use model::Ticket;

use crate::mail;

/// A text, with line ends as we keep them.
///
/// # Errors
/// It is too long.
pub(super) fn text(typed: &str) -> Result<String, Refusal> {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = lines.chars().filter(|one| is_text(*one)).collect();
    let text = kept.trim();
    let length = text.chars().count();
    if length > Ticket::TEXT_MAX {
        return Err(refusal::ticket_text_too_long(Ticket::TEXT_MAX, length));
    }
    Ok(text.to_owned())
}

/// Neither steers a terminal nor turns the order of what is read.
fn is_text(one: char) -> bool {
    let plain = !one.is_control() || matches!(one, '\n' | '\t');
    plain && !matches!(one, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// An address, if there is one.
///
/// # Errors
/// It is not one address.
pub(super) fn address(typed: &str) -> Result<Option<String>, Refusal> {
    let address = typed.trim_matches(' ');
    if address.is_empty() {
        return Ok(None);
    }
    let plausible = mail::plausible(address).then(|| Some(address.to_owned()));
    plausible.ok_or_else(refusal::report_address_invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_lines_and_loses_what_is_no_text() {
        // Line ends of browsers, a terminal sequence, a NUL; then the longest text and one more.
        assert_eq!(text(" a\r\nb\rc\t\u{1b}[31m\0\u{202e} "), Ok("a\nb\nc\t[31m".to_owned()));
        assert!(text(&"\u{20ac}".repeat(Ticket::TEXT_MAX)).is_ok());
        let refused = text(&"x".repeat(Ticket::TEXT_MAX + 1)).expect_err("too long");
        assert_eq!(refused.number(), 88_000_242);
    }

    #[test]
    fn an_address_is_one_or_none() {
        // Nothing, one, and one with another behind a line end.
        assert_eq!(address("  "), Ok(None));
        assert_eq!(address(" ana@demo.test "), Ok(Some("ana@demo.test".to_owned())));
        let refused = address("ana@demo.test\r\nBcc: x@y.test").expect_err("two");
        assert_eq!(refused.number(), 88_000_243);
    }
}
