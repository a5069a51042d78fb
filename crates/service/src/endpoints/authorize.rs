//! `/{tenant}/oauth2/v2.0/authorize` (RFC 6749 §3.1, OpenID Connect Core §3.1.2) and the pages
//! that stand between a request and its answer.

mod account;
pub(crate) mod answer;
mod begin;
mod consent;
pub(crate) mod fields;
pub(crate) mod guard;
mod page;
mod password;
mod pending;
mod sign_in;
mod stage;
mod stay_signed_in;
mod steps;

use std::sync::Arc;

use axum::{Router, http::Method, response::Response, routing::any};
use protocol::{authorize::Display, context::Realm};

use crate::{Service, call::Call, cookies::Jar};
use fields::Fields;
use pending::Pending;
use stage::{Halt, Stage};

pub(crate) use password::PasswordChecks;

/// The endpoint, and where its pages post their forms.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", any(begin::authorize))
        .route("/{tenant}/sign-in", any(sign_in::post))
        .route("/{tenant}/account", any(account::post))
        .route("/{tenant}/stay-signed-in", any(stay_signed_in::post))
        .route("/{tenant}/consent", any(consent::post))
}

/// What every form of ours goes through before anything of it is believed: the right method and
/// tenant, our own page, a flow of ours, and the browser that began it.
async fn posted<A>(mut call: Call, answer: A) -> Response
where
    A: AsyncFnOnce(Stage<'_>, Fields) -> Result<Response, Halt>,
{
    let realm = match call.admit(&[Method::POST]).await {
        Ok(realm) => realm,
        Err(failure) => {
            let language = call.exchange.language();
            return answer::refuse(&call, None, language, failure.into());
        }
    };
    let mut language = stage::language(&call, &Display::default());
    let outcome = async {
        let (fields, pending) = opened(&mut call, &realm).await?;
        language = stage::language(&call, &pending.request.display);
        answer(Stage::resume(&call, &realm, pending).await?, fields).await
    };
    match outcome.await {
        Ok(response) => response,
        Err(halt) => answer::refuse(&call, Some(&realm), language, halt),
    }
}

/// Notes for the record whose sign-in the request is a step of.
fn step_of(call: &Call, pending: &Pending) {
    call.exchange.note(|traces| {
        traces.flow = Some(pending.flow());
        traces.from_client(&pending.request.client);
    });
}

async fn opened(call: &mut Call, realm: &Realm) -> Result<(Fields, Pending), Halt> {
    guard::check(call)?;
    let fields = Fields::read(call).await?;
    let context = call.context(realm);
    let pending = Pending::unseal(fields.value("flow"), realm)?;
    step_of(call, &pending);
    let pending = pending.resume(&Jar::of(&call.parts.headers), &context)?;
    Ok((fields, pending))
}
