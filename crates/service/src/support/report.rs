//! `/report`: a user reports a problem that an error page showed. It needs no sign-in and no
//! cookie: the report token in the link names the request.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal, refusal};
use model::Tenant;
use pages::{LanguageSwitch, Layout, PageKind, Report, ReportConfirmation};
use protocol::Error;

use crate::{
    http::{
        cookies::RequestCookies,
        csrf,
        device_cookie::known_browser,
        form_fields::FormFields,
        incoming::IncomingRequest,
        page_layout,
        report_token::{self, ReportToken},
        response,
    },
    limits::Reporter,
    support::{confirm_address, reported_tenant::tenant, sent_report::SentReport},
    tickets::{self, NewReport},
};

/// Shows the form, and handles it.
pub(crate) async fn report(mut incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    let response = match incoming.parts().method {
        Method::POST => send(&mut incoming).await,
        _ => show(&incoming, language).await,
    };
    response.unwrap_or_else(|error| response::error_page(&incoming.context, &error, language))
}

async fn show(incoming: &IncomingRequest, language: Language) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD, Method::POST])?;
    let query = incoming.query()?;
    if let Some(sealed) = query.get("sent") {
        return show_confirmation(incoming, sealed, language).await;
    }
    if let Some(sealed) = query.get("confirm") {
        return confirm_address::show(incoming, sealed, language).await;
    }
    let sealed = query.get("report_token").unwrap_or_default().to_owned();
    let token = report_token::open(&incoming.context, &sealed)?;
    let tenant = tenant(incoming, token.tenant).await;
    let page = form(incoming, tenant.as_deref(), (&token, sealed));
    Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
}

async fn send(incoming: &mut IncomingRequest) -> Result<Response, Error> {
    incoming.check_request(&[Method::POST])?;
    let fields = FormFields::read(incoming).await?;
    csrf::check_same_origin_strict(incoming)?;
    let language = incoming.context.language();
    if !fields.value("confirm").is_empty() {
        return confirm_address::confirm(incoming, &fields, language).await;
    }
    let sealed = fields.value("report_token");
    let token = report_token::open(&incoming.context, sealed)?;
    let tenant = tenant(incoming, token.tenant).await;
    let empty = || form(incoming, tenant.as_deref(), (&token, sealed.to_owned()));
    let (text, address) = (fields.value("text"), fields.value("address"));
    if fields.language().is_some() {
        let page = Report { text: text.to_owned(), address: address.to_owned(), ..empty() };
        return Ok(response::html(page.render(language), PageKind::UnauthenticatedForm));
    }
    let report = NewReport {
        ticket: token.ticket_id(),
        tenant: token.tenant,
        trace_id: token.trace_id,
        number: token.number,
        text,
        address,
        language,
        reporter: reporter(incoming, tenant.as_ref()),
        at: incoming.context.now(),
        seed: incoming.context.seed()?,
    };
    match tickets::create_ticket(&incoming.service.tickets, report).await {
        Ok(created) => {
            let sent = SentReport {
                tenant: token.tenant,
                trace_id: token.trace_id,
                ticket: created.ticket,
                is_repeated: created.existed,
                address: created.address,
                at: incoming.context.now(),
            };
            Ok(response::redirect(&sent.path(&incoming.service)?)?)
        }
        Err(error) => {
            let refusal = match error {
                Error::Refused(refusal) => refusal,
                // The log gets the cause; the reporter learns that the report was not stored.
                Error::Fault(_) => {
                    response::to_refusal(&incoming.context, &error);
                    refusal::report_not_stored()
                }
            };
            let page = Report { text: text.to_owned(), address: address.to_owned(), ..empty() };
            Ok(show_refusal(incoming, page, refusal, language))
        }
    }
}

/// Shows the page after a report, which can be loaded again.
async fn show_confirmation(
    incoming: &IncomingRequest,
    sealed: &str,
    language: Language,
) -> Result<Response, Error> {
    let sent = SentReport::open(&incoming.service, sealed, incoming.context.now())?;
    let tenant = tenant(incoming, sent.tenant).await;
    let language_switch = page_layout::language_switch(incoming.parts());
    let page = ReportConfirmation {
        layout: Layout { language_switch, ..layout(incoming, tenant.as_deref()) },
        ticket: sent.ticket.to_string(),
        trace_id: sent.trace_id.to_string(),
        is_repeated: sent.is_repeated,
        address: sent.address,
    };
    Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
}

/// Shows the form again with the typed text and the refusal.
fn show_refusal(
    incoming: &IncomingRequest,
    page: Report,
    refusal: Refusal,
    language: Language,
) -> Response {
    let page = Report { problem: Some(refusal.clone()), ..page };
    let mut response = response::html(page.render(language), PageKind::UnauthenticatedForm);
    response::set_refusal_headers(&mut response, &refusal);
    incoming.context.annotate(|annotations| annotations.refusal = Some(refusal));
    response
}

/// Returns the empty form.
fn form(
    incoming: &IncomingRequest,
    tenant: Option<&Tenant>,
    (token, sealed): (&ReportToken, String),
) -> Report {
    Report {
        layout: layout(incoming, tenant),
        report_token: sealed,
        number: token.number,
        trace_id: token.trace_id.to_string(),
        timestamp: page_layout::page_time(token.at, &page_layout::zone(tenant)),
        text_max: model::Ticket::TEXT_MAX,
        text: String::new(),
        address: String::new(),
        problem: None,
    }
}

/// Returns the sender. A browser is known if a user of the tenant has signed in with it.
fn reporter(incoming: &IncomingRequest, tenant: Option<&Arc<Tenant>>) -> Reporter {
    let cookies = RequestCookies::parse(&incoming.parts().headers);
    let known_browser = tenant.and_then(|tenant| {
        let tenant = incoming.service.tenant_contexts.for_tenant(Arc::clone(tenant)).ok()?;
        known_browser(&cookies, &tenant)
    });
    Reporter { address: incoming.context.remote_address(), known_browser }
}

/// Returns the layout of the form, whose language switch keeps what was typed.
fn layout(incoming: &IncomingRequest, tenant: Option<&Tenant>) -> Layout {
    let language = incoming.context.language();
    let tenant = tenant.map(|tenant| page_layout::page_tenant(tenant, language));
    Layout { tenant, language_switch: LanguageSwitch::in_form() }
}
