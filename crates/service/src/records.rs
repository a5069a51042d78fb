//! Request records: their queue and writer, attribution to clients, and the history of a tenant.

mod attribution;
mod other_clients;
pub(crate) mod queue;
pub mod recorder;
mod security_events;
pub(crate) mod tenant_history;
mod typed_usernames;
