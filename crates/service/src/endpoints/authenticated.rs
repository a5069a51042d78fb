//! What introspection and revocation share: a client that proves itself and asks about a token.

use std::sync::Arc;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use protocol::{
    Failure,
    client_auth::{AuthenticatedClient, Presented},
    context::Realm,
    keys::TenantKeys,
    token::Account,
};

use super::rehearsal;
use crate::{call::Call, render};

/// A client's question about a token.
pub(super) struct Question {
    /// Who asks.
    pub(super) client: AuthenticatedClient,
    /// The token.
    pub(super) token: String,
    /// The tenant's keys.
    pub(super) keys: Arc<TenantKeys>,
}

/// Reads the question; the account says who claims to ask, and how far it came, also where the
/// proof fails.
pub(super) async fn question(
    call: &mut Call,
    realm: &Realm,
    account: &mut Account,
) -> Result<Question, Failure> {
    let form = call.form().await?;
    rehearsal::check(call, realm, &form).await?;
    let head = call.head();
    let store = &call.service.store;
    let presented = account.checks.note("client_named", Presented::find(&head, &form))?;
    let (client, once) = presented.prove(&**store, &call.context(realm), account).await?;
    let checks = &mut account.checks;
    if let Some(once) = once {
        once.spend(&**store, checks).await?;
    }
    let token = checks.note("token_presented", form.require("token"))?.to_owned();
    let keys = call.service.keys(realm).await?;
    Ok(Question { client, token, keys })
}

/// A client that failed to prove itself is told how it may (RFC 6749 §5.2). Basic is offered
/// whatever the client tried, as HTTP wants a challenge with every 401 (RFC 9110 §15.5.2). It says
/// the refusal as well: openid-client shows its developer the challenge in place of the body.
pub(super) fn basic_challenge(
    response: &mut Response,
    call: &Call,
    realm: &Realm,
    failure: &Failure,
) {
    if let Failure::Refused(refusal) = failure
        && response.status() == StatusCode::UNAUTHORIZED
    {
        let (id, error) = (realm.tenant.id, refusal.entry().error);
        let what = call.exchange.sayable(refusal.clone()).wire_sentence();
        render::challenge(
            response,
            &format!("Basic realm=\"{id}\", error=\"{error}\", error_description=\"{what}\""),
        );
    }
}

/// The methods of both endpoints.
pub(super) const METHODS: [Method; 1] = [Method::POST];
