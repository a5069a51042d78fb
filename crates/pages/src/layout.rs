//! The layout that every page shares: the tenant, its look and contact, and the language switch.

use serde::Serialize;

/// The data of the layout. Every page has a language switch, or says that it has none.
#[derive(Clone, Debug, Serialize)]
pub struct Layout {
    /// The tenant, if the page belongs to one.
    pub tenant: Option<PageTenant>,
    /// The form that changes the language.
    pub language_switch: LanguageSwitch,
}

/// The tenant of a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageTenant {
    /// The display name, in the language of the page.
    pub name: String,
    /// The path of the logo.
    pub logo: Option<String>,
    /// The path of the style sheet with the tenant's colour.
    pub stylesheet: Option<String>,
    /// The contact for users who cannot sign in: an e-mail address or an `https` URL.
    pub contact: Option<String>,
}

/// The form that shows the page in another language.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageSwitch {
    /// The path of the page, unless the handler of the page's form shows the page again.
    return_to: Option<String>,
    /// Whether the switch submits the form of the page, so that what was typed is kept.
    in_form: bool,
    /// Whether the page has no switch.
    is_absent: bool,
}

impl LanguageSwitch {
    /// Creates a switch that leads back to `path`, which a GET must be able to show again.
    pub fn return_to(path: impl Into<String>) -> Self {
        Self { return_to: Some(path.into()), in_form: false, is_absent: false }
    }

    /// Creates a switch that submits the form of the page, so that what was typed is kept. The
    /// handler of the form finds the language in the field `language`.
    pub fn in_form() -> Self {
        Self { return_to: None, in_form: true, is_absent: false }
    }

    /// Creates a switch that leads back to `path`, with the typed fields of the page's search form
    /// added to its query. The path has at most one parameter.
    pub fn in_search(path: impl Into<String>) -> Self {
        Self { return_to: Some(path.into()), in_form: true, is_absent: false }
    }

    /// Creates no switch, for a page that shows a secret once: no request shows it again.
    pub fn absent() -> Self {
        Self { return_to: None, in_form: false, is_absent: true }
    }
}
