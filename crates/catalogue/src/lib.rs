//! What Admit says: every refusal and fault by number, explained in every language that is shipped.

mod entry;
mod generated;
mod json;
mod language;
pub mod refusal;
mod speech;

pub use entry::{Entry, FixedBy, entries, entry};
pub use json::json;
pub use language::Language;
pub use refusal::{Fact, Refusal};
pub use speech::text;
