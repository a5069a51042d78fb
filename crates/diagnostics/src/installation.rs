//! The read access to an installation that diagnostics need.

use std::sync::Arc;

use async_trait::async_trait;
use model::{History, Store};
use protocol::{Error, context::TenantContext};

/// An installation of the service, as diagnostics read it.
#[async_trait]
pub trait Installation: Send + Sync {
    /// Returns the public origin, which links begin with: `https://host[:port]`.
    fn origin(&self) -> &str;

    /// Returns the store.
    fn store(&self) -> &dyn Store;

    /// Returns the history.
    fn history(&self) -> &dyn History;

    /// Returns the context of the tenant with this name or id.
    ///
    /// # Errors
    /// The name is malformed or unknown, the tenant is suspended, or the store failed.
    async fn tenant_context(&self, name: &str) -> Result<Arc<TenantContext>, Error>;
}
