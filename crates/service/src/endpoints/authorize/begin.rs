//! The authorization endpoint itself: GET and POST (OpenID Connect Core §3.1.2.1).

use axum::{body::Bytes, http::Method, response::Response};
use pages::Frame;
use protocol::{
    Checks,
    authorize::{Denial, Display, Facts, Request, check},
    context::Realm,
    form::Form,
};

use super::{
    answer, guard,
    pending::Pending,
    stage::{self, Halt, Stage},
    step_of, steps,
};
use crate::{
    call::Call,
    cookies::{Jar, Sessions},
    endpoints::{ignored, rehearsal},
};

/// The longest body of a foreign POST that is taken as a link, in bytes.
const LINK_BYTES_MAX: usize = 8 * 1_024;

/// Checks a request, and begins the sign-in that it asks for.
pub(super) async fn authorize(mut call: Call) -> Response {
    let realm = match call.admit(&[Method::GET, Method::POST]).await {
        Ok(realm) => realm,
        Err(failure) => {
            call.claim_unread().await;
            let language = call.exchange.language();
            return answer::refuse(&call, None, language, failure.into());
        }
    };
    let encoded = match parameters(&mut call).await {
        Ok(encoded) => encoded,
        Err(halt) => {
            let language = call.exchange.language();
            return answer::refuse(&call, Some(&realm), language, halt);
        }
    };
    if let Some(response) = as_link(&call, &encoded) {
        return response;
    }
    call.claim(&encoded);
    let form = Form::parse(&encoded).unwrap_or_default();
    ignored::note(&call, &form, ignored::AUTHORIZE);
    if let Some(sent) = form.get("client-request-id") {
        call.exchange.correlate(sent);
    }
    let language = stage::language(&call, &Display::read(&form));
    let mut checks = Checks::default();
    let response = match begin(&call, &realm, &encoded, &mut checks).await {
        Ok(response) => response,
        Err(halt) => answer::refuse(&call, Some(&realm), language, halt),
    };
    call.exchange.note(|traces| traces.checked(checks));
    response
}

/// The query, and the body of a POST after it: what stands in both stands twice.
async fn parameters(call: &mut Call) -> Result<Bytes, Halt> {
    let query = call.parts.uri.query().unwrap_or_default().to_owned();
    if call.parts.method != Method::POST {
        return Ok(Bytes::from(query));
    }
    let body = call.body().await?;
    Ok(Bytes::from([query.as_bytes(), b"&", &body].concat()))
}

/// A POST from another site comes without our cookies (`SameSite=Lax`), so nobody would be signed
/// in. A link from there comes with them: the browser is sent to the same request as a link.
fn as_link(call: &Call, encoded: &[u8]) -> Option<Response> {
    let foreign = call.parts.method == Method::POST && guard::is_foreign(&call.parts.headers);
    if !foreign || encoded.len() > LINK_BYTES_MAX {
        return None;
    }
    let query = std::str::from_utf8(encoded).ok()?.trim_start_matches('&');
    answer::redirect(&format!("{}?{query}", call.parts.uri.path())).ok()
}

async fn begin(
    call: &Call,
    realm: &Realm,
    encoded: &[u8],
    checks: &mut Checks,
) -> Result<Response, Halt> {
    let (service, context) = (&call.service, call.context(realm));
    let keys = service.keys(realm).await?;
    let facts = Facts::gather(encoded, keys, &*service.store, &context).await?;
    let checked = check(encoded, &facts, &context, checks);
    rehearse(call, encoded, &facts, &checked)?;
    let request = checked?;
    let client =
        facts.client.ok_or_else(|| catalogue::refusal::client_not_found(&request.client))?;
    let silent = request.prompt.none.then(|| Box::new(request.back.clone()));
    let pending = Pending::begin(request, &context);
    step_of(call, &pending);
    let stage = Stage {
        call,
        realm,
        client,
        resources: facts.resources,
        pending,
        sessions: Sessions::of(&Jar::of(&call.parts.headers), realm),
        cookies: Vec::new(),
        frame: Frame { languages: answer::languages(call), ..stage::frame(realm) },
        resumed: false,
    };
    // Nobody sees a page in a hidden frame: a silent request hears even of our own failures.
    steps::advance(stage).await.map_err(|halt| Halt { back: halt.back.or(silent), ..halt })
}

/// Gives the refusal that a marked client asks for, in the way that its number goes: to the
/// client, if there is a way back to it, or on a page.
fn rehearse(
    call: &Call,
    encoded: &[u8],
    facts: &Facts,
    checked: &Result<Request, Denial>,
) -> Result<(), Halt> {
    let form = Form::parse(encoded).unwrap_or_default();
    let client = facts.client.as_deref().filter(|client| client.enabled);
    let Some(refusal) = rehearsal::asked(call, &form, client) else {
        return Ok(());
    };
    let back = match checked {
        Ok(request) => Some(Box::new(request.back.clone())),
        Err(denial) => denial.back.clone(),
    };
    let entry = refusal.entry();
    let back = back.filter(|_| !entry.page_only && entry.error != "none");
    let cancelled = entry.constructor == "sign_in_cancelled";
    Err(Halt { back, cancelled, ..refusal.into() })
}
