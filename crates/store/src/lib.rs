//! Where it is kept: the books on SQLite and in memory, and a cache in front of either.

mod cached;
mod decision;
mod memory;
mod name;
mod sql;
mod sqlite;

pub use cached::Cached;
pub use memory::Memory;
pub use sqlite::{OpenError, Sqlite};
