//! The page that asks whether to sign out.

use axum::response::Response;
use model::Client;
use pages::{PageKind, SignOut, SignOutAccount};
use protocol::{Error, end_session::EndSessionRequest};

use crate::{
    http::response,
    sign_out::{
        accounts::{BrowserAccount, BrowserAccounts},
        sealed,
        sign_out_context::SignOutContext,
    },
};

/// Shows the page.
pub(super) fn show(
    context: &SignOutContext<'_>,
    request: &EndSessionRequest,
    (browser, client): (&BrowserAccounts, Option<&Client>),
) -> Result<Response, Error> {
    let now = context.incoming.context.now();
    let account = |account: &BrowserAccount| SignOutAccount {
        value: account.session.id.to_string(),
        name: account.user.name.clone(),
        username: account.user.username.clone(),
    };
    let mut accounts: Vec<SignOutAccount> = browser.accounts.iter().map(account).collect();
    if let Some(hinted) = &request.username {
        accounts.sort_by_key(|account| !account.username.eq_ignore_ascii_case(hinted));
    }
    let tag = context.language.tag();
    let page = SignOut {
        layout: context.layout(),
        action: context.path("sign-out", &[]),
        request: sealed::seal_request(request, context.tenant, now)?,
        app: client.map(|client| client.name_in(tag).to_owned()),
        accounts,
    };
    context.incoming.context.annotate(|it| it.success = Some("page:sign_out"));
    Ok(response::html(page.render(context.language), PageKind::SignInFlow))
}
