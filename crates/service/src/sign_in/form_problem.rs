//! The refusal of a form, kept in the flow's cookie until the next form.

use catalogue::Refusal;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::request_context::RequestContext;

/// Maximum number of values, and maximum length of each in characters. A refusal of a form names a
/// limit or a waiting time.
const ARGUMENTS_MAX: usize = 4;
const ARGUMENT_CHARS_MAX: usize = 32;

/// The refusal of a form, with the ids of the request that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FormProblem {
    number: u32,
    arguments: Vec<(String, String)>,
    pub(super) trace_id: Uuid,
    pub(super) at: Timestamp,
}

impl FormProblem {
    /// Records the refusal of the form that this request sent.
    pub(super) fn new(refusal: &Refusal, context: &RequestContext) -> Self {
        let shortened = |(name, value): &(&str, String)| {
            ((*name).to_owned(), value.chars().take(ARGUMENT_CHARS_MAX).collect())
        };
        Self {
            number: refusal.number(),
            arguments: refusal.arguments().iter().take(ARGUMENTS_MAX).map(shortened).collect(),
            trace_id: context.trace_id(),
            at: context.now(),
        }
    }

    /// Returns the refusal. `None` if another release removed it from the catalogue.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        let value = |name: &'static str| {
            let argument = self.arguments.iter().find(|(known, _)| known == name);
            argument.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Some(catalogue::entry(self.number)?.refusal(value))
    }
}
