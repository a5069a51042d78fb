//! The authorization endpoint and its pages, walked through as a browser does.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod accounts;
pub mod browser;
mod consent;
mod faults;
mod guessing;
mod journey;
mod requests;
mod safety;
