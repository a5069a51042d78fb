//! The types of option values and their error messages.

mod time;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Deref, Range};
use std::path::PathBuf;

use catalogue::Language;
use model::{ClientId, Digest, LocalizedText};
use toml::de::DeValue;
use uuid::Uuid;

pub(crate) use self::time::parse_duration;
use super::correction::{quoted, render};
use super::nearest::nearest;

/// A value with its position in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// The position, in bytes.
    pub(crate) span: Range<usize>,
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A type of option values.
pub(crate) trait FromValue: Sized {
    /// Returns the description of the type, which follows "expected" in messages.
    fn expected() -> String;

    /// Converts a TOML value. An empty error means that the TOML type is wrong.
    fn from_value(value: &DeValue<'_>) -> Result<Self, String>;

    /// Returns how a wrong value is probably meant, as it is written in TOML.
    fn correction(_value: &DeValue<'_>) -> Option<String> {
        None
    }
}

/// An option with a fixed set of values.
pub(crate) trait EnumOption: Sized + Copy + 'static {
    /// The names of all values.
    const NAMES: &'static [(&'static str, Self)];
}

impl<T: EnumOption> FromValue for T {
    fn expected() -> String {
        let names: Vec<String> = T::NAMES.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        names.join(" or ")
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        let known = T::NAMES.iter().find(|(name, _)| *name == written);
        known.map(|(_, value)| *value).ok_or_else(|| format!("`{written}`"))
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        let names = T::NAMES.iter().map(|(name, _)| *name);
        nearest(value.as_str()?, names).map(quoted)
    }
}

impl FromValue for String {
    fn expected() -> String {
        "a text in quotes".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        value.as_str().map(str::to_owned).ok_or_else(String::new)
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        in_quotes(value)
    }
}

impl FromValue for LocalizedText {
    fn expected() -> String {
        let tags: Vec<String> =
            Language::all().map(|language| format!("{} = \"…\"", language.tag())).collect();
        format!("a text in quotes, or one per language: {{ {} }}", tags.join(", "))
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        if let Some(text) = value.as_str() {
            return check_text(text).map(Self::from);
        }
        let table = value.as_table().ok_or_else(String::new)?;
        let mut texts = BTreeMap::new();
        for (tag, text) in table {
            let tag: &str = tag.get_ref();
            if !Language::all().any(|language| language.tag() == tag) {
                return Err(format!("`{tag}` is not a language of this service"));
            }
            let text = check_text(text.get_ref().as_str().unwrap_or_default());
            texts.insert(tag.to_owned(), text.map_err(|flaw| format!("`{tag}`: {flaw}"))?);
        }
        Self::by_language(texts).ok_or_else(|| "there is no text".to_owned())
    }
}

/// The limit on a text that pages show, in characters.
const TEXT_CHARS_MAX: usize = 512;

fn check_text(text: &str) -> Result<String, String> {
    match text.chars().count() {
        _ if text.trim().is_empty() => Err("the text is blank".to_owned()),
        _ if text.contains(char::is_control) => Err("the text has a control character".to_owned()),
        0..=TEXT_CHARS_MAX => Ok(text.to_owned()),
        count => Err(format!("{count} characters, at most {TEXT_CHARS_MAX} are shown")),
    }
}

impl FromValue for PathBuf {
    fn expected() -> String {
        "a path in quotes".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        match value.as_str() {
            Some("") => Err("an empty path".to_owned()),
            Some(path) => Ok(path.into()),
            None => Err(String::new()),
        }
    }
}

impl FromValue for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        value.as_bool().ok_or_else(String::new)
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        let written = value.as_str().map_or_else(|| render(value), str::to_owned);
        match written.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some("true".to_owned()),
            "false" | "no" | "off" | "0" => Some("false".to_owned()),
            _ => None,
        }
    }
}

