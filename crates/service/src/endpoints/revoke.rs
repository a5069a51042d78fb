//! `/{tenant}/oauth2/v2.0/revoke` (RFC 7009).

use axum::{body::Body, http::Method, response::Response};
use protocol::{Failure, context::Realm, revocation, token::Account};

use super::{
    authenticated::{METHODS, basic_challenge, question},
    closing::close,
    rehearsal,
};
use crate::{call::Call, cors, render};

/// Ends what a token belongs to.
pub(super) async fn revoke(mut call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_registered(&call).await;
    }
    let realm = match call.admit(&METHODS).await {
        Ok(realm) => realm,
        Err(failure) => {
            call.claim_unread().await;
            return render::failure(&call.exchange, &failure);
        }
    };
    let mut account = Account::default();
    let response = match answer(&mut call, &realm, &mut account).await {
        Ok(()) => render::private(Response::new(Body::empty())),
        Err(failure) => {
            let mut response = rehearsal::failure(&call, &failure);
            basic_challenge(&mut response, &call, &realm, &failure);
            response
        }
    };
    close(response, &call, &realm, account).await
}

async fn answer(call: &mut Call, realm: &Realm, account: &mut Account) -> Result<(), Failure> {
    let question = question(call, realm, account).await?;
    let store = &*call.service.store;
    let context = call.context(realm);
    let (token, keys) = (&question.token, &question.keys);
    let answer = revocation::answer(token, &question.client, store, keys, &context).await;
    account.grant = account.checks.note("token_owner", answer)?;
    Ok(())
}
