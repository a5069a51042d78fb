//! New recovery codes.

use axum::response::Response;
use pages::NewRecoveryCodes;
use signin::factor::recovery_code::{self, RecoveryCode};

use super::context::{AccountContext, post_with_fresh_proof};
use crate::http::incoming::IncomingRequest;

/// Handles the form. The codes are shown once, in the response to it.
pub(crate) async fn handle(incoming: IncomingRequest) -> Response {
    post_with_fresh_proof(incoming, async |account, _, proof| {
        if !account.user.has_second_factor() {
            // Codes of before a second factor would stand in for it later.
            return Ok(account.redirect("")?);
        }
        let codes = account.new_recovery_codes()?;
        let mut new = account.authenticators();
        new.recovery_codes = recovery_code::new_set(&codes, account.incoming.context.now());
        if !account.replace(new, proof).await? {
            return Ok(account.redirect("")?);
        }
        Ok(show(account, &codes))
    })
    .await
}

/// Shows new codes. This response alone contains them.
pub(super) fn show(account: &AccountContext<'_>, codes: &[RecoveryCode]) -> Response {
    let username = account.user.user().username.clone();
    let codes = codes.iter().map(RecoveryCode::text).collect();
    let page = NewRecoveryCodes::new(account.layout(), username, codes, account.path(""));
    account.page(page.render(account.language), "page:recovery_codes")
}
