//! The rules of what users type on the page of their profile, and of the marks of what they change.

use catalogue::{Comparison, Language, Refusal, refusal};
use jose::digest::sha256;
use model::{Digest, ProfileAttribute, TimeZone, User, shown_name};

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 128;
/// The longest e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
pub const EMAIL_BYTES_MAX: usize = 254;
/// The longest name of a language or time zone that a refusal repeats, in characters.
const REPEATED_CHARS_MAX: usize = 64;

/// Returns the value of an attribute that a user typed. `None` removes it.
///
/// # Errors
/// The attribute cannot have this value.
pub fn typed_value(
    attribute: ProfileAttribute,
    typed: &str,
    stored: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let typed = typed.trim();
    let is_kept = stored.is_some_and(|stored| stored == typed);
    if is_kept || typed.is_empty() && attribute != ProfileAttribute::Name {
        return Ok(Some(typed.to_owned()).filter(|typed| !typed.is_empty()));
    }
    match attribute {
        ProfileAttribute::Email => checked_address(typed).map(Some),
        ProfileAttribute::Locale => {
            let known = Language::all().map(Language::tag).find(|tag| *tag == typed);
            known.map(|tag| Some(tag.to_owned())).ok_or_else(|| unknown_choice(attribute, typed))
        }
        ProfileAttribute::Zoneinfo => {
            let known = TimeZone::find(typed).map(|zone| Some(zone.name().to_owned()));
            known.ok_or_else(|| unknown_choice(attribute, typed))
        }
        ProfileAttribute::Name
        | ProfileAttribute::GivenName
        | ProfileAttribute::FamilyName
        | ProfileAttribute::MiddleName
        | ProfileAttribute::Nickname => {
            let name = shown_name(typed).ok();
            let is_shown = |name: &String| (1..=NAME_CHARS_MAX).contains(&name.chars().count());
            let invalid = || {
                let comparison = Comparison::new(attribute.as_str());
                refusal::profile_name_invalid(NAME_CHARS_MAX).with(comparison)
            };
            name.filter(is_shown).map(Some).ok_or_else(invalid)
        }
    }
}

fn unknown_choice(attribute: ProfileAttribute, typed: &str) -> Refusal {
    let repeated: String = typed.chars().take(REPEATED_CHARS_MAX).collect();
    refusal::profile_choice_unknown(repeated).with(Comparison::new(attribute.as_str()))
}

/// Returns an e-mail address that a user typed, without the spaces at its ends.
///
/// # Errors
/// The text is no address.
pub fn checked_address(typed: &str) -> Result<String, Refusal> {
    let address = Some(typed.trim()).filter(|address| is_address(address));
    address.map(str::to_owned).ok_or_else(|| refusal::email_address_invalid(EMAIL_BYTES_MAX))
}

/// Returns whether a text can be an e-mail address. Letters of every script can be part of it (RFC
/// 6531), and a name of the local network can be its domain.
pub fn is_address(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_separator = |character: char| {
            character.is_whitespace()
                || character.is_control()
                || "@,;:<>()[]\\\"".contains(character)
        };
        !part.is_empty() && !part.contains(is_separator)
    };
    let parts = text.split_once('@');
    text.len() <= EMAIL_BYTES_MAX
        && parts.is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}

/// Returns the row of a user who sets an attribute themselves. A declaration that still has the
/// value of before leaves the new one.
#[must_use]
pub fn with_own_value(mut user: User, attribute: ProfileAttribute, value: Option<String>) -> User {
    let before = value_digest(attribute.of(&user));
    attribute.set(&mut user, value);
    let declared = *user.replaced_values.entry(attribute).or_insert(before);
    if value_digest(attribute.of(&user)) == declared {
        user.replaced_values.remove(&attribute);
    }
    user
}

/// Returns the row of a user who has proven that an e-mail address is theirs. A declaration that
/// still has the address of before, or calls the proven one unverified, leaves it.
#[must_use]
pub fn with_proven_address(user: User, address: String) -> User {
    let earlier = value_digest(user.email.as_deref());
    let mut user = with_own_value(user, ProfileAttribute::Email, Some(address));
    // Also for the address of before: it was not verified.
    user.replaced_values.entry(ProfileAttribute::Email).or_insert(earlier);
    user.email_verified = true;
    user
}

