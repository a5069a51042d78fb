//! Tests of the built binary, run as users run it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic at the first failure, and may wait"
)]

mod affected_users;
mod app_files;
mod apply;
mod apply_merge;
mod apply_refusals;
mod backup;
mod certificates;
mod commands;
mod configuration;
mod dev;
mod dev_directory;
mod dev_trust;
mod directory_rows;
mod explain;
mod explain_offline;
mod explain_passkey;
mod explain_store;
mod export;
mod faults;
mod file_limit;
mod fixtures;
mod guides;
mod history;
mod input_limits;
mod invitations;
mod keys;
mod logout;
mod mail;
mod migrate;
mod monitoring;
mod own_changes;
mod passwords;
mod postgres;
mod postgres_check;
mod prune;
mod races;
mod records;
mod revocations;
mod root_key;
mod serve;
mod serve_restart;
mod store_copy;
mod tickets;
mod unicode;
