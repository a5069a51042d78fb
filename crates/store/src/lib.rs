//! Where it is kept: the books and the journal, on SQLite and in memory, and a cache in front of
//! the books.

mod cached;
mod decision;
mod journal;
mod memory;
mod name;
mod sql;
mod sqlite;
mod uncommitted;

pub use cached::Cached;
pub use journal::{JournalAway, MemoryJournal, SqliteJournal};
pub use memory::Memory;
pub use sqlite::{OpenError, Sqlite};
pub use uncommitted::Uncommitted;
