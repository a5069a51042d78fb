//! Authentication contexts of a tenant: short ids by which an API requires a stronger
//! authentication.

use serde::{Deserialize, Serialize};

/// An authentication context. An API names its id in a claims challenge, and the tenant maps it to
/// a strength.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthContext {
    /// The id: `c1` to `c25`, as in the Microsoft identity platform. It is unique in the tenant.
    pub id: String,
    /// The name for developers and administrators, such as "Payments".
    pub name: String,
    /// The strength that an authentication needs.
    pub strength: ContextStrength,
}

/// The strength that an authentication context requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextStrength {
    /// Two factors.
    TwoFactors,
    /// Two factors that a false page cannot obtain, such as a passkey.
    PhishingResistant,
}

impl AuthContext {
    /// The number of ids, and so of the contexts of a tenant.
    pub const COUNT_MAX: usize = 25;

    /// Returns whether a text is one of the ids `c1` to `c25`.
    pub fn is_id(text: &str) -> bool {
        let number = text.strip_prefix('c').filter(|number| !number.starts_with(['0', '+']));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        number.is_some_and(|number| (1..=Self::COUNT_MAX).contains(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_microsoft_identity_platform() {
        // Checks the first and the last id, and texts that are similar to them.
        for (text, expected) in [
            ("c1", true),
            ("c25", true),
            ("c0", false),
            ("c26", false),
            ("c01", false),
            ("c+1", false),
            ("C1", false),
            ("c", false),
            ("", false),
            ("c1 ", false),
        ] {
            assert_eq!(AuthContext::is_id(text), expected, "{text}");
        }
    }
}
