//! The tenant of a report.

use std::sync::Arc;

use model::{Tenant, TenantId};

use crate::http::incoming::IncomingRequest;

/// Returns the tenant whose administrators get the report. If the store fails, the page names no
/// tenant.
pub(super) async fn tenant(
    incoming: &IncomingRequest,
    tenant: Option<TenantId>,
) -> Option<Arc<Tenant>> {
    let tenant = incoming.service.store_of_id(tenant?).row().await.ok().flatten()?;
    incoming
        .context
        .annotate(|annotations| annotations.tenant = Some((tenant.id, tenant.name.clone())));
    Some(tenant)
}
