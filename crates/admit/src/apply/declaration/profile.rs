//! Declaration of the attributes of a user that become standard claims (OpenID Connect Core §5.1).

use model::{Address, UserProfile};

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Attributes of a user, which apps get as claims with the scopes `profile`, `address` and `phone`.
/// They are options of `[[tenants.users]]`.
#[derive(Debug, Default)]
pub(crate) struct ProfileDeclaration {
    /// The given names, at most 256 bytes.
    ///
    /// Example: `given_name = "Ana"`
    pub(crate) given_name: Declared<String>,
    /// The family names, at most 256 bytes.
    pub(crate) family_name: Declared<String>,
    /// The middle names, at most 256 bytes.
    pub(crate) middle_name: Declared<String>,
    /// The casual name, at most 256 bytes.
    pub(crate) nickname: Declared<String>,
    /// The URL of the profile page (`http` or `https`).
    pub(crate) profile: Declared<String>,
    /// The URL of the picture (`http` or `https`).
    pub(crate) picture: Declared<String>,
    /// The URL of the web page or blog (`http` or `https`).
    pub(crate) website: Declared<String>,
    /// The gender: `female`, `male` or another text of at most 64 bytes.
    pub(crate) gender: Declared<String>,
    /// The date of birth: `YYYY-MM-DD`, `YYYY`, or `0000-MM-DD` without the year.
    ///
    /// Example: `birthdate = "1990-03-21"`
    pub(crate) birthdate: Declared<String>,
    /// The time zone by its name in the IANA database.
    ///
    /// Example: `zoneinfo = "Asia/Jakarta"`
    pub(crate) zoneinfo: Declared<String>,
    /// The language and region as a tag of BCP 47.
    ///
    /// Example: `locale = "id-ID"`
    pub(crate) locale: Declared<String>,
    /// The phone number: `+`, country code and number (ITU-T E.164), with an optional extension.
    ///
    /// Example: `phone_number = "+62 21 5550 100;ext=12"`
    pub(crate) phone_number: Declared<String>,
    /// Whether the phone number is verified.
    ///
    /// Default: `false`
    pub(crate) phone_number_verified: Declared<bool>,
    /// The postal address.
    ///
    /// Example: `address = { street_address = "Jl. Merdeka 1", locality = "Jakarta" }`
    pub(crate) address: Declared<AddressDeclaration>,
}

/// A postal address (OpenID Connect Core §5.1.1).
#[derive(Debug, Default)]
pub(crate) struct AddressDeclaration {
    /// The whole address for a label, with line breaks, at most 1024 bytes.
    pub(crate) formatted: Declared<String>,
    /// The street, house number and what belongs to it, with line breaks, at most 1024 bytes.
    pub(crate) street_address: Declared<String>,
    /// The city, at most 256 bytes.
    pub(crate) locality: Declared<String>,
    /// The state or province, at most 256 bytes.
    pub(crate) region: Declared<String>,
    /// The postal code, at most 256 bytes.
    pub(crate) postal_code: Declared<String>,
    /// The name of the country, at most 256 bytes.
    pub(crate) country: Declared<String>,
}

/// The longest attribute of one line, in bytes.
const LINE_BYTES_MAX: usize = 256;
/// The longest attribute of several lines, in bytes.
const LINES_BYTES_MAX: usize = 1_024;
/// The longest gender, phone number, time zone and locale, in bytes.
const SHORT_BYTES_MAX: usize = 64;
/// The longest URL, in bytes.
const URL_BYTES_MAX: usize = 2_048;
/// The number of digits of a phone number with its country code (ITU-T E.164).
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

