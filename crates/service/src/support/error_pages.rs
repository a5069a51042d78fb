//! The public pages about error numbers: `/error`, `/error?code=N`, `/error/catalogue.json`.

use axum::{
    http::{Method, StatusCode},
    response::Response,
};
use pages::{ErrorDetail, ErrorIndex, LanguageSwitch, Layout, PageKind};

use crate::http::{
    cors, development_page, incoming::IncomingRequest, page_layout, report_token, response,
};

/// Shows the page about one error number, or the index with its search.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    let query = match incoming
        .check_request(&[Method::GET, Method::HEAD])
        .and_then(|()| incoming.query())
    {
        Ok(query) => query,
        Err(refusal) => return response::error_page(&incoming.context, &refusal.into(), language),
    };
    let language_switch = page_layout::language_switch(incoming.parts());
    let layout = Layout { tenant: None, language_switch };
    let Some(code) = query.get("code") else {
        let query = query.get("q").unwrap_or_default().to_owned();
        let layout = Layout { language_switch: LanguageSwitch::in_search("/error"), ..layout };
        let page = ErrorIndex { layout, query };
        return response::html(page.render(language), PageKind::Public);
    };
    let report = query
        .get("report_token")
        .filter(|sealed| report_token::open(&incoming.context, sealed).is_ok());
    let report = report.map(|sealed| report_token::path(sealed, language));
    let request = query.get("request").unwrap_or_default();
    let development =
        development_page::of_request(&incoming.service, request, code, language).await;
    let page = ErrorDetail { layout, code: code.to_owned(), report, development };
    let mut response = response::html(page.render(language), PageKind::Public);
    if !page.is_known() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Serves the whole catalogue as JSON. Any origin may read it.
pub(crate) async fn catalogue(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    match incoming.check_request(&[Method::GET, Method::HEAD]) {
        Ok(()) => response::public_json(catalogue::json()),
        Err(refusal) => {
            let mut response = response::error(&incoming.context, &refusal.into());
            cors::allow_any(&mut response);
            response
        }
    }
}
