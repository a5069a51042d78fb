//! The form of a page that may be shown again with the refusal of the last attempt.

use serde::Serialize;

use crate::FormError;

/// The form of a step of the sign-in flow, and what its page says besides. In the data of a page,
/// its members stand beside those of the page.
#[derive(Clone, Debug, Serialize)]
pub struct StepForm {
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client that requested the sign-in.
    pub app: String,
    /// The user name, as far as it is known: the submitted value, or the login hint. May be empty.
    pub username: String,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt. It never reveals whether the user exists.
    pub problem: Option<FormError>,
}

#[cfg(any(test, feature = "samples"))]
impl StepForm {
    pub(super) fn sample(action: &str) -> Self {
        Self {
            action: action.to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: "rina@demo.example".to_owned(),
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            problem: None,
        }
    }

    pub(super) fn refused_sample(action: &str, language: catalogue::Language) -> Self {
        Self { problem: Some(crate::sample::form_error(language)), ..Self::sample(action) }
    }

    #[cfg(test)]
    pub(super) fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            action: owned(),
            flow: owned(),
            step: owned(),
            app: owned(),
            username: owned(),
            report: Some(owned()),
            problem: Some(FormError::new(owned(), owned())),
        }
    }
}
