//! The additional guarantees of SQLite: durability, shared files, and clear errors.

mod concurrent_processes;
mod crash;
mod files;
mod grants;
mod history;
mod load;
mod username_keys;