impl FromValue for u8 {
    fn expected() -> String {
        "a number from 0 to 255".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_integer().ok_or_else(String::new)?;
        let number = Self::from_str_radix(written.as_str(), written.radix());
        number.map_err(|_| format!("`{}`", written.as_str()))
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        without_quotes(value)
    }
}

impl FromValue for u16 {
    fn expected() -> String {
        "a number from 1 to 65535".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_integer().ok_or_else(String::new)?;
        let number = Self::from_str_radix(written.as_str(), written.radix()).ok();
        number.filter(|number| *number > 0).ok_or_else(|| format!("`{}`", written.as_str()))
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        without_quotes(value)
    }
}

impl FromValue for u64 {
    fn expected() -> String {
        "a whole number from 1".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_integer().ok_or_else(String::new)?;
        let number = Self::from_str_radix(written.as_str(), written.radix()).ok();
        number.filter(|number| *number > 0).ok_or_else(|| format!("`{}`", written.as_str()))
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        without_quotes(value)
    }
}

impl FromValue for SocketAddr {
    fn expected() -> String {
        "an address with a port, such as \"127.0.0.1:8080\" or \"[::]:443\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        written.parse().map_err(|_| format!("`{written}` is not an address with a port"))
    }
}

impl FromValue for IpAddr {
    fn expected() -> String {
        "an IP address, such as \"10.0.0.1\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        written.parse().map_err(|_| format!("`{written}` is not an IP address"))
    }
}

impl FromValue for Uuid {
    fn expected() -> String {
        "a UUID, such as \"0192f0c1-2b7d-7c3e-9a51-3f1d5a7b9c0e\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        Self::parse_str(written).map_err(|_| format!("`{written}` is not a UUID"))
    }
}

impl FromValue for ClientId {
    fn expected() -> String {
        "1 to 128 printable ASCII characters in quotes".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        Self::new(written).ok_or_else(|| format!("{} characters", written.chars().count()))
    }
}

impl FromValue for Digest {
    fn expected() -> String {
        "a SHA-256 digest: 64 hexadecimal digits in quotes".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        // The value is not in the message: users put the secret itself here.
        let wrong = || format!("these {} characters are not a digest", written.chars().count());
        let mut digest = Self::default();
        if written.len() != 2 * digest.len() || !written.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        for (byte, digits) in digest.iter_mut().zip(written.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
        }
        Ok(digest)
    }
}

/// Returns a number that was written in quotes.
fn without_quotes(value: &DeValue<'_>) -> Option<String> {
    let written = value.as_str()?.trim();
    let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| written.to_owned())
}

/// Returns a simple value that was written without quotes.
fn in_quotes(value: &DeValue<'_>) -> Option<String> {
    let is_simple = value.as_str().is_none() && value.as_array().is_none();
    (is_simple && value.as_table().is_none()).then(|| quoted(&render(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain_or_one_per_language_and_never_blank() {
        // Reads both forms, then texts that are blank, too long, or of an unknown language.
        let read = |toml: &str| {
            let table = toml::de::DeTable::parse(toml).unwrap();
            LocalizedText::from_value(table.get_ref().get("text").unwrap().get_ref())
        };
        assert_eq!(read(r#"text = "Orders""#), Ok("Orders".into()));
        let both = read(r#"text = { en = "Orders", id = "Pesanan" }"#).unwrap();
        assert_eq!((both.in_language("en"), both.in_language("id")), ("Orders", "Pesanan"));
        let long = format!("text = \"{}\"", "x".repeat(TEXT_CHARS_MAX + 1));
        let wrong = [
            r#"text = " ""#,
            r#"text = { en = "Orders", id = "" }"#,
            "text = { en = 1 }",
            r#"text = { ind = "Pesanan" }"#,
            r#"text = "a\nb""#,
            "text = {}",
            "text = 1",
            &long,
        ];
        for toml in wrong {
            assert!(read(toml).is_err(), "{toml}");
        }
    }
}
