//! Tenants as the service uses them: derived contexts, signing keys, the built-in clients.

pub(crate) mod built_in_client;
pub(crate) mod built_in_clients;
pub mod key_rotation;
pub(crate) mod password_hashes;
pub(crate) mod tenant_contexts;
pub mod user_deletion;
pub(crate) mod username_form;
