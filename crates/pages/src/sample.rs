//! The example data that pages share.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, LanguageLink, Layout};

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

/// Creates a layout with a tenant and a link to every language.
pub(crate) fn layout() -> Layout {
    let link = |language: Language| {
        LanguageLink::new(language, format!("/demo/sign-in?ui_locales={}", language.tag()))
    };
    Layout {
        tenant: Some("Demo Company".to_owned()),
        languages: Language::all().map(link).collect(),
    }
}

/// Creates a layout with a hostile text in every field.
#[cfg(test)]
pub(crate) fn hostile_layout(text: &str) -> Layout {
    Layout {
        tenant: Some(text.to_owned()),
        languages: vec![LanguageLink::new(Language::ENGLISH, text)],
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
