//! The account pages at `/{tenant}/account`, on which users change how they sign in.
//!
//! Every page requires an [`access::SignedInUser`], which exists only for an active session of an
//! enabled user of the tenant in the path. What changes a proof requires a
//! [`access::FreshProof`], too.

mod access;
pub(crate) mod authenticator_app;
mod authenticators;
mod context;
pub(crate) mod overview;
pub(crate) mod passkey;
pub(crate) mod recovery_codes;
pub(crate) mod sessions;
pub(crate) mod sign_in;
