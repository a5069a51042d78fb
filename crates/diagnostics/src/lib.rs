//! Explanations of requests and of pasted input, and dry runs.
//!
//! This crate knows the rules and the store. It knows no HTTP server and no command line. It never
//! reads the clock or a random source: time is an argument.

pub mod dry_run;
pub mod explain;
pub mod explanation;
mod installation;

pub use installation::Installation;
