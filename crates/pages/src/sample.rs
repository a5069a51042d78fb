//! The example data that pages share.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, LanguageSwitch, Layout, PageTenant};

/// A page with examples of all its states.
pub(crate) trait Page: Sized {
    /// The name of its template.
    const TEMPLATE: &'static str;

    /// Returns an example of each state, with the name of the state.
    fn samples(language: Language) -> Vec<(&'static str, Self)>;

    /// Creates the page with a hostile text in every field.
    #[cfg(test)]
    fn hostile(text: &str) -> Self;

    /// Returns the data for the template.
    fn model(&self, language: Language) -> impl Serialize;
}

/// Creates a layout with a tenant and a language switch that leads back to the page.
pub(crate) fn layout() -> Layout {
    let tenant = PageTenant {
        name: "Demo Company".to_owned(),
        contact: Some("help@demo.example".to_owned()),
        ..PageTenant::default()
    };
    Layout {
        tenant: Some(tenant),
        language_switch: LanguageSwitch::return_to("/demo/oauth2/v2.0/authorize?client_id=demo"),
    }
}

/// Creates a layout with a tenant and this language switch.
pub(crate) fn layout_with(language_switch: LanguageSwitch) -> Layout {
    Layout { language_switch, ..layout() }
}

/// Creates a layout with a hostile text in every field.
#[cfg(test)]
pub(crate) fn hostile_layout(text: &str) -> Layout {
    let owned = || Some(text.to_owned());
    let (logo, stylesheet, contact) = (owned(), owned(), owned());
    Layout {
        tenant: Some(PageTenant { name: text.to_owned(), logo, stylesheet, contact }),
        language_switch: LanguageSwitch::return_to(text),
    }
}

/// Creates the message of a refused sign-in.
pub(crate) fn form_error(language: Language) -> FormError {
    let (title, text) = match language.tag() {
        "id" => (
            "Nama pengguna atau kata sandi salah",
            "Periksa keduanya, termasuk huruf besar dan kecil, lalu coba lagi.",
        ),
        _ => {
            ("Wrong user name or password", "Check both, capital letters included, and try again.")
        }
    };
    FormError::new(title.to_owned(), text.to_owned())
}

/// Creates a refusal that contains a value of the request.
pub(crate) fn refusal(redirect_uri: &str) -> catalogue::Refusal {
    catalogue::refusal::redirect_uri_not_registered(redirect_uri, "Demo web app")
}
