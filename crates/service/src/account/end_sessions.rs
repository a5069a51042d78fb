//! Ends every session and revokes every grant of the user, after a page that asks.

use axum::{http::Method, response::Response};
use pages::{AccountConfirm, AccountQuestion, AccountSection, Consequence};
use protocol::Error;

use super::{
    access::PAGES,
    context::{AccountContext, get, post},
    user_change::UserChange,
};
use crate::{
    http::{cookies, incoming::IncomingRequest},
    own_sign_in::session::PageSession,
};

/// Asks, and handles the form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method != Method::POST {
        return get(incoming, async |account| ask(account)).await;
    }
    post(incoming, async |account, _| {
        account.change_user(&UserChange::RevokeAll).await?;
        let mut response = account.redirect("")?;
        cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
        Ok(response)
    })
    .await
}

fn ask(account: &AccountContext<'_>) -> Result<Response, Error> {
    let page = AccountConfirm {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Sessions)?,
        question: AccountQuestion::EndSessions,
        name: String::new(),
        consequences: vec![Consequence::ThisBrowserToo, Consequence::AppsLater],
        action: "/end-sessions",
        id: String::new(),
        back: "/sessions",
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}
