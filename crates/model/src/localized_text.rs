//! A text for users in one or more languages: the names and descriptions that a declaration gives.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The language of a text without a language, and the fallback of the others.
const FALLBACK: &str = "en";

/// A text per language, or one text for all languages. A stored plain text is read too.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LocalizedText {
    /// One text for all languages.
    Plain(String),
    /// The texts by language tag, such as `en`.
    ByLanguage(BTreeMap<String, String>),
}

impl LocalizedText {
    /// Creates a text from the texts by language tag. Returns `None` if there is none, or if one is
    /// blank: no language may show an empty name.
    pub fn by_language(texts: BTreeMap<String, String>) -> Option<Self> {
        let is_complete = !texts.is_empty() && texts.values().all(|text| !text.trim().is_empty());
        is_complete.then_some(Self::ByLanguage(texts))
    }

    /// Returns the text in a language. Without one, returns the English text, else any.
    pub fn in_language(&self, tag: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::ByLanguage(texts) => {
                let text = texts.get(tag).or_else(|| texts.get(FALLBACK));
                text.or_else(|| texts.values().next()).map_or("", String::as_str)
            }
        }
    }

    /// Returns the text in a language, or `fallback` if the text is blank.
    pub fn in_language_or<'a>(&'a self, tag: &str, fallback: &'a str) -> &'a str {
        let text = self.in_language(tag);
        if text.trim().is_empty() { fallback } else { text }
    }

    /// Returns the text for logs, mails and messages on the wire, which are in English.
    pub fn as_str(&self) -> &str {
        self.in_language(FALLBACK)
    }
}

impl Default for LocalizedText {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

impl From<String> for LocalizedText {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for LocalizedText {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl fmt::Display for LocalizedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for LocalizedText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_language(texts: &[(&str, &str)]) -> Option<LocalizedText> {
        let pair = |(tag, text): &(&str, &str)| ((*tag).to_owned(), (*text).to_owned());
        LocalizedText::by_language(texts.iter().map(pair).collect())
    }

    #[test]
    fn a_missing_language_falls_back_to_english_and_then_to_any() {
        // Reads each language of a full text, and of texts without it and without English.
        let full = by_language(&[("en", "Orders"), ("id", "Pesanan")]).unwrap();
        assert_eq!((full.in_language("en"), full.in_language("id")), ("Orders", "Pesanan"));
        assert_eq!((full.in_language("fr"), full.as_str()), ("Orders", "Orders"));
        let indonesian = by_language(&[("id", "Pesanan")]).unwrap();
        assert_eq!((indonesian.in_language("en"), indonesian.as_str()), ("Pesanan", "Pesanan"));
        assert_eq!(LocalizedText::from("Orders").in_language("id"), "Orders");
    }

    #[test]
    fn a_text_that_is_blank_in_a_language_is_refused() {
        // No text at all, an empty text and one of spaces; an old blank row has a fallback.
        assert_eq!(by_language(&[]), None);
        assert_eq!(by_language(&[("en", "Orders"), ("id", "")]), None);
        assert_eq!(by_language(&[("en", "  ")]), None);
        assert_eq!(LocalizedText::default().in_language_or("en", "api://orders"), "api://orders");
        assert_eq!(LocalizedText::from("Orders").in_language_or("en", "x"), "Orders");
    }

    #[test]
    fn a_stored_plain_text_is_read() {
        // Reads both stored forms, and writes each as it was.
        for json in [r#""Orders""#, r#"{"en":"Orders","id":"Pesanan"}"#] {
            let text: LocalizedText = serde_json::from_str(json).unwrap();
            assert_eq!(text.as_str(), "Orders");
            assert_eq!(serde_json::to_string(&text).unwrap(), json);
        }
    }
}
