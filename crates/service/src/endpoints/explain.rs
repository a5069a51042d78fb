//! `/{tenant}/oauth2/v2.0/explain`: what came of a client's own requests, and what would come of
//! one, for whoever holds the client's credentials.

mod dry_run;
mod lookup;

use std::sync::{Mutex, PoisonError};

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use model::{ClientId, Store, TenantId};
use protocol::{
    Failure,
    client_auth::{AuthenticatedClient, Presented},
    context::Realm,
    form::Form,
    request::Head,
    token::Account,
};
use store::Uncommitted;

use super::{authenticated::basic_challenge, closing};
use crate::{
    call::Call,
    pace::{Pace, Paces},
    render,
};

/// The ids that a request can be looked up by.
const IDS: [&str; 2] = ["trace_id", "correlation_id"];

/// Dry runs of one client.
const PACE: Pace = Pace { at_once: 60, seconds: 1 };

/// How much each client tried out of late.
pub(crate) type DryRuns = Mutex<Paces<(TenantId, ClientId)>>;

/// Explains. Never to a browser of another origin: the answers are for developers, not for pages.
pub(super) async fn explain(mut call: Call) -> Response {
    let realm = match call.admit(&[Method::GET, Method::POST]).await {
        Ok(realm) => realm,
        Err(failure) => {
            call.claim_unread().await;
            return render::failure(&call.exchange, &failure);
        }
    };
    let mut account = Account::default();
    let response = match answer(&mut call, &realm, &mut account).await {
        Ok(response) => response,
        Err(failure) => {
            let mut response = render::failure(&call.exchange, &failure);
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
) -> Result<Response, Failure> {
    if call.parts.method == Method::GET {
        let form = call.query()?;
        call.claim_in(&form);
        return look_up(call, realm, &form, account).await;
    }
    let body = call.body().await?;
    let form = Form::parse(&body).inspect_err(|_| call.claim(&body))?;
    call.claim_in(&form);
    if let Some(sent) = form.get("client-request-id") {
        call.exchange.correlate(sent);
    }
    if IDS.iter().any(|id| form.get(id).is_some()) {
        return look_up(call, realm, &form, account).await;
    }
    try_out(call, realm, (&form, &body), account).await
}

async fn look_up(
    call: &Call,
    realm: &Realm,
    form: &Form,
    account: &mut Account,
) -> Result<Response, Failure> {
    let sent = (&call.head(), form);
    let caller = authenticate(call, realm, sent, &*call.service.store, account).await?;
    lookup::answer(call, realm, caller.client(), form).await
}

/// What proves the caller is not used up where it is what the caller wants to try: an assertion in
/// the body of a token request. Anywhere else it is good once, as ever.
async fn try_out(
    call: &Call,
    realm: &Realm,
    (form, body): (&Form, &[u8]),
    account: &mut Account,
) -> Result<Response, Failure> {
    let head = call.head();
    // Whoever proves itself in the header may put anything into the body.
    let nothing = Form::default();
    let proof = if head.authorization.is_empty() { form } else { &nothing };
    let kept = Uncommitted(&*call.service.store);
    let store: &dyn Store =
        if form.get("grant_type").is_some() { &kept } else { &*call.service.store };
    let caller = authenticate(call, realm, (&head, proof), store, account).await?;
    keep_pace(call, realm, &caller.client().id)?;
    dry_run::answer(call, realm, caller.client(), (form, body)).await
}

/// Whoever caught an assertion that is not used up shall not try without end.
fn keep_pace(call: &Call, realm: &Realm, client: &ClientId) -> Result<(), Refusal> {
    let mut runs = call.service.dry_runs.lock().unwrap_or_else(PoisonError::into_inner);
    let (key, now) = ((realm.tenant.id, client.clone()), call.exchange.now());
    if let Some(minutes) = runs.wait(&key, &PACE, now) {
        return Err(refusal::too_many_dry_runs(PACE.at_once, minutes));
    }
    runs.spend(key, &PACE, now);
    Ok(())
}

/// Who asks. Anyone can name a public client, so nothing is shown to whoever does.
async fn authenticate(
    call: &Call,
    realm: &Realm,
    (head, form): (&Head<'_>, &Form),
    store: &dyn Store,
    account: &mut Account,
) -> Result<AuthenticatedClient, Failure> {
    let presented = account.checks.note("client_named", Presented::find(head, form))?;
    let (caller, once) = presented.prove(store, &call.context(realm), account).await?;
    let checks = &mut account.checks;
    if let Some(once) = once {
        once.spend(store, checks).await?;
    }
    if caller.client().public {
        return Err(refusal::explanation_for_public_client(&caller.client().name).into());
    }
    checks.pass("client_confidential");
    Ok(caller)
}
