//! Finds a cached client without an owned key, which would be an allocation for each look-up.

use model::{ClientId, TenantId};
use quick_cache::Equivalent;

/// The borrowed key of a client. Its hash is that of the owned key: both hash the parts in order.
#[derive(Hash)]
pub(super) struct ClientKey<'a>(pub(super) TenantId, pub(super) &'a ClientId);

impl Equivalent<(TenantId, ClientId)> for ClientKey<'_> {
    fn equivalent(&self, (tenant, id): &(TenantId, ClientId)) -> bool {
        (self.0, self.1) == (*tenant, id)
    }
}
