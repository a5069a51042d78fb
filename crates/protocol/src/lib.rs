//! The rules of OAuth 2.0 and OpenID Connect, one module per endpoint or concept.
//!
//! Rules are pure: they read no clock, socket, random source or file. They read stored state
//! through [`model::Store`], and time and randomness from [`context::RuleContext`]. They return a
//! decision or a refusal.

pub mod access_token;
mod acr;
pub mod allowed_networks;
pub mod auth_context;
pub mod authorize;
pub mod checks;
mod claims_parameter;
pub mod client_auth;
mod consent;
pub mod context;
mod decision;
pub mod difference;
pub mod discovery;
pub mod end_session;
pub mod equivalence;
mod error;
pub mod grant;
mod inactive_token;
pub mod inactive_user;
pub mod introspection;
pub mod keys;
pub mod logout_token;
mod lost_memory;
pub mod mint;
pub mod origin;
pub mod other_clients;
pub mod parameters;
mod percent;
pub mod pkce;
pub mod redirect_uri;
mod replay;
pub mod request_head;
pub mod request_secrets;
mod request_summary;
pub mod revocation;
pub mod scope;
pub mod sealed_token;
pub mod sender_constraint;
pub mod stored_comparison;
pub mod subject;
pub mod token;
mod token_query;
pub mod user_claims;
pub mod userinfo;

pub use acr::{MULTIPLE_FACTORS, Strength, ends_with_access_pass};
pub use checks::Checks;
pub use decision::{Authentication, Decision, Entitlement, Subject};
pub use error::Error;
pub use replay::{OneTimeValue, Spent, UnspentValues};
pub use request_summary::RequestSummary;
pub use token_query::TokenQuery;
