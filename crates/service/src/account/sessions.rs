//! Ends every session and revokes every grant of the user.

use axum::response::Response;
use model::{
    Actor, DirectoryChange, DirectoryOutcome, Fault, FaultKind, StoredRow, User,
    after_revocation_of_user,
};

use super::{
    access::PAGES,
    context::{AccountContext, post},
};
use crate::{
    http::{cookies, incoming::IncomingRequest},
    own_sign_in::session::PageSession,
};

/// Number of times that the change is decided if others change the row meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// Handles the form.
pub(crate) async fn end_all(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, _| {
        revoke(account).await?;
        let mut response = account.redirect("")?;
        cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
        Ok(response)
    })
    .await
}

async fn revoke(account: &AccountContext<'_>) -> Result<(), Fault> {
    let (service, store) =
        (&account.incoming.service, account.user.store(&account.incoming.service));
    for _ in 0..ATTEMPTS_MAX {
        let Some(before) = store.user(account.user.user().id).await? else { return Ok(()) };
        let before = User::clone(&before);
        let tokens_not_before = after_revocation_of_user(service.now(), before.tokens_not_before);
        let row = StoredRow::User(before.tenant, before.id, Some(before.clone()));
        let changes = vec![DirectoryChange::PutUser(User { tokens_not_before, ..before })];
        let mut events = store.events_of(&changes, service.now()).await?;
        let announced = service.announce_logouts(&changes).await?;
        if store.apply_if_stored(vec![row], changes).await? == DirectoryOutcome::Applied {
            let username = account.user.user().username.clone();
            for event in &mut events {
                event.actor = Some(Actor::User { username: username.clone() });
            }
            service.record_events(events).await;
            return Ok(());
        }
        service.withdraw_logouts(&announced).await;
    }
    let cause = "the row changed during every attempt to revoke";
    Err(Fault::from_message(FaultKind::Conflict, cause))
}
