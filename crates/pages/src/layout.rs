//! What stands around every page: whose tenant it is, and the way to another language.

use catalogue::Language;
use serde::Serialize;

/// The part of a page that all pages share.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// The tenant's display name, where the page belongs to one.
    pub tenant: Option<String>,
    /// Links to the same page in each language; none where a repeat of the request would do harm.
    pub languages: Vec<LanguageLink>,
}

/// A link to the same page in a language.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageLink {
    tag: &'static str,
    name: String,
    url: String,
}

impl LanguageLink {
    /// A link to `url`, where the page is in `language`, under the language's own name.
    pub fn new(language: Language, url: impl Into<String>) -> Self {
        let name = catalogue::text(language, "page-language-name", &[]);
        Self { tag: language.tag(), name, url: url.into() }
    }
}
