//! The sessions of the user: they are listed, and end one by one or all but that of this browser.

use axum::response::Response;
use model::{Actor, ChangeEvent, Fault, Seconds};
use pages::{AccountSection, AccountSession, AccountSessions};
use protocol::Error;

use super::{
    context::{AccountContext, get, post},
    open_sessions::{OpenSession, SessionUse, open_sessions},
    user_change::UserChange,
};
use crate::{http::incoming::IncomingRequest, logout};

/// Maximum number of sessions on the page.
const SHOWN_MAX: u32 = 50;
/// Maximum number of sessions of other browsers for which apps get logout tokens at once.
const ENDED_MAX: u32 = 2_000;
/// The time after the first factor within which a grant belongs to the sign-in.
const SIGN_IN_TIME: Seconds = Seconds::minutes(10);
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
    let mut sessions = Vec::new();
    for open in open_sessions(account, SHOWN_MAX).await? {
        sessions.push(row(account, &open).await?);
    }
    let page = AccountSessions {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Sessions)?,
        sessions,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn row(account: &AccountContext<'_>, open: &OpenSession) -> Result<AccountSession, Error> {
    let (session, language) = (&open.session, account.language.tag());
    let SessionUse { apps, last_grant_at } = open.find_use(account).await?;
    let origin = session.origin.clone().unwrap_or_default();
    // A grant of the sign-in itself is no later use.
    let used = last_grant_at.filter(|at| *at > session.auth_time + SIGN_IN_TIME);
    Ok(AccountSession {
        id: open.key(),
        is_present: open.is_present,
        browser: origin.browser,
        signed_in: account.page_time(session.auth_time),
        used: used.map(|at| account.page_time(at)),
        expires: account.page_time(session.expires_at),
        address: origin.address.map(|address| address.to_string()),
        apps: apps.iter().map(|client| client.name_in(language).to_owned()).collect(),
    })
}