impl ProfileDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        Self {
            given_name: read(reader, "given_name", line),
            family_name: read(reader, "family_name", line),
            middle_name: read(reader, "middle_name", line),
            nickname: read(reader, "nickname", line),
            profile: read(reader, "profile", url),
            picture: read(reader, "picture", url),
            website: read(reader, "website", url),
            gender: read(reader, "gender", short),
            birthdate: read(reader, "birthdate", birthdate),
            zoneinfo: read(reader, "zoneinfo", zoneinfo),
            locale: read(reader, "locale", locale),
            phone_number: read(reader, "phone_number", phone_number),
            phone_number_verified: reader.declared("phone_number_verified").without_span(),
            address: reader
                .declared_table("address", |reader| Some(AddressDeclaration::read(reader))),
        }
    }

    /// Returns the attributes after the file is applied.
    pub(crate) fn merge(&self, stored: &UserProfile) -> UserProfile {
        let Self {
            given_name,
            family_name,
            middle_name,
            nickname,
            profile,
            picture,
            website,
            gender,
            birthdate,
            zoneinfo,
            locale,
            phone_number,
            phone_number_verified,
            address,
        } = self;
        let phone_number = phone_number.merge_optional(stored.phone_number.as_ref());
        // A new number is not the one that was verified.
        let stored_verified = stored.phone_number_verified && phone_number == stored.phone_number;
        let verified = phone_number_verified.merge(&stored_verified, &false);
        UserProfile {
            given_name: given_name.merge_optional(stored.given_name.as_ref()),
            family_name: family_name.merge_optional(stored.family_name.as_ref()),
            middle_name: middle_name.merge_optional(stored.middle_name.as_ref()),
            nickname: nickname.merge_optional(stored.nickname.as_ref()),
            profile: profile.merge_optional(stored.profile.as_ref()),
            picture: picture.merge_optional(stored.picture.as_ref()),
            website: website.merge_optional(stored.website.as_ref()),
            gender: gender.merge_optional(stored.gender.as_ref()),
            birthdate: birthdate.merge_optional(stored.birthdate.as_ref()),
            zoneinfo: zoneinfo.merge_optional(stored.zoneinfo.as_ref()),
            locale: locale.merge_optional(stored.locale.as_ref()),
            phone_number_verified: verified && phone_number.is_some(),
            phone_number,
            address: match address {
                Declared::Absent => stored.address.clone(),
                Declared::Unset => None,
                Declared::Set(address) => address.merge(stored.address.as_ref()),
            },
        }
    }
}

impl AddressDeclaration {
    fn read(reader: &mut TableReader<'_>) -> Self {
        Self {
            formatted: read(reader, "formatted", lines),
            street_address: read(reader, "street_address", lines),
            locality: read(reader, "locality", line),
            region: read(reader, "region", line),
            postal_code: read(reader, "postal_code", line),
            country: read(reader, "country", line),
        }
    }

    /// Returns the address after the file is applied; `None` without any part.
    fn merge(&self, stored: Option<&Address>) -> Option<Address> {
        let Self { formatted, street_address, locality, region, postal_code, country } = self;
        let stored = stored.cloned().unwrap_or_default();
        let address = Address {
            formatted: formatted.merge_optional(stored.formatted.as_ref()),
            street_address: street_address.merge_optional(stored.street_address.as_ref()),
            locality: locality.merge_optional(stored.locality.as_ref()),
            region: region.merge_optional(stored.region.as_ref()),
            postal_code: postal_code.merge_optional(stored.postal_code.as_ref()),
            country: country.merge_optional(stored.country.as_ref()),
        };
        (address != Address::default()).then_some(address)
    }
}

/// Reads an attribute, and adds a problem if `flaw` finds one.
fn read(
    reader: &mut TableReader<'_>,
    name: &'static str,
    flaw: fn(&str) -> Option<String>,
) -> Declared<String> {
    let text: Declared<Spanned<String>> = reader.declared(name);
    if let Some((flaw, text)) = text.value().and_then(|text| Some((flaw(text)?, text))) {
        let message = format!("`{name}` has an invalid value");
        reader.problems().add(Problem::new(text.span.clone(), message, "").allowed(flaw));
    }
    text.without_span()
}

fn line(text: &str) -> Option<String> {
    let is_line = text.len() <= LINE_BYTES_MAX && !text.chars().any(char::is_control);
    (!is_line).then(|| format!("expected one line of at most {LINE_BYTES_MAX} bytes"))
}

fn lines(text: &str) -> Option<String> {
    let mut characters = text.chars().filter(|it| !matches!(it, '\r' | '\n'));
    let are_lines = text.len() <= LINES_BYTES_MAX && !characters.any(char::is_control);
    (!are_lines).then(|| format!("expected lines of at most {LINES_BYTES_MAX} bytes in all"))
}

fn short(text: &str) -> Option<String> {
    let is_short = text.len() <= SHORT_BYTES_MAX && !text.chars().any(char::is_control);
    (!is_short).then(|| format!("expected one line of at most {SHORT_BYTES_MAX} bytes"))
}

/// Requires `http` or `https`: an app may show the URL as a link.
fn url(text: &str) -> Option<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    let is_url = is_web && text.len() <= URL_BYTES_MAX && protocol::redirect_uri::is_absolute(text);
    (!is_url).then(|| format!("expected \"https://…\", at most {URL_BYTES_MAX} bytes"))
}

fn birthdate(text: &str) -> Option<String> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    // Any leap year stands for a year that is left out, so that 29 February is accepted.
    let with_year =
        text.strip_prefix("0000").map_or_else(|| text.to_owned(), |rest| format!("2000{rest}"));
    let is_date = text.len() == 10 && with_year.parse::<jiff::civil::Date>().is_ok();
    (!is_year && !is_date).then(|| "expected \"YYYY-MM-DD\", \"YYYY\" or \"0000-MM-DD\"".to_owned())
}

