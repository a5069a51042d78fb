//! The first account page: how the user signs in.

use axum::response::Response;
use pages::{AccountApp, AccountOverview};
use protocol::Error;

use super::context::{AccountContext, get};
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
    let page = AccountOverview {
        layout: account.layout(),
        account_layout: account.account_layout()?,
        apps: authenticators.apps.iter().map(app).collect(),
        can_add_app: authenticators.apps.len() < model::AUTHENTICATOR_APPS_MAX,
        recovery_codes: authenticators.recovery_codes.digests.len(),
        has_second_factor: authenticators.has_second_factor(),
    };
    Ok(account.page(page.render(account.language), "page:account"))
}
