//! The consents of the users of a tenant.

use super::TenantStore;
use crate::{ClientId, Consent, Fault, UserId};

impl TenantStore<'_> {
    /// Returns the consents of a user to a client, one for each resource.
    ///
    /// # Errors
    /// The store failed.
    pub async fn consents(self, user: UserId, client: &ClientId) -> Result<Vec<Consent>, Fault> {
        self.store.consents(self.tenant, user, client).await
    }

    /// Returns the first `limit` consents of a user to all clients, by client and resource.
    ///
    /// # Errors
    /// The store failed.
    pub async fn consents_of_user(self, user: UserId, limit: u32) -> Result<Vec<Consent>, Fault> {
        self.store.consents_of_user(self.tenant, user, limit).await
    }
}
