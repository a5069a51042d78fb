//! The additional guarantees of the history on SQLite: durability, shared files and isolation of
//! damage.

mod crash;
mod files;
mod read_only;
