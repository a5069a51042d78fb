//! Creates the deliveries of logout tokens.

use jose::digest::sha256;
use model::{Channel, Delivery, LogoutNotice, Seconds, SessionId, TenantId, Timestamp, UserId};
use uuid::{Builder, Uuid};

use super::grants::SignedOutClient;
use crate::{limits::Limit, state::Service};

/// Maximum number of logout tokens of one tenant that wait to be sent.
const WAITING_MAX: u32 = 5_000;

/// A user who is signed out, and the time at which clients learn of it.
#[derive(Clone, Copy)]
pub(super) struct SignedOut {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    pub(super) delay: Seconds,
}

/// Stores a delivery for each client that receives logout tokens, and returns their ids. A failure
/// of the history is only logged: the user is signed out of the service nevertheless.
pub(super) async fn store(
    service: &Service,
    signed_out: SignedOut,
    clients: &[SignedOutClient],
) -> Vec<Uuid> {
    let receivers = clients.iter().filter(|it| it.client.backchannel_logout_uri.is_some());
    let deliveries: Vec<Delivery> = receivers.map(|it| delivery(signed_out, it)).collect();
    if deliveries.is_empty() {
        return Vec::new();
    }
    let ids = deliveries.iter().map(|delivery| delivery.id).collect();
    let tenant = signed_out.tenant;
    match service.history.add_logouts(tenant, deliveries, WAITING_MAX).await {
        Ok(true) => return ids,
        Ok(false) => {
            service.limits.refusals.count(Limit::Deliveries);
            tracing::warn!(%tenant, WAITING_MAX, "too many logout tokens wait");
        }
        Err(fault) => {
            let cause = fault.cause();
            tracing::error!(kind = ?fault.kind(), cause, "cannot store logout tokens");
        }
    }
    Vec::new()
}

fn delivery(signed_out: SignedOut, client: &SignedOutClient) -> Delivery {
    let SignedOut { tenant, user, at, delay } = signed_out;
    let SignedOutClient { client, session } = client;
    let notice = LogoutNotice { client: client.id.clone(), user, session: *session };
    Delivery {
        id: id(&notice, at),
        ticket: None,
        tenant: Some(tenant),
        channel: Channel::Logout(notice),
        entry: None,
        created_at: at,
        due_at: at + delay,
        attempts: 0,
    }
}

/// Returns the id of a notice. It contains nothing secret, and nothing is refused or granted by it.
fn id(notice: &LogoutNotice, at: Timestamp) -> Uuid {
    let session = notice.session.map(SessionId::into_bytes).unwrap_or_default();
    let time = at.microseconds().to_be_bytes();
    let client = notice.client.as_str().as_bytes();
    let digest = sha256(&[&notice.user.into_bytes()[..], &session, &time, client].concat());
    Builder::from_random_bytes(digest.first_chunk().copied().unwrap_or_default()).into_uuid()
}
