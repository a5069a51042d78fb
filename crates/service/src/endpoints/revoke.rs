//! `/{tenant}/oauth2/v2.0/revoke` (RFC 7009).

use axum::{body::Body, http::Method, response::Response};
use facts::ClientId;
use protocol::{Failure, context::Realm, revocation};

use super::{
    authenticated::{METHODS, basic_challenge, question},
    closing::close,
};
use crate::{call::Call, cors, render};

/// Ends what a token belongs to.
pub(super) async fn revoke(mut call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_registered(&call).await;
    }
    let realm = match call.admit(&METHODS).await {
        Ok(realm) => realm,
        Err(failure) => return render::failure(&call.exchange, &failure),
    };
    let mut client = None;
    let response = match answer(&mut call, &realm, &mut client).await {
        Ok(()) => render::private(Response::new(Body::empty())),
        Err(failure) => {
            let mut response = render::failure(&call.exchange, &failure);
            basic_challenge(&mut response, &realm, &failure);
            response
        }
    };
    close(response, &call, &realm, client.as_ref()).await
}

async fn answer(
    call: &mut Call,
    realm: &Realm,
    claimed: &mut Option<ClientId>,
) -> Result<(), Failure> {
    let question = question(call, realm, claimed).await?;
    let books = &*call.service.books;
    let context = call.context(realm);
    revocation::answer(&question.token, &question.client, books, &question.keys, &context).await
}
