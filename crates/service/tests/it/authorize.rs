//! The authorization endpoint and its pages, used as a browser uses them.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first unexpected value"
)]

pub mod access_pass;
mod accounts;
pub mod auth_contexts;
pub mod authenticator;
mod back_and_forward;
pub mod browser;
mod browser_security;
mod brute_force;
mod confirmation;
mod consent;
pub mod expired_password;
mod expiry;
mod faults;
mod flow;
mod flow_ends_once;
mod future_times;
mod imported_passwords;
mod networks;
mod outcomes;
pub mod passkey_device;
pub mod passkey_models;
pub mod passkeys;
mod requests;
pub mod second_factor;
