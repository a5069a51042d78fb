//! What the RFCs say: the rules of every endpoint, pure.
//!
//! Nothing here reads a clock, a socket, a random source or a file. Facts come in through
//! [`model::Store`], chance and time through [`context::Context`], and what follows goes out as a
//! decision or a refusal.

pub mod authorize;
pub mod bearer;
pub mod binding;
pub mod checks;
pub mod client_auth;
mod consent;
pub mod context;
mod decision;
pub mod difference;
pub mod discovery;
mod failure;
pub mod form;
pub mod grant;
pub mod handle;
pub mod introspection;
pub mod keys;
pub mod mint;
pub mod moment;
pub mod neighbours;
mod once;
pub mod pkce;
pub mod redirect_uri;
pub mod request;
pub mod revocation;
pub mod scope;
pub mod subject;
pub mod token;
pub mod userinfo;

pub use checks::Checks;
pub use decision::{Decision, Entitlement, IdTokenFacts, Subject};
pub use failure::Failure;
pub use once::Once;
