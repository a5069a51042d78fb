//! Validates e-mail addresses.

/// Maximum length of an address and of its local part in bytes (RFC 5321 §4.5.3.1).
const LENGTH_MAX: usize = 254;
const LOCAL_MAX: usize = 64;

/// Returns whether a text is one e-mail address: a dot-atom, an `@`, and a domain name of at least
/// two labels (RFC 5322 §3.4.1). Quoted strings, comments and lists are not accepted.
pub fn is_valid_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= LENGTH_MAX
        && local.len() <= LOCAL_MAX
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_atom_byte))
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    let is_label_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(is_label_byte)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_email_address_is_accepted() {
        // Ordinary addresses; then lists, header injection, and a display name with an address.
        for text in ["ana@demo.test", "a.b+c@x-1.example.co.id", "o'neil@demo.test"] {
            assert!(is_valid_address(text), "{text}");
        }
        let long = format!("{}@demo.test", "x".repeat(65));
        let wrong = [
            "",
            "ana",
            "ana@",
            "@demo.test",
            "ana@localhost",
            "ana@demo..test",
            ".ana@demo.test",
            "ana@-demo.test",
            "ana@demo.test,budi@demo.test",
            "ana@demo.test;budi@demo.test",
            "ana@demo.test budi",
            "Ana <ana@demo.test>",
            "ana@demo.test\nBcc: x@y.test",
            "ana@demo.test\r",
            "ana@demo@test.test",
            "\"a b\"@demo.test",
            "ana@[127.0.0.1]",
            "\u{e4}na@demo.test",
            &long,
        ];
        for text in wrong {
            assert!(!is_valid_address(text), "{text:?}");
        }
    }
}
