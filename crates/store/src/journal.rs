//! The journal in memory and on SQLite.

mod away;
mod memory;
mod search;
mod sqlite;
mod step;

pub use away::JournalAway;
pub use memory::MemoryJournal;
pub use sqlite::SqliteJournal;
