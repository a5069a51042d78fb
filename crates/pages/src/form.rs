//! The parts that forms share: an input with its problem, and the refusal of a submitted form.

use catalogue::{FixedBy, Language, Refusal};
use serde::Serialize;

use crate::remedy;

/// The value of an input, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Input {
    /// The submitted value.
    pub value: String,
    /// The problem with it, in the reader's language.
    pub problem: Option<String>,
}

/// The message above a form that was refused, in the reader's language.
#[derive(Clone, Debug, Serialize)]
pub struct FormError {
    /// The error number, if the page shows it.
    label: Option<&'static str>,
    title: String,
    text: String,
    /// The steps that the reader can take.
    steps: Vec<String>,
}

impl FormError {
    /// Creates a message without an error number or steps.
    pub fn new(title: String, text: String) -> Self {
        Self { label: None, title, text, steps: Vec::new() }
    }

    /// Creates the message for a refusal, with the steps that `reader` can take.
    pub(crate) fn from_refusal(refusal: &Refusal, reader: FixedBy, language: Language) -> Self {
        let entry = refusal.entry();
        let steps = remedy::steps(&refusal.remedy(language), entry.fixed_by, language);
        Self {
            label: Some(entry.label()),
            title: refusal.title(language),
            text: refusal.description(language),
            steps: remedy::by_role(reader, &steps),
        }
    }
}
