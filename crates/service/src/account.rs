//! The account pages at `/{tenant}/account`, on which users change how they sign in, and see and
//! end what was done in their name.
//!
//! Every page requires an [`access::SignedInUser`], which exists only for an active session of an
//! enabled user of the tenant in the path. What changes a proof requires a
//! [`access::FreshProof`], too.

mod access;
mod access_of_apps;
pub(crate) mod activity;
pub(crate) mod apps;
pub(crate) mod authenticator_app;
mod authenticators;
mod context;
pub(crate) mod data;
pub(crate) mod delete;
pub(crate) mod deleted;
pub(crate) mod email;
pub(crate) mod email_code;
pub(crate) mod end_sessions;
mod open_sessions;
pub(crate) mod overview;
pub(crate) mod passkey;
pub(crate) mod password;
mod pending_address;
pub(crate) mod profile;
mod recent_activity;
pub(crate) mod recovery_codes;
pub(crate) mod removal;
mod renewed_session;
pub(crate) mod reported;
mod sealed_field;
pub(crate) mod sessions;
pub(crate) mod sign_in;
mod user_change;
