//! What Admit says: every refusal and fault by number, explained in every language that is shipped.

mod entry;
mod example;
mod fact;
pub mod foreign;
mod generated;
mod json;
mod language;
pub mod refusal;
mod sample;
mod speech;
mod withheld;

pub use entry::{Entry, FixedBy, entries, entry};
pub use example::{Example, example};
pub use fact::{Difference, Fact};
pub use json::json;
pub use language::Language;
pub use refusal::Refusal;
pub use sample::sample;
pub use speech::{known_text, text};
pub use withheld::{WITHHELD, showable, without, without_userinfo};
