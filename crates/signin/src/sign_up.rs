//! The data that a new user gives: the domain of the e-mail address, the name, and further
//! attributes.

use catalogue::{Comparison, Refusal, refusal};
use model::{SignUp, SignUpAttribute, User};

/// Maximum length of a name or another attribute, in characters.
pub const TEXT_CHARACTERS_MAX: usize = 100;
/// Maximum number of allowed domains that a refusal lists.
const LISTED_DOMAINS_MAX: usize = 5;

/// The data that a new user typed about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignUpDetails {
    /// The display name.
    pub name: String,
    /// The further attributes that the tenant asks for.
    pub attributes: Vec<(SignUpAttribute, String)>,
}

/// Checks the domain of an address that a new user types. An invitation is not bound to
/// domains: an administrator chose its address.
///
/// # Errors
/// The domain is blocked, or is not among the allowed ones.
pub fn check_domain(address: &str, policy: &SignUp) -> Result<(), Refusal> {
    let (_, domain) = address.rsplit_once('@').unwrap_or_default();
    let domain = domain.to_ascii_lowercase();
    let is_within = |blocked: &String| {
        let parent = domain.strip_suffix(blocked.as_str());
        parent.is_some_and(|parent| parent.is_empty() || parent.ends_with('.'))
    };
    if policy.blocked_domains.iter().any(is_within) {
        return Err(refusal::sign_up_domain_blocked(domain));
    }
    if !policy.domains.is_empty() && !policy.domains.contains(&domain) {
        let allowed: Vec<&str> =
            policy.domains.iter().take(LISTED_DOMAINS_MAX).map(String::as_str).collect();
        let allowed = allowed.join(", ");
        let comparison = Comparison::mismatch("email", allowed.clone(), domain.clone());
        return Err(refusal::sign_up_domain_not_allowed(domain, allowed).with(comparison));
    }
    Ok(())
}

impl SignUpDetails {
    /// Checks that each text is given, and can be shown in one line.
    ///
    /// # Errors
    /// One is missing, too long, or has control characters.
    pub fn check(&self) -> Result<(), Refusal> {
        let attributes = self.attributes.iter().map(|(attribute, text)| (attribute.name(), text));
        for (name, text) in std::iter::once(("name", &self.name)).chain(attributes) {
            let has_controls = text.chars().any(char::is_control);
            let length = text.chars().count();
            if text.trim().is_empty() || has_controls || length > TEXT_CHARACTERS_MAX {
                return Err(refusal::sign_up_attribute_invalid(name, TEXT_CHARACTERS_MAX));
            }
        }
        Ok(())
    }

    /// Returns the row of a user with what was typed.
    #[must_use]
    pub fn apply(&self, mut user: User) -> User {
        self.name.trim().clone_into(&mut user.name);
        for (attribute, text) in &self.attributes {
            let value = Some(text.trim().to_owned());
            match attribute {
                SignUpAttribute::GivenName => user.profile.given_name = value,
                SignUpAttribute::FamilyName => user.profile.family_name = value,
                SignUpAttribute::Nickname => user.profile.nickname = value,
                SignUpAttribute::PhoneNumber => {
                    user.profile.phone_number = value;
                    user.profile.phone_number_verified = false;
                }
            }
        }
        user
    }
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    fn policy(domains: &[&str], blocked_domains: &[&str]) -> SignUp {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        SignUp {
            domains: owned(domains),
            blocked_domains: owned(blocked_domains),
            ..SignUp::default()
        }
    }

    fn number(address: &str, policy: &SignUp) -> Option<u32> {
        check_domain(address, policy).err().map(|refusal| refusal.number())
    }

    #[test]
    fn domain_is_refused_if_it_is_blocked_or_not_among_the_allowed() {
        // Checks addresses of an allowed domain, its subdomain, and blocked ones with look-alikes.
        let open = policy(&[], &["spam.test"]);
        assert_eq!(number("ana@demo.test", &open), None);
        assert_eq!(number("ana@SPAM.test", &open), Some(88_000_454));
        assert_eq!(number("ana@a.spam.test", &open), Some(88_000_454));
        assert_eq!(number("ana@nospam.test", &open), None);
        let narrow = policy(&["demo.test"], &[]);
        assert_eq!(number("ana@Demo.Test", &narrow), None);
        assert_eq!(number("ana@sub.demo.test", &narrow), Some(88_000_453));
        assert_eq!(number("ana@demo.test.spam.test", &narrow), Some(88_000_453));
    }

    #[test]
    fn details_are_refused_if_a_text_is_missing_too_long_or_has_controls() {
        // Checks a good name with an attribute, then each flaw in the name and in the attribute.
        let details = |name: &str, given: &str| SignUpDetails {
            name: name.to_owned(),
            attributes: vec![(SignUpAttribute::GivenName, given.to_owned())],
        };
        assert_eq!(details("Ana Núñez", "Ana").check(), Ok(()));
        assert_eq!(details(&"x".repeat(100), "Ana").check(), Ok(()));
        for flaw in ["", " ", "a\nb", &"x".repeat(101)] {
            for details in [details(flaw, "Ana"), details("Ana", flaw)] {
                let number = details.check().err().map(|refusal| refusal.number());
                assert_eq!(number, Some(88_000_455), "{flaw:?}");
            }
        }
    }

    #[test]
    fn details_become_attributes_of_the_user() {
        // Applies a name and every attribute with spaces around them.
        let attributes =
            SignUpAttribute::ALL.map(|attribute| (attribute, format!(" {}", attribute.name())));
        let details = SignUpDetails { name: " Ana ".to_owned(), attributes: attributes.to_vec() };
        let user = User::new(TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()), "a@b.test");
        let user = details.apply(user);
        assert_eq!(user.name, "Ana");
        let profile = user.profile;
        assert_eq!(profile.given_name.as_deref(), Some("given_name"));
        assert_eq!(profile.family_name.as_deref(), Some("family_name"));
        assert_eq!(profile.nickname.as_deref(), Some("nickname"));
        assert_eq!(profile.phone_number.as_deref(), Some("phone_number"));
    }
}
