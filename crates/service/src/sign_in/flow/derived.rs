//! Values that are derived from the id of a flow, so that a form that is sent twice has one effect.

use jose::digest;
use model::{SessionId, Tenant, TenantStore};
use protocol::authorize::GrantOrigin;

use crate::sign_in::flow_id::FlowId;

/// Returns the id of the session that a flow opens. It depends on the flow's id and the tenant's
/// lifetimes only, so a form that is sent twice opens one session.
pub(in crate::sign_in) fn session_id(
    flow: FlowId,
    tenant: &Tenant,
    store: TenantStore<'_>,
) -> SessionId {
    let random = derive("session", flow);
    let lifetime = tenant.session_lifetime.max(tenant.persistent_session_lifetime);
    let database = store.database_for_new(last(random), flow.started_at());
    SessionId::with_end(random, flow.expires_at() + lifetime, database)
}

/// Returns the origin of the grant that the codes of a flow open. It depends on the flow's id only:
/// whatever the browser keeps and posts again, a flow opens one grant.
pub(in crate::sign_in) fn grant_origin(flow: FlowId, store: TenantStore<'_>) -> GrantOrigin {
    let (random, began_at) = (derive("grant", flow), flow.started_at());
    let database = store.database_for_new(last(random), began_at);
    GrantOrigin { random, began_at, database }
}

const fn last([.., byte]: [u8; 16]) -> u8 {
    byte
}

fn derive(label: &str, flow: FlowId) -> [u8; 16] {
    let digest = digest::sha256(&[label.as_bytes(), b"\0", &flow.into_bytes()].concat());
    *digest.first_chunk().unwrap_or(&[0; 16])
}
