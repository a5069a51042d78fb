//! Sign-in to the account pages, and sign-out.

use axum::response::Response;

use super::{
    access::PAGES,
    context::{error_page, post},
};
use crate::{
    http::{cookies, incoming::IncomingRequest},
    logout,
    own_sign_in::{callback::complete_sign_in, session::PageSession},
};

/// `/account/signed-in`: the redirect URI. Receives the authorization response.
pub(crate) async fn callback(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    match complete_sign_in(&incoming, PAGES).await {
        Ok((_, response)) => response,
        Err(error) => error_page(&incoming, None, language, &error),
    }
}

/// Ends the session of this browser, which also ends it for every app that uses it.
pub(crate) async fn sign_out(incoming: IncomingRequest) -> Response {
    post(incoming, async |account, _| {
        let (service, at) = (&account.incoming.service, account.incoming.context.now());
        logout::end_session(service, account.user.tenant(), account.user.session(), at).await?;
        let mut response = account.redirect("")?;
        cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
        Ok(response)
    })
    .await
}
