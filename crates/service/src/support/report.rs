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
        csrf,
        form_fields::FormFields,
        incoming::IncomingRequest,
        page_layout,
        report_token::{self, ReportToken},
        response,
    },
    tickets::{self, NewReport},
};

/// Shows the form, and handles it.
pub(crate) async fn report(mut incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    let response = match incoming.parts.method {
        Method::POST => send(&mut incoming).await,
        _ => show(&incoming, language).await,
    };
    response.unwrap_or_else(|error| response::error_page(&incoming.context, &error, language))
}

async fn show(incoming: &IncomingRequest, language: Language) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD, Method::POST])?;
    let sealed = incoming.query()?.get("report_token").unwrap_or_default().to_owned();
    let token = report_token::open(&incoming.context, &sealed)?;
    let layout = layout(incoming, &token).await;
    let page = form(&token, sealed, layout);
    Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
}

async fn send(incoming: &mut IncomingRequest) -> Result<Response, Error> {
    incoming.check_request(&[Method::POST])?;
    let fields = FormFields::read(incoming).await?;
    csrf::check_same_origin_strict(incoming)?;
    let language = incoming.context.language();
    let sealed = fields.value("report_token");
    let token = report_token::open(&incoming.context, sealed)?;
    let layout = layout(incoming, &token).await;
    let (text, address) = (fields.value("text"), fields.value("address"));
    if fields.language().is_some() {
        let empty = form(&token, sealed.to_owned(), layout);
        let page = Report { text: text.to_owned(), address: address.to_owned(), ..empty };
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
        remote_address: incoming.context.remote_address(),
        at: incoming.context.now(),
        seed: incoming.context.seed(),
    };
    match tickets::create_ticket(&incoming.service.tickets, report).await {
        Ok(created) => {
            let page = ReportConfirmation {
                layout: Layout { language_switch: LanguageSwitch::default(), ..layout },
                ticket: created.ticket.to_string(),
                trace_id: token.trace_id.to_string(),
                is_repeated: created.existed,
                address: created.address,
            };
            Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
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
            let empty = form(&token, sealed.to_owned(), layout);
            let page = Report { text: text.to_owned(), address: address.to_owned(), ..empty };
            Ok(show_refusal(incoming, page, refusal, language))
        }
    }
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

fn form(token: &ReportToken, sealed: String, layout: Layout) -> Report {
    Report {
        layout,
        report_token: sealed,
        number: token.number,
        trace_id: token.trace_id.to_string(),
        timestamp: model::format_utc(token.at),
        text_max: model::Ticket::TEXT_MAX,
        text: String::new(),
        address: String::new(),
        problem: None,
    }
}

/// Returns the layout, with the tenant whose administrators get the report. If the store fails,
/// the page has no tenant name.
async fn layout(incoming: &IncomingRequest, token: &ReportToken) -> Layout {
    let tenant: Option<Arc<Tenant>> = match token.tenant {
        Some(id) => incoming.service.store.tenant(&id.to_string()).await.ok().flatten(),
        None => None,
    };
    if let Some(tenant) = &tenant {
        incoming
            .context
            .annotate(|annotations| annotations.tenant = Some((tenant.id, tenant.name.clone())));
    }
    let language = incoming.context.language();
    let layout = tenant.map(|tenant| page_layout::of_tenant(&tenant, language));
    Layout { language_switch: LanguageSwitch::in_form(), ..layout.unwrap_or_default() }
}
