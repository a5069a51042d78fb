//! The sessions of the user: they are listed, and end one by one or all but that of this browser.

use axum::response::Response;
use model::{Actor, ChangeEvent};
use pages::{AccountSection, AccountSession, AccountSessions};
use protocol::Error;

use super::{
    context::{AccountContext, get, post},
    open_sessions::{OpenSession, address_at, open_sessions},
};
use crate::{http::incoming::IncomingRequest, logout};

/// Maximum number of sessions on the page.
const SHOWN_MAX: usize = 50;
/// The path of the page, after that of the first account page.
const PAGE: &str = "/sessions";

/// Shows the sessions.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account).await).await
}

/// Handles the form that ends one session of another browser.
pub(crate) async fn end_one(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, fields| {
        let id = fields.value("id");
        end(account, |open| open.key() == id).await
    })
    .await
}

/// Handles the form that ends the sessions of all other browsers that are known.
pub(crate) async fn end_others(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, _| end(account, |_| true).await).await
}

/// Ends those of the other sessions that are selected, as their sign-out does.
async fn end(
    account: &AccountContext<'_>,
    is_selected: impl Fn(&OpenSession) -> bool,
) -> Result<Response, Error> {
    let (service, tenant) = (&account.incoming.service, account.user.tenant());
    let (now, username) = (service.now(), &account.user.user().username);
    let open = open_sessions(account).await?;
    let mut events = Vec::new();
    for open in open.into_iter().filter(|open| !open.is_present && is_selected(open)) {
        logout::end_session(service, tenant, &open.session, now).await?;
        let mut event = ChangeEvent::new(now, Some(tenant.id()), ("session_ended", username, ""));
        event.actor = Some(Actor::User { username: username.clone() });
        events.push(event);
    }
    service.record_events(events).await;
    Ok(account.redirect(PAGE)?)
}

async fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    let open = open_sessions(account).await?;
    let has_others = open.len() > 1;
    let mut sessions = Vec::new();
    for open in open.into_iter().take(SHOWN_MAX) {
        sessions.push(row(account, &open).await?);
    }
    let page = AccountSessions {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Sessions)?,
        sessions,
        has_others,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn row(account: &AccountContext<'_>, open: &OpenSession) -> Result<AccountSession, Error> {
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
        address: address_at(account, open.session.auth_time).await,
        apps,
    })
}
