//! The first account page: how the user signs in.

use axum::response::Response;
use model::{AccessPass, Authenticators};
use pages::{
    AccountAccessPass, AccountApp, AccountOverview, AccountPasskey, AccountSection, AccountWarning,
};
use protocol::Error;

use super::{
    context::{AccountContext, get},
    passkey, password, removal,
};
use crate::http::incoming::IncomingRequest;

/// Shows the page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account).await).await
}

async fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    let authenticators = account.authenticators();
    let app = |app: &model::AuthenticatorApp| AccountApp {
        id: app.id.to_string(),
        name: app.name.clone(),
        added: account.page_time(app.added_at),
    };
    let passkey = |passkey: &model::Passkey| AccountPasskey {
        id: removal::passkey_key(passkey),
        name: passkey.name.clone(),
        added: account.page_time(passkey.added_at),
        last_used: passkey.last_used_on.map(|day| account.page_time(day)),
        is_synchronized: passkey.backed_up,
    };
    let store = account.user.store(&account.incoming.service);
    let stored = store.password(account.user.user().id).await?;
    let can_add = passkey::relying_party(account).is_some();
    let page = AccountOverview {
        warnings: warnings(account, &authenticators, stored.is_some()),
        passkeys: authenticators.passkeys.iter().map(passkey).collect(),
        can_add_passkey: can_add && authenticators.passkeys.len() < model::PASSKEYS_MAX,
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::SignIn)?,
        password_set: stored.map(|password| account.page_time(password.set_at)),
        password_is_changed: password::is_changed(account),
        apps: authenticators.apps.iter().map(app).collect(),
        can_add_app: authenticators.apps.len() < model::AUTHENTICATOR_APPS_MAX,
        recovery_codes: authenticators.recovery_codes.digests.len(),
        has_second_factor: authenticators.has_second_factor(),
        access_pass: access_pass(account, &authenticators),
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

/// Returns the temporary access pass, if the user can sign in with it.
fn access_pass(
    account: &AccountContext<'_>,
    authenticators: &Authenticators,
) -> Option<AccountAccessPass> {
    let now = account.incoming.context.now();
    let user = account.user.user();
    let is_usable =
        |pass: &&AccessPass| pass.is_usable(now) && user.has_authenticated_since(pass.created_at);
    let pass = authenticators.access_pass.as_ref().filter(is_usable)?;
    Some(AccountAccessPass { until: account.page_time(pass.expires_at), once: pass.once })
}

fn warnings(
    account: &AccountContext<'_>,
    authenticators: &Authenticators,
    has_password: bool,
) -> Vec<AccountWarning> {
    let mut warnings = Vec::new();
    if !has_password && authenticators.passkeys.len() == 1 {
        warnings.push(AccountWarning::OnlyPasskey);
    }
    match authenticators.apps.len() + authenticators.passkeys.len() {
        0 if account.user.tenant().row.second_factor.is_required_of(account.user.user()) => {
            warnings.push(AccountWarning::SecondFactorNeeded);
        }
        // The first warning says the same.
        1 if has_password => warnings.push(AccountWarning::OneSecondFactor),
        _ => {}
    }
    warnings
}
