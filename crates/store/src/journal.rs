//! The journal in memory and on SQLite.

mod memory;
mod search;
mod sqlite;
mod step;

pub use memory::MemoryJournal;
pub use sqlite::SqliteJournal;