/// Checks the form of a time zone name. The database itself differs between systems.
fn zoneinfo(text: &str) -> Option<String> {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    let is_name = text.len() <= SHORT_BYTES_MAX && text.split('/').all(is_part);
    (!is_name).then(|| "expected a name of the IANA database, such as \"Asia/Jakarta\"".to_owned())
}

/// Checks the form of a language tag (RFC 5646 §2.1).
fn locale(text: &str) -> Option<String> {
    let is_subtag = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let language = text.split('-').next().unwrap_or_default();
    let is_language =
        (2..=8).contains(&language.len()) && language.bytes().all(|it| it.is_ascii_alphabetic());
    let is_tag = text.len() <= SHORT_BYTES_MAX && is_language && text.split('-').all(is_subtag);
    (!is_tag).then(|| "expected a language tag (BCP 47), such as \"id-ID\"".to_owned())
}

fn phone_number(text: &str) -> Option<String> {
    let (number, extension) = text.split_once(";ext=").unwrap_or((text, "0"));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_number = number.strip_prefix('+').is_some_and(|rest| {
        rest.bytes().all(|byte| byte.is_ascii_digit() || b" -.()".contains(&byte))
    });
    let is_extension = !extension.is_empty() && extension.bytes().all(|it| it.is_ascii_digit());
    let is_whole = is_number && PHONE_DIGITS.contains(&digits) && is_extension;
    (!is_whole || text.len() > SHORT_BYTES_MAX)
        .then(|| "expected \"+\", country code and number, such as \"+62 21 5550 100\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&str) -> Option<String>;

    #[test]
    fn attributes_of_the_wrong_form_are_refused() {
        // Checks valid values of each form, then values that break one rule each.
        let long = "a".repeat(LINE_BYTES_MAX + 1);
        let rows: [(Check, &[&str], &[&str]); 7] = [
            (line, &["Ana", "Nguyễn Thị"], &["a\nb", "a\u{7f}", &long]),
            (lines, &["Jl. Merdeka 1\r\nJakarta"], &["a\tb", "a\u{0}"]),
            (
                url,
                &["https://a.test/p?q#f", "http://a.test"],
                &["javascript:alert(1)", "https://", "https:///x", "a.test", "https://a b"],
            ),
            (
                birthdate,
                &["1990-03-21", "1990", "0000-02-29"],
                &["1990-02-30", "90-03-21", "1990-3-21", "19900321", "1990-03", "x"],
            ),
            (
                zoneinfo,
                &["Asia/Jakarta", "UTC", "Etc/GMT+7", "America/Argentina/Buenos_Aires"],
                &["Asia/", "/Jakarta", "Asia Jakarta", "+07:00", "../etc"],
            ),
            (locale, &["id", "id-ID", "zh-Hant-TW"], &["id_ID", "i", "-id", "id-", "a b"]),
            (
                phone_number,
                &["+62 21 5550 100", "+1 (604) 555-1234;ext=5678", "+12345"],
                &["021 5550 100", "+62x", "+1234", "+1234567890123456", "+12345;ext=", "+12345;x"],
            ),
        ];
        for (flaw, right, wrong) in rows {
            for text in right {
                assert_eq!(flaw(text), None, "{text}");
            }
            for text in wrong {
                assert!(flaw(text).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn left_out_attributes_stay_and_unset_ones_are_removed() {
        // Merges a declaration of one new, one unset and one changed attribute with stored ones.
        let before = UserProfile {
            given_name: Some("Ana".to_owned()),
            nickname: Some("An".to_owned()),
            phone_number: Some("+62 21 1".to_owned()),
            phone_number_verified: true,
            address: Some(Address { locality: Some("Jakarta".to_owned()), ..Address::default() }),
            ..UserProfile::default()
        };
        assert_eq!(ProfileDeclaration::default().merge(&before), before);
        let declared = ProfileDeclaration {
            family_name: Declared::Set("Demo".to_owned()),
            nickname: Declared::Unset,
            phone_number: Declared::Set("+62 21 2".to_owned()),
            address: Declared::Set(AddressDeclaration {
                locality: Declared::Unset,
                ..AddressDeclaration::default()
            }),
            ..ProfileDeclaration::default()
        };
        let expected = UserProfile {
            given_name: Some("Ana".to_owned()),
            family_name: Some("Demo".to_owned()),
            phone_number: Some("+62 21 2".to_owned()),
            ..UserProfile::default()
        };
        assert_eq!(declared.merge(&before), expected);
    }
}
