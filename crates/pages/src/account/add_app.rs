//! The page on which a user adds an authenticator app.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout, QrCode};

/// The data of the page. Its form posts `csrf_token`, `sealed_secret`, `code` and `name`.
#[derive(Clone, Debug, Serialize)]
pub struct AddAuthenticatorApp {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The secret, sealed for this session, a hidden field of the form.
    pub sealed_secret: String,
    /// The URI of the secret as a QR code.
    pub qr_code: Option<QrCode>,
    /// The secret as text, in groups.
    pub key: String,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl AddAuthenticatorApp {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_add_app", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AddAuthenticatorApp {
    const TEMPLATE: &'static str = "account_add_app";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::SignIn),
            sealed_secret: "c2VhbGVk".to_owned(),
            qr_code: QrCode::new("otpauth://totp/Demo:rina?secret=GEZDGNBVGY3TQOJQ&issuer=Demo"),
            key: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            problem: None,
        };
        let failed = Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        vec![("first", first), ("failed", failed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            sealed_secret: text.to_owned(),
            qr_code: QrCode::new(text),
            key: text.to_owned(),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
