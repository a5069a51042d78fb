//! The layout that every page shares: the tenant's name and the links to other languages.

use catalogue::Language;
use serde::Serialize;

/// The data of the layout.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Layout {
    /// The tenant's display name, if the page belongs to a tenant.
    pub tenant: Option<String>,
    /// Links to the same page in each language; empty if repeating the request would do harm.
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
    /// Creates a link to `url`, the page in `language`, with the language's own name as its text.
    pub fn new(language: Language, url: impl Into<String>) -> Self {
        let name = catalogue::text(language, "page-language-name", &[]);
        Self { tag: language.tag(), name, url: url.into() }
    }
}
