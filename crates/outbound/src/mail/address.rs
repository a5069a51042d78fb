//! What can be one mail address.

/// The longest address and the longest part before its `@`, in bytes (RFC 5321 §4.5.3.1).
const LENGTH_MAX: usize = 254;
const LOCAL_MAX: usize = 64;

/// Whether a text can be one address: a dot-atom, an `@`, and a domain name of at least two labels
/// (RFC 5322 §3.4.1). Quotes, comments and lists are left to those who need them.
pub fn plausible(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= LENGTH_MAX
        && local.len() <= LOCAL_MAX
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_atom))
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

fn is_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(plain)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_and_nothing_else_passes() {
        // Usual ones, and everything that would be two, a header, or a name with an address.
        for text in ["ana@demo.test", "a.b+c@x-1.example.co.id", "o'neil@demo.test"] {
            assert!(plausible(text), "{text}");
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
            assert!(!plausible(text), "{text:?}");
        }
    }
}
