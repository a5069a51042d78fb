//! The endpoints of OAuth 2.0 and OpenID Connect that clients call.

pub(crate) mod discovery;
pub(crate) mod explain;
pub(crate) mod introspect;
pub(crate) mod microsoft_discovery;
pub(crate) mod revoke;
pub(crate) mod token;
mod token_query;
pub(crate) mod userinfo;
