//! A request of a client's own, tried for that client.

use axum::response::Response;
use catalogue::{Fact, Refusal, refusal};
use model::Client;
use protocol::{Failure, client_auth::Presented, context::Realm, form::Form, request::Head};

use crate::{
    call::Call,
    dry_run::{Attempt, dry_run, refused},
    explanation::Reader,
    render,
};

/// Tries the request in the body, as the client that is asking.
pub(super) async fn answer(
    call: &Call,
    realm: &Realm,
    caller: &Client,
    (form, body): (&Form, &[u8]),
) -> Result<Response, Failure> {
    let language = call.exchange.language_of(form);
    if let Err(refusal) = expect_own(caller, form) {
        let refusal = call.exchange.sayable(refusal);
        return Ok(render::json(&refused(&refusal, &call.service, Reader::Owner, language)));
    }
    let attempt = Attempt {
        head: head(call, form),
        form,
        encoded: body,
        keys: call.service.keys(realm).await?,
        context: call.context(realm),
    };
    Ok(render::json(&dry_run(attempt, &call.service, Reader::Owner, language).await?))
}

/// The head that the request would have at the token endpoint. What proves the caller there is
/// part of the request, unless the body has a proof of its own: then that is what is tried.
fn head<'a>(call: &'a Call, form: &Form) -> Head<'a> {
    let mut head = call.head();
    if let Some(endpoints) = head.url.strip_suffix("/explain") {
        head.url = format!("{endpoints}/token");
    }
    let proofs = ["client_secret", "client_assertion", "client_assertion_type"];
    if proofs.iter().any(|proof| form.get(proof).is_some()) {
        head.authorization.clear();
    }
    head
}

/// Nobody learns anything of a request that says it is from another client.
fn expect_own(caller: &Client, form: &Form) -> Result<(), Refusal> {
    let presented = Presented::find(&Head::default(), form);
    let named = match &presented {
        Ok(presented) => Some(presented.client_id().as_str()),
        Err(_) => form.get("client_id"),
    };
    match named.filter(|named| *named != caller.id.as_str()) {
        Some(named) => Err(refusal::client_id_mismatch(named, &caller.id).with(Fact::mismatch(
            "client_id",
            &caller.id,
            named,
        ))),
        None => Ok(()),
    }
}
