//! Tenants as the service uses them: derived contexts, signing keys, the administration client.

pub(crate) mod admin_client;
pub mod key_rotation;
pub(crate) mod password_hashes;
pub(crate) mod tenant_contexts;
pub(crate) mod username_form;
