//! The history in memory and on SQLite.

mod away;
mod memory;
mod search;
mod sqlite;
mod step;

pub use away::UnavailableHistory;
pub use memory::MemoryHistory;
pub use sqlite::SqliteHistory;
