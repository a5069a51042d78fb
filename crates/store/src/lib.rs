//! Where it is kept: the books on SQLite and in memory, and a cache in front of either.

mod decision;
mod memory;
mod name;

pub use memory::Memory;
