//! Creates the deliveries of logout tokens.

use jose::digest::sha256;
use model::{
    ChangeEvent, Channel, Delivery, LogoutLimits, LogoutNotice, Seconds, SessionId, TenantId,
    Timestamp, UserId,
};
use uuid::{Builder, Uuid};

use super::grants::SignedOutClient;
use crate::{limits::Limit, state::Service};

/// Maximum number of logout tokens that wait to be sent.
const LIMITS: LogoutLimits = LogoutLimits { of_client: 2_000, of_tenant: 20_000 };

/// A user who is signed out, and the time at which clients learn of it.
#[derive(Clone, Copy)]
pub(super) struct SignedOut {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) at: Timestamp,
    pub(super) delay: Seconds,
}

/// The logout tokens of an announcement.
#[derive(Debug, Default)]
pub struct AnnouncedLogouts {
    /// The ids of the stored ones.
    pub stored: Vec<Uuid>,
    /// The number of those that are not stored: too many wait, or the history failed.
    pub left_out: usize,
}

/// Stores a delivery for each client that receives logout tokens. A failure of the history is only
/// logged: the user is signed out of the service nevertheless.
pub(super) async fn store(
    service: &Service,
    signed_out: SignedOut,
    clients: &[SignedOutClient],
) -> AnnouncedLogouts {
    let receivers = clients.iter().filter(|it| it.client.backchannel_logout_uri.is_some());
    let deliveries: Vec<Delivery> = receivers.map(|it| delivery(signed_out, it)).collect();
    if deliveries.is_empty() {
        return AnnouncedLogouts::default();
    }
    let mut stored: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.id).collect();
    match service.history.add_logouts(signed_out.tenant, deliveries, LIMITS).await {
        Ok(left_out) => {
            stored.retain(|id| left_out.iter().all(|delivery| delivery.id != *id));
            report(service, signed_out, (clients, &left_out)).await;
            AnnouncedLogouts { stored, left_out: left_out.len() }
        }
        Err(fault) => {
            let cause = fault.cause();
            tracing::error!(kind = ?fault.kind(), cause, "cannot store logout tokens");
            AnnouncedLogouts { stored: Vec::new(), left_out: stored.len() }
        }
    }
}

/// Records that tokens of these clients are never sent.
async fn report(
    service: &Service,
    SignedOut { tenant, at, .. }: SignedOut,
    (clients, left_out): (&[SignedOutClient], &[Delivery]),
) {
    let mut events = Vec::new();
    for delivery in left_out {
        let Channel::Logout(notice) = &delivery.channel else { continue };
        let app = &notice.client;
        service.limits.refusals.count(Limit::Deliveries);
        tracing::warn!(%tenant, %app, "too many logout tokens wait");
        let known = clients.iter().find(|it| it.client.id == *app);
        let name = known.map(|it| it.client.name.as_str()).unwrap_or_default();
        let subject = format!("{name} ({app})");
        events.push(ChangeEvent::new(at, Some(tenant), ("logout_left_out", &subject, "1")));
    }
    if !events.is_empty() {
        service.record_events(events).await;
    }
}

fn delivery(signed_out: SignedOut, client: &SignedOutClient) -> Delivery {
    let SignedOut { tenant, user, at, delay } = signed_out;
    let SignedOutClient { client, session } = client;
    let notice = LogoutNotice { client: client.id.clone(), user, session: *session };
    Delivery {
        id: id(&notice, at),
        ticket: None,
        notice: None,
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
