//! The sessions of the user: they are listed, and end one by one or all but that of this browser.

use axum::response::Response;
use model::{Actor, ChangeEvent, Fault};
use pages::{AccountSection, AccountSession, AccountSessions};
use protocol::Error;

use super::{
    context::{AccountContext, get, post},
    open_sessions::{LISTED_MAX, OpenSession, addresses, open_sessions},
    user_change::UserChange,
};
use crate::{http::incoming::IncomingRequest, logout};

/// Maximum number of sessions on the page.
const SHOWN_MAX: usize = 50;
/// Maximum number of sessions of other browsers for which apps get logout tokens at once.
const ENDED_MAX: usize = 2_000;
/// The path of the page, after that of the first account page.
const PAGE: &str = "/sessions";

/// Shows the sessions.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account).await).await
}

/// Handles the form that ends one session of another browser.
pub(crate) async fn end_one(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, fields| {
        let (service, user) = (&account.incoming.service, account.user.user());
        let username = &user.username;
        for open in others(account).await? {
            if open.key() == fields.value("id") {
                let now = service.now();
                logout::end_session(service, account.user.tenant(), &open.session, now).await?;
                let ended = ("session_ended", username.as_str(), "");
                let mut event = ChangeEvent::new(now, Some(user.tenant), ended).of_user(user.id);
                event.actor = Some(Actor::User { username: username.clone() });
                service.record_events(vec![event]).await;
            }
        }
        Ok(account.redirect(PAGE)?)
    })
    .await
}

/// Handles the form that ends the sessions of all other browsers, also of those that no list has.
pub(crate) async fn end_others(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, _| {
        let renewed = account.renewal()?;
        // The sessions that are known end as a sign-out does: apps get logout tokens. If that
        // fails, every session must end nevertheless.
        if let Err(fault) = end_known(account).await {
            let cause = fault.cause();
            tracing::warn!(kind = ?fault.kind(), cause, "apps were not told that sessions ended");
        }
        account.change_user(&UserChange::EndOtherSessions { kept: renewed.id }).await?;
        Ok(account.with_renewed_session(account.redirect(PAGE)?, renewed).await?)
    })
    .await
}

/// Ends every other session that is known, as its sign-out does.
async fn end_known(account: &AccountContext<'_>) -> Result<(), Fault> {
    let (service, tenant) = (&account.incoming.service, account.user.tenant());
    for open in others(account).await? {
        logout::end_session(service, tenant, &open.session, service.now()).await?;
    }
    Ok(())
}

/// Returns the sessions of other browsers that are known.
async fn others(account: &AccountContext<'_>) -> Result<Vec<OpenSession>, Fault> {
    let mut open = open_sessions(account, ENDED_MAX).await?;
    open.retain(|open| !open.is_present);
    Ok(open)
}

async fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    account.count_look_up()?;
    let mut open = open_sessions(account, LISTED_MAX).await?;
    open.truncate(SHOWN_MAX);
    let addresses = addresses(account, &open).await;
    let mut sessions = Vec::new();
    for open in &open {
        let address = addresses.get(&open.session.auth_time).cloned();
        sessions.push(row(account, open, address).await?);
    }
    let page = AccountSessions {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Sessions)?,
        sessions,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn row(
    account: &AccountContext<'_>,
    open: &OpenSession,
    address: Option<String>,
) -> Result<AccountSession, Error> {
    let store = account.user.store(&account.incoming.service);
    let mut apps = Vec::new();
    for id in &open.clients {
        let client = store.client(id).await?;
        apps.extend(client.map(|client| client.name_in(account.language.tag()).to_owned()));
    }
    Ok(AccountSession {
        id: open.key(),
        is_present: open.is_present,
        signed_in: account.page_time(open.session.auth_time),
        expires: account.page_time(open.session.expires_at),
        address,
        apps,
    })
}
