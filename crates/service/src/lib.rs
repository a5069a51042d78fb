//! The HTTP service: endpoints, pages, periodic tasks and request records.
//!
//! This crate turns HTTP requests into inputs of the rules, and decisions into HTTP responses. It
//! owns the clock and the random source. It contains no rules.

mod account;
mod admin;
mod announced_change;
mod authenticators;
mod breached_passwords;
mod clock;
mod continuity;
mod dev;
pub mod development;
mod http;
mod installation;
pub mod invitations;
pub mod jobs;
mod limits;
pub mod logout;
pub mod metrics;
mod new_password;
mod nodes;
mod oauth;
mod own_sign_in;
mod records;
mod restoration;
mod router;
mod sealed_at_rest;
mod settings;
mod sign_in;
mod sign_out;
mod state;
mod support;
mod system;
mod tenant_rows;
mod tenants;
pub mod tickets;
mod user_mail;

pub use breached_passwords::refuse_breached;
pub use http::routes::Routes;
pub use nodes::ThisNode;
pub use pages::{Colour, ColourError};
pub use records::recorder;
pub use restoration::undone_since;
pub use router::router;
pub use sealed_at_rest::{SealedCount, SealedKind};
pub use settings::Settings;
pub use state::Service;
pub use system::now;
pub use tenants::{built_in_client::BuiltInClient, key_rotation, user_deletion};
