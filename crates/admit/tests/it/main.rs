//! The built binary, run as people run it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first thing that is not as it should be, and waits"
)]

mod apply;
mod apply_refusals;
mod configuration;
mod dev;
mod explain;
mod explain_books;
mod explain_offline;
mod faults;
mod guides;
mod history;
mod keys;
mod records;
mod run;
mod serve;
mod tickets;
