//! Answers to the client, and the pages for what the client cannot be told.

use axum::{
    body::Body,
    http::{
        HeaderValue, Method, StatusCode,
        header::{LOCATION, REFERRER_POLICY},
    },
    response::Response,
};
use catalogue::Language;
use model::{Fault, FaultKind};
use pages::{Field, FormPost, Frame, LanguageLink, Purpose};
use protocol::{
    Failure,
    authorize::{Answer, Delivery, Report},
    context::Realm,
    form::Form,
};

use super::stage::{Halt, Stage, frame};
use crate::{call::Call, cookies, render};

/// Sends the answer that ends a sign-in.
pub(super) fn deliver(mut stage: Stage<'_>, answer: Answer) -> Result<Response, Fault> {
    let mut response = send(answer, frame(stage.realm), stage.language())?;
    if stage.resumed {
        stage.cookies.push(stage.pending.unbind(stage.realm)?);
    }
    cookies::put(response.headers_mut(), std::mem::take(&mut stage.cookies));
    stage.call.exchange.note(|traces| traces.outcome = Some("code"));
    Ok(response)
}

/// Says what stopped a request: to the client where there is a way back, on a page otherwise.
pub(super) fn refuse(
    call: &Call,
    realm: Option<&Realm>,
    language: Language,
    halt: Halt,
) -> Response {
    let Halt { failure, back, cancelled, cookies } = halt;
    let (Some(back), Some(realm)) = (back, realm) else {
        let mut response = page(call, realm, language, &failure);
        // No client authenticates here: what fails is the request, and no browser could answer a
        // challenge (RFC 9110 §15.5.2).
        if response.status() == StatusCode::UNAUTHORIZED {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        return response;
    };
    let refusal = render::as_refusal(&call.exchange, &failure);
    let report = Report {
        description: render::description(&call.exchange, &refusal),
        error_uri: render::error_uri(&call.exchange, &refusal),
        subcode: cancelled.then_some("cancel"),
    };
    let answer = back.refuse(&refusal, report);
    let mut response = match send(answer, frame(realm), language) {
        Ok(response) => response,
        Err(fault) => return page(call, Some(realm), language, &fault.into()),
    };
    cookies::put(response.headers_mut(), cookies);
    call.exchange.note(|traces| traces.refusal = Some(refusal));
    response
}

/// The error page in the tenant's frame. What passes with time can be tried again by the same
/// link; a form cannot.
fn page(call: &Call, realm: Option<&Realm>, language: Language, failure: &Failure) -> Response {
    let passes = match failure {
        Failure::Refused(refusal) => matches!(refusal.entry().status, 429 | 500..),
        Failure::Fault(_) => true,
    };
    let again = call.parts.uri.path_and_query().map(ToString::to_string);
    let again = again.filter(|_| passes && call.parts.method == Method::GET);
    // What was turned down before its tenant was known may have a secret in its URL.
    let Some(realm) = realm else {
        return render::failure_page(&call.exchange, failure, language);
    };
    let frame = Frame { languages: languages(call), ..frame(realm) };
    render::failure_page_in(&call.exchange, failure, language, (frame, again))
}

/// Links to the same request in each language; a POST has no link.
pub(crate) fn languages(call: &Call) -> Vec<LanguageLink> {
    if call.parts.method != Method::GET {
        return Vec::new();
    }
    let query = call.parts.uri.query().unwrap_or_default();
    let chooses =
        |pair: &&str| Form::parse(pair.as_bytes()).is_ok_and(|one| one.get("ui_locales").is_some());
    let kept = query.split('&').filter(|pair| !chooses(pair)).collect::<Vec<_>>().join("&");
    let link = |language: Language| {
        let url = format!("{}?{kept}&ui_locales={}", call.parts.uri.path(), language.tag());
        LanguageLink::new(language, url)
    };
    Language::all().map(link).collect()
}

/// A redirect, or the page that posts. A redirect is bare: it works in a hidden frame too, where
/// single-page apps renew their tokens.
fn send(answer: Answer, frame: Frame, language: Language) -> Result<Response, Fault> {
    match answer.delivery() {
        Delivery::Redirect(location) => redirect(&location),
        Delivery::Form { uri, fields } => {
            let field = |(name, value): (&str, String)| Field { name: name.to_owned(), value };
            let fields = fields.into_iter().map(field).collect();
            let page = FormPost { frame, redirect_uri: uri.clone(), fields };
            Ok(render::html(page.render(language), Purpose::FormPost, &[&uri]))
        }
    }
}

/// 303: whatever was posted to us is not posted on (RFC 9700 §4.12).
pub(crate) fn redirect(location: &str) -> Result<Response, Fault> {
    let location = HeaderValue::from_str(location);
    let location = location.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    let mut response = render::private(Response::new(Body::empty()));
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
