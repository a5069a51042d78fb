//! The row by which a sign-out finds a grant.

use model::{Client, Grant, SessionGrant};

use super::OFFLINE_ACCESS;
use crate::context::RuleContext;

/// Returns the row by which a sign-out finds the grant: to revoke it, or to inform its client. The
/// client may have a session of its own, which a short grant does not end.
pub(super) fn of(
    grant: &Grant,
    client: &Client,
    context: &RuleContext<'_>,
) -> Option<SessionGrant> {
    let offline = grant.openid_scopes.iter().any(|scope| scope == OFFLINE_ACCESS);
    let takes_part = client.takes_part_in_logout();
    if offline && !takes_part {
        return None;
    }
    let session_end = context.now + context.tenant.row.persistent_session_lifetime;
    let end = if takes_part { grant.expires_at.max(session_end) } else { grant.expires_at };
    Some(SessionGrant {
        tenant: grant.tenant,
        user: grant.user,
        session: grant.session,
        grant: grant.id,
        client: grant.client.clone(),
        offline,
        expires_at: end,
    })
}
