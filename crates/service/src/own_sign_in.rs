//! The sign-in to the service's own pages: each kind of pages is a client of the tenant, and gets a
//! code as any other client.

pub(crate) mod callback;
pub(crate) mod session;
pub(crate) mod start;
