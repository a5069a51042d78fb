//! What every number means, for anyone: `/error`, `/error?code=N`, `/error/catalogue.json`.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use catalogue::Language;
use pages::{ErrorIndex, Frame, LanguageLink, Lookup, Purpose};
use protocol::form::Form;

use crate::{call::Call, cors, render, tickets};

const CATALOGUE_SECONDS: u32 = 3_600;

/// The page about a number, or the list of all, in the reader's language.
pub(super) async fn page(call: Call) -> Response {
    let language = call.exchange.language();
    let query = match call.expect(&[Method::GET, Method::HEAD]).and_then(|()| call.query()) {
        Ok(query) => query,
        Err(refusal) => return render::failure_page(&call.exchange, &refusal.into(), language),
    };
    let frame = frame(&query);
    let Some(code) = query.get("code") else {
        let query = query.get("q").unwrap_or_default().to_owned();
        let page = ErrorIndex { frame, query };
        return render::html(page.render(language), Purpose::Public, &[]);
    };
    let report =
        query.get("about").filter(|sealed| tickets::opened(&call.exchange, sealed).is_ok());
    let report = report.map(|sealed| tickets::path(sealed, language));
    let page = Lookup { frame, code: code.to_owned(), report };
    let mut response = render::html(page.render(language), Purpose::Public, &[]);
    if !page.is_known() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Everything about every number, for programs.
pub(super) async fn catalogue(call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_any(&call);
    }
    let mut response = match call.expect(&[Method::GET, Method::HEAD]) {
        Ok(()) => render::public_json(catalogue::json(), CATALOGUE_SECONDS),
        Err(refusal) => render::failure(&call.exchange, &refusal.into()),
    };
    cors::allow_any(&mut response);
    response
}

/// The same page in each language.
fn frame(query: &Form) -> Frame {
    let kept = ["code", "q", "about"].into_iter().filter_map(|name| Some((name, query.get(name)?)));
    let kept: Vec<(&str, &str)> = kept.collect();
    let link = |language: Language| {
        let mut url = String::from("/error?");
        for (name, value) in &kept {
            let value =
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            url.extend([name, "=", &value.to_string(), "&"]);
        }
        url.push_str("ui_locales=");
        url.push_str(language.tag());
        LanguageLink::new(language, url)
    };
    Frame { tenant: None, languages: Language::all().map(link).collect() }
}
