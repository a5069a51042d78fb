//! The whole service, in process, over a store in memory: requests in, answers out.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first thing that is not as it should be, and makes ids of its own"
)]

mod admin;
mod at_most_once;
mod authorize;
mod client_auth;
mod consent;
mod cors;
mod discovery;
mod dpop;
mod error_pages;
mod every_number;
mod explain;
mod explained;
mod failing;
mod faults;
mod hostile;
mod house;
mod introspection;
mod limits;
mod microsoft;
mod no_leak;
mod record;
mod redaction;
mod rehearsal;
mod revocation;
mod signed;
mod standing;
mod tickets;
mod token;
mod userinfo;
mod wire;
