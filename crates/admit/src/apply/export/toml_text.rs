//! Text of a TOML file, written option by option.

use std::fmt::Write;

use model::{IpNetwork, LocalizedText, Seconds, Timestamp, format_rfc3339};
use zeroize::Zeroizing;

use super::{CredentialCounts, Credentials};
use crate::apply::diff::format_duration;
use crate::toml_document::EnumOption;

/// A value as it is written in a declaration.
pub(super) trait TomlValue {
    /// Returns the value as TOML.
    fn toml(&self) -> String;
}

impl TomlValue for str {
    fn toml(&self) -> String {
        // The escapes of JSON are escapes of TOML. TOML allows no raw DEL either.
        serde_json::Value::from(self).to_string().replace('\u{7f}', "\\u007f")
    }
}

impl TomlValue for String {
    fn toml(&self) -> String {
        self.as_str().toml()
    }
}

impl TomlValue for bool {
    fn toml(&self) -> String {
        self.to_string()
    }
}

impl TomlValue for Seconds {
    fn toml(&self) -> String {
        format_duration(self.get())
    }
}

impl TomlValue for Timestamp {
    fn toml(&self) -> String {
        format_rfc3339(*self)
    }
}

impl TomlValue for IpNetwork {
    fn toml(&self) -> String {
        self.to_string().as_str().toml()
    }
}

impl TomlValue for LocalizedText {
    fn toml(&self) -> String {
        match self {
            Self::Plain(text) => text.toml(),
            Self::ByLanguage(texts) => {
                inline(texts.iter().map(|(tag, text)| (tag.as_str(), text.toml())))
            }
        }
    }
}

impl<T: TomlValue> TomlValue for Vec<T> {
    fn toml(&self) -> String {
        let items: Vec<String> = self.iter().map(TomlValue::toml).collect();
        format!("[{}]", items.join(", "))
    }
}

/// Returns an inline table.
pub(super) fn inline<'n>(members: impl IntoIterator<Item = (&'n str, String)>) -> String {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
}

/// The length of a line of base64url.
const LINE_CHARS: usize = 100;

/// The text so far.
pub(super) struct TomlText {
    text: Zeroizing<String>,
    /// The credentials to write.
    pub(super) credentials: Credentials,
    /// The credentials that were written.
    pub(super) counts: CredentialCounts,
}

impl TomlText {
    /// Creates an empty text.
    pub(super) fn new(credentials: Credentials) -> Self {
        let text = Zeroizing::new(String::new());
        Self { text, credentials, counts: CredentialCounts::default() }
    }

    /// Begins a table.
    pub(super) fn table(&mut self, heading: &str) {
        let separator = if self.text.is_empty() { "" } else { "\n" };
        self.line(&format!("{separator}{heading}"));
    }

    /// Writes an option.
    pub(super) fn set<T: TomlValue + ?Sized>(&mut self, name: &str, value: &T) {
        self.raw(name, &value.toml());
    }

    /// Writes an option that has a value.
    pub(super) fn set_optional<T: TomlValue>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Writes an option whose value is TOML already.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.line(&format!("{name} = {value}"));
    }

    /// Writes a list of inline tables, one in a line.
    pub(super) fn tables(&mut self, name: &str, items: &[String]) {
        if items.is_empty() {
            return self.raw(name, "[]");
        }
        self.line(&format!("{name} = ["));
        for item in items {
            self.line(&format!("    {item},"));
        }
        self.line("]");
    }

    /// Writes a long text of base64url in lines.
    pub(super) fn lines(&mut self, name: &str, base64url: &str) {
        self.line(&format!("{name} = \"\"\""));
        let mut rest = base64url;
        while let Some((line, after)) = rest.split_at_checked(LINE_CHARS) {
            self.line(line);
            rest = after;
        }
        self.line(&format!("{rest}\"\"\""));
    }

    /// Writes a comment.
    pub(super) fn comment(&mut self, text: &str) {
        let one_line: String =
            text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        self.line(&format!("# {one_line}"));
    }

    /// Returns the text and the number of credentials in it.
    pub(super) fn finish(self) -> (Zeroizing<String>, CredentialCounts) {
        (self.text, self.counts)
    }

    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        writeln!(self.text, "{line}").unwrap_or_default();
    }
}

/// Returns the name of a value in declarations.
pub(super) fn enum_name<T: EnumOption + PartialEq>(value: &T) -> &'static str {
    T::NAMES.iter().find(|(_, other)| other == value).map(|(name, _)| *name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_written_as_the_text_that_toml_reads() {
        // Writes texts with quotes, escapes, line breaks and control characters, and reads them.
        for text in ["", "a\"b", "a\\b", "a\nb\r\t", "\u{0}\u{1b}\u{7f}", "ü\u{2028}🎉", "]\n[x]"]
        {
            let table: toml::Table = format!("x = {}", text.toml()).parse().expect("TOML");
            assert_eq!(table.get("x").and_then(toml::Value::as_str), Some(text));
        }
    }
}
