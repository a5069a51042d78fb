//! The first account page: how the user signs in.

use axum::response::Response;
use jose::digest::base64url;
use pages::{AccountApp, AccountOverview, AccountPasskey};
use protocol::Error;

use super::{
    context::{AccountContext, get},
    passkey,
};
use crate::http::incoming::IncomingRequest;

/// Shows the page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account)).await
}

fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    let authenticators = account.authenticators();
    let app = |app: &model::AuthenticatorApp| AccountApp {
        id: app.id.to_string(),
        name: app.name.clone(),
        added: account.page_time(app.added_at),
    };
    let passkey = |passkey: &model::Passkey| AccountPasskey {
        id: base64url(&passkey.id),
        name: passkey.name.clone(),
        added: account.page_time(passkey.added_at),
        last_used: passkey.last_used_on.map(|day| account.page_time(day)),
        is_synchronized: passkey.backed_up,
    };
    let can_add = passkey::relying_party(account).is_some();
    let page = AccountOverview {
        passkeys: authenticators.passkeys.iter().map(passkey).collect(),
        can_add_passkey: can_add && authenticators.passkeys.len() < model::PASSKEYS_MAX,
        layout: account.layout(),
        account_layout: account.account_layout()?,
        apps: authenticators.apps.iter().map(app).collect(),
        can_add_app: authenticators.apps.len() < model::AUTHENTICATOR_APPS_MAX,
        recovery_codes: authenticators.recovery_codes.digests.len(),
        has_second_factor: authenticators.has_second_factor(),
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}
