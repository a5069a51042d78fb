//! The read access of the diagnostics crate to this service.

use std::sync::Arc;

use async_trait::async_trait;
use diagnostics::Installation;
use model::{History, Store};
use protocol::{Error, context::TenantContext};

use crate::state::Service;

#[async_trait]
impl Installation for Service {
    fn origin(&self) -> &str {
        &self.settings.origin
    }

    fn store(&self) -> &dyn Store {
        &*self.store
    }

    fn history(&self) -> &dyn History {
        &*self.history
    }

    async fn tenant_context(&self, name: &str) -> Result<Arc<TenantContext>, Error> {
        self.tenant_contexts.by_name(name, &*self.store).await
    }
}
