//! The catalogue of refusals and faults by error number, with their texts in every language.

mod comparison;
mod edit_distance;
mod entry;
mod example;
mod generated;
mod json;
mod language;
mod messages;
pub mod microsoft_only;
mod redaction;
pub mod refusal;
mod sample;
mod text;

pub use comparison::{Comparison, Difference};
pub use edit_distance::edit_distance;
pub use entry::{Entry, FixedBy, entries, entry, label};
pub use example::{Example, example};
pub use json::json;
pub use language::Language;
pub use messages::{known_text, text};
pub use redaction::{REDACTED, redact_in_place, redact_secrets, redact_userinfo, redact_values};
pub use refusal::Refusal;
pub use sample::sample;
