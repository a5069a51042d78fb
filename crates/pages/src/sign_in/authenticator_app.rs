//! The page on which a user sets up an authenticator app while signing in.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::{Layout, PageTime, QrCode};

/// The data of the page. Its form posts `flow`, `step`, `code`, `name` and `action` (`continue`,
/// `later`, `other` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SetUpAuthenticatorApp {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// The URI of the secret as a QR code.
    pub qr_code: Option<QrCode>,
    /// The secret as text, in groups.
    pub key: String,
    /// Until when the user may postpone the set-up. `None` if they may not.
    pub postponable_until: Option<PageTime>,
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
            form: StepForm::sample("/demo/authenticator-app"),
            qr_code: QrCode::new(uri),
            key: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            postponable_until: None,
        };
        let failed = Self {
            form: StepForm::refused_sample("/demo/authenticator-app", language),
            ..first.clone()
        };
        let postponable =
            Self { postponable_until: Some(PageTime::sample("17:00:00")), ..first.clone() };
        vec![("first", first), ("failed", failed), ("postponable", postponable)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            qr_code: QrCode::new(text),
            key: text.to_owned(),
            postponable_until: Some(PageTime::hostile(text)),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
