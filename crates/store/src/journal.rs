//! The journal in memory and on SQLite.

mod memory;

pub use memory::MemoryJournal;
