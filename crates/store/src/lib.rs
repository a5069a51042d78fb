//! Where it is kept: the store and the history, on SQLite and in memory, and a cache in front of
//! the store.

mod cached;
mod decision;
mod history;
mod memory;
mod name;
mod sql;
mod sqlite;
mod uncommitted;

pub use cached::Cached;
pub use history::{MemoryHistory, SqliteHistory, UnavailableHistory};
pub use memory::Memory;
pub use sqlite::{OpenError, Sqlite};
pub use uncommitted::Uncommitted;
