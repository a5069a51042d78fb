//! The page on which a user sets up an authenticator app while signing in.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout, QrCode};

/// The data of the page. Its form posts `flow`, `step`, `code`, `name` and `action` (`continue`,
/// `other` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SetUpAuthenticatorApp {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client that requested the sign-in.
    pub app: String,
    /// The user name.
    pub username: String,
    /// The URI of the secret as a QR code.
    pub qr_code: Option<QrCode>,
    /// The secret as text, in groups.
    pub key: String,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl SetUpAuthenticatorApp {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("set_up_authenticator_app", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SetUpAuthenticatorApp {
    const TEMPLATE: &'static str = "set_up_authenticator_app";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let uri = "otpauth://totp/Demo:rina%40demo.example\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Demo&algorithm=SHA1&digits=6&period=30";
        let first = Self {
            layout: crate::sample::layout(),
            action: "/demo/authenticator-app".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: "rina@demo.example".to_owned(),
            qr_code: QrCode::new(uri),
            key: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            problem: None,
        };
        let failed = Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        vec![("first", first), ("failed", failed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            username: text.to_owned(),
            qr_code: QrCode::new(text),
            key: text.to_owned(),
            report: Some(text.to_owned()),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
