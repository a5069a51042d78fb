//! The rules for tenant names: for names in a request, and for the name of a new tenant.

use std::fmt;

use uuid::Uuid;

/// The longest name of a new tenant, in bytes.
pub const TENANT_NAME_MAX: usize = 64;
/// The longest text that is looked up as the name or id of a tenant, in bytes.
const LOOKUP_MAX: usize = 128;

/// Names with another meaning in the service's own URLs or in those of Microsoft's clients.
const RESERVED: [&str; 13] = [
    "adfs",
    "account",
    "admin",
    "assets",
    "common",
    "consumers",
    "demo-app",
    "discovery",
    "dstsv2",
    "error",
    "organizations",
    "report",
    ".well-known",
];
/// Prefixes that Microsoft's client libraries give another meaning.
const RESERVED_PREFIXES: [&str; 2] = ["token", "b2c_"];

/// The reason why a new tenant cannot have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantNameError {
    /// Empty, longer than [`TENANT_NAME_MAX`], or with other characters than `a-z`, `0-9`, `-`
    /// and `.`.
    Characters,
    /// Begins or ends with `.` or `-`, or has `..`, `.-` or `-.`: URL parsers resolve `.` and
    /// `..`, and a host name cannot end in either (RFC 1123 §2.1).
    Labels,
    /// Reserved for a URL of the service or of Microsoft's clients, or a UUID.
    Reserved,
    /// Begins with a prefix that client libraries give another meaning.
    ReservedPrefix,
}

impl fmt::Display for TenantNameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Characters => "expected 1 to 64 lower-case letters, digits, `-` and `.`",
            Self::Labels => "expected a letter or digit at both ends and beside each `.`",
            Self::Reserved => "this name has another meaning in URLs",
            Self::ReservedPrefix => "client libraries give names with this prefix another meaning",
        })
    }
}

impl std::error::Error for TenantNameError {}

/// Returns whether a text can be the name or id of a tenant. Names that [`check_new_tenant_name`]
/// refuses pass: the store decides whether such a tenant exists.
pub fn can_name_tenant(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=LOOKUP_MAX).contains(&text.len()) && text.bytes().all(allowed)
}

/// Returns whether a text can name a tenant in a path that the service builds. A URL parser removes
/// the segments `.` and `..`, so the first character must be a letter or digit.
pub fn is_tenant_path_segment(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && can_name_tenant(text)
}

/// Checks the name of a new tenant.
///
/// # Errors
/// The first part of the rule that the name breaks.
pub fn check_new_tenant_name(name: &str) -> Result<(), TenantNameError> {
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    if !(1..=TENANT_NAME_MAX).contains(&name.len()) || !name.bytes().all(allowed) {
        return Err(TenantNameError::Characters);
    }
    if RESERVED.contains(&name) || Uuid::parse_str(name).is_ok() {
        return Err(TenantNameError::Reserved);
    }
    if RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return Err(TenantNameError::ReservedPrefix);
    }
    let is_label = |label: &str| {
        let (first, last) = (label.bytes().next(), label.bytes().last());
        [first, last].iter().all(|byte| byte.is_some_and(|byte| byte.is_ascii_alphanumeric()))
    };
    if name.split('.').all(is_label) { Ok(()) } else { Err(TenantNameError::Labels) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_tenant_name_is_accepted_if_each_label_is_alphanumeric_at_both_ends() {
        // Names with and without dots and hyphens, and the longest one.
        let longest = "a".repeat(TENANT_NAME_MAX);
        for name in ["a", "0", "acme", "acme-eu", "login.acme.example", "a--b", &longest] {
            assert_eq!(check_new_tenant_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn new_tenant_name_is_refused_with_the_reason() {
        // One name for each way to break each part of the rule.
        let longer = "a".repeat(TENANT_NAME_MAX + 1);
        let cases = [
            (TenantNameError::Characters, vec!["", "Acme", "a_b", "a/b", "caf\u{e9}", &longer]),
            (
                TenantNameError::Labels,
                vec![".", "..", "-", "a..b", "acme.", ".acme", "-acme", "acme-", "a.-b", "a-.b"],
            ),
            (
                TenantNameError::Reserved,
                vec![".well-known", "admin", "common", "2c1d1c3e-6a6f-4c5a-9c39-6a6d0f2b7a11"],
            ),
            (TenantNameError::ReservedPrefix, vec!["token", "tokens", "token.acme"]),
        ];
        for (error, names) in cases {
            for name in names {
                assert_eq!(check_new_tenant_name(name), Err(error), "{name}");
            }
        }
    }

    #[test]
    fn looked_up_name_is_limited_to_url_safe_characters() {
        // Passes names that only a new tenant cannot have, and texts that no tenant can have.
        for text in ["acme", "ACME", "a..b", "acme.", "a_b", &"a".repeat(128)] {
            assert!(can_name_tenant(text) && is_tenant_path_segment(text), "{text}");
        }
        for text in [".", "..", "-", "_a", "..acme"] {
            assert!(can_name_tenant(text) && !is_tenant_path_segment(text), "{text}");
        }
        for text in ["", "a b", "a/b", "a%2fb", "caf\u{e9}", &"a".repeat(129)] {
            assert!(!can_name_tenant(text) && !is_tenant_path_segment(text), "{text}");
        }
    }
}
