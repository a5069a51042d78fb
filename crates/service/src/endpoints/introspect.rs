//! `/{tenant}/oauth2/v2.0/introspect` (RFC 7662).

use axum::response::Response;
use catalogue::refusal;
use protocol::{
    Failure,
    context::Realm,
    introspection::{self, Introspection},
    token::Account,
};

use super::{
    authenticated::{METHODS, basic_challenge, question},
    closing, rehearsal,
};
use crate::{call::Call, render};

/// Answers a protected resource, or a client about its own token. Never a browser.
pub(super) async fn introspect(mut call: Call) -> Response {
    let realm = match call.admit(&METHODS).await {
        Ok(realm) => realm,
        Err(failure) => {
            call.claim_unread().await;
            return render::failure(&call.exchange, &failure);
        }
    };
    let mut account = Account::default();
    let response = match answer(&mut call, &realm, &mut account).await {
        Ok(introspection) => render::json(&introspection),
        Err(failure) => {
            let mut response = rehearsal::failure(&call, &failure);
            basic_challenge(&mut response, &call, &realm, &failure);
            response
        }
    };
    closing::account(&call, account);
    response
}

async fn answer(
    call: &mut Call,
    realm: &Realm,
    account: &mut Account,
) -> Result<Introspection, Failure> {
    let question = question(call, realm, account).await?;
    let asker = question.client;
    // Anyone could ask in the name of a public client (RFC 7662 §2.1).
    if asker.client().public {
        return Err(refusal::introspection_by_public_client(&asker.client().name).into());
    }
    let store = &*call.service.store;
    account.checks.pass("client_confidential");
    let context = call.context(realm);
    let token = &question.token;
    let answer = introspection::answer(token, &asker, store, &question.keys, &context).await?;
    (account.grant, account.user) = (answer.grant, answer.user);
    Ok(answer)
}
