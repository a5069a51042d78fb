//! The administration pages at `/admin`, for administrators of a tenant.
//!
//! Every page requires an [`access::Administrator`], which exists only for an active session of an
//! enabled administrator. A page reads data of that administrator's tenant only.

pub(crate) mod access;
pub(crate) mod changes;
mod cursor;
mod error_page;
pub(crate) mod nodes;
mod page_context;
pub(crate) mod refusals;
pub(crate) mod requests;
pub(crate) mod revoke;
mod searched_users;
pub(crate) mod sign_in;
mod start_sign_in;
pub(crate) mod tickets;
mod time_input;
