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
    /// The trace ID of the refused request, if the page shows it.
    trace_id: Option<String>,
    title: String,
    text: String,
    /// The steps that the reader can take.
    steps: Vec<String>,
}

impl FormError {
    /// Creates a message without an error number or steps.
    pub fn new(title: String, text: String) -> Self {
        Self { label: None, trace_id: None, title, text, steps: Vec::new() }
    }

    /// Returns the title.
    #[cfg(any(test, feature = "samples"))]
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Adds the error number and the trace ID of the refused request.
    #[must_use]
    pub fn with_ids(self, refusal: &Refusal, trace_id: String) -> Self {
        Self { label: Some(refusal.entry().label()), trace_id: Some(trace_id), ..self }
    }

    /// Creates the message for a refusal, with the steps that `reader` can take.
    pub(crate) fn from_refusal(refusal: &Refusal, reader: FixedBy, language: Language) -> Self {
        let entry = refusal.entry();
        let steps = remedy::steps(&refusal.remedy(language), entry.fixed_by, language);
        Self {
            label: Some(entry.label()),
            trace_id: None,
            title: refusal.title(language),
            text: refusal.description(language),
            steps: remedy::by_role(reader, &steps),
        }
    }
}