/// Returns the digest by which the row of a user remembers a value that the user replaced.
pub fn value_digest(value: Option<&str>) -> Digest {
    let parts: &[&[u8]] = &[&[u8::from(value.is_some())], value.unwrap_or_default().as_bytes()];
    sha256(&parts.concat())
}

/// Returns the first bytes of a digest of a user name: a tenant remembers deleted users by it.
pub fn deleted_name(user: &User) -> u64 {
    let parts = [&b"deleted user\0"[..], &user.tenant.into_bytes()].concat();
    let digest = sha256(&[&parts, model::username_key(&user.username).as_bytes()].concat());
    digest.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;
    use ProfileAttribute as Attribute;

    fn user() -> User {
        let tenant = TenantId::new(Uuid::from_u128(1));
        let user = User::new(tenant, UserId::new(Uuid::from_u128(2)), "ana");
        User { email: Some("ana@demo.test".to_owned()), ..user }
    }

    #[test]
    fn typed_value_is_prepared_or_refused() {
        // Types values of each kind, then those that break one rule each.
        let (long, address) = ("a".repeat(129), format!("{}@demo.test", "a".repeat(245)));
        for (attribute, typed, value) in [
            (Attribute::Name, " Ana  Putri ", Some("Ana Putri")),
            (Attribute::Nickname, "", None),
            (Attribute::FamilyName, &long[..128], Some(&long[..128])),
            (Attribute::Locale, "id", Some("id")),
            (Attribute::Locale, " ", None),
            (Attribute::Zoneinfo, "asia/jakarta", Some("Asia/Jakarta")),
            (Attribute::Email, " ana@demo.test ", Some("ana@demo.test")),
        ] {
            let checked = typed_value(attribute, typed, None).expect("a value");
            assert_eq!(checked.as_deref(), value, "{typed}");
        }
        for (attribute, typed, number) in [
            (Attribute::Name, "", 88_000_437),
            (Attribute::Name, "\u{200b}", 88_000_437),
            (Attribute::Name, "An\u{202e}a", 88_000_437),
            (Attribute::GivenName, "An\na", 88_000_437),
            (Attribute::GivenName, &long, 88_000_437),
            (Attribute::Locale, "xx", 88_000_438),
            (Attribute::Zoneinfo, "../etc/passwd", 88_000_438),
            (Attribute::Email, "ana", 88_000_439),
            (Attribute::Email, "a@b.test, c@d.test", 88_000_439),
            (Attribute::Email, "ana@demo.test\r\nBcc: x@y.test", 88_000_439),
            (Attribute::Email, &address, 88_000_439),
        ] {
            let refused = typed_value(attribute, typed, None).expect_err(typed);
            assert_eq!(refused.number(), number, "{typed}");
        }
        // A value that is no choice any more stays.
        let kept = typed_value(Attribute::Locale, "fr-CA", Some("fr-CA")).expect("a value");
        assert_eq!(kept.as_deref(), Some("fr-CA"));
    }

    #[test]
    fn own_value_remembers_the_first_one_that_it_replaced() {
        // Changes a name twice, then back to the first one; an address likewise.
        let name = |user, name: &str| with_own_value(user, Attribute::Name, Some(name.to_owned()));
        let second = name(name(user(), "Ana"), "Ana Putri");
        let mark = second.replaced_values.get(&Attribute::Name);
        assert_eq!(mark, Some(&value_digest(Some("ana"))));
        assert!(name(second, "ana").replaced_values.is_empty());
        let moved = with_proven_address(user(), "new@demo.test".to_owned());
        assert!(moved.email_verified && moved.email.as_deref() == Some("new@demo.test"));
        let verified = with_proven_address(user(), "ana@demo.test".to_owned());
        let mark = value_digest(Some("ana@demo.test"));
        for user in [moved, verified] {
            assert_eq!(user.replaced_values.get(&Attribute::Email), Some(&mark));
        }
        assert_ne!(value_digest(None), value_digest(Some("")));
    }

    #[test]
    fn deleted_name_is_that_of_every_spelling_in_one_tenant() {
        // Compares spellings of one name, another name, and another tenant.
        let named = |username: &str| User { username: username.to_owned(), ..user() };
        let elsewhere = User { tenant: TenantId::new(Uuid::from_u128(9)), ..user() };
        assert_eq!(deleted_name(&named("Ana")), deleted_name(&user()));
        assert_ne!(deleted_name(&named("anas")), deleted_name(&user()));
        assert_ne!(deleted_name(&elsewhere), deleted_name(&user()));
    }
}
