//! `/report`: anybody reports a problem that an error page showed them. No sign-in, no cookie:
//! what the link carries is all that is known of the reporter.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal};
use model::Tenant;
use pages::{Frame, Purpose, Report, Reported};
use protocol::Failure;

use super::authorize::{answer::languages, fields::Fields, guard};
use crate::{
    call::Call,
    clock, render,
    tickets::{self, About, Draft},
};

/// The form, and what becomes of it.
pub(super) async fn report(mut call: Call) -> Response {
    let language = call.exchange.language();
    let answered = match call.parts.method {
        Method::POST => send(&mut call, language).await,
        _ => show(&call, language).await,
    };
    answered.unwrap_or_else(|failure| render::failure_page(&call.exchange, &failure, language))
}

async fn show(call: &Call, language: Language) -> Result<Response, Failure> {
    call.expect(&[Method::GET, Method::HEAD, Method::POST])?;
    let sealed = call.query()?.get("about").unwrap_or_default().to_owned();
    let about = tickets::opened(&call.exchange, &sealed)?;
    let frame = frame(call, &about).await;
    let page = form(&about, sealed, frame);
    Ok(render::html(page.render(language), Purpose::OpenForm, &[]))
}

async fn send(call: &mut Call, language: Language) -> Result<Response, Failure> {
    call.expect(&[Method::POST])?;
    let fields = Fields::read(call).await?;
    guard::check_open(call)?;
    let sealed = fields.value("about");
    let about = tickets::opened(&call.exchange, sealed)?;
    let frame = frame(call, &about).await;
    let (text, address) = (fields.value("text"), fields.value("address"));
    let draft = Draft { about: &about, text, address, language };
    match tickets::take(&call.exchange, draft).await {
        Ok(taken) => {
            let page = Reported {
                frame,
                ticket: taken.ticket.to_string(),
                trace_id: about.trace_id.to_string(),
                again: taken.again,
                address: taken.address,
            };
            Ok(render::html(page.render(language), Purpose::OpenForm, &[]))
        }
        Err(refusal) => {
            let first = form(&about, sealed.to_owned(), frame);
            let page = Report { text: text.to_owned(), address: address.to_owned(), ..first };
            Ok(refused(call, page, refusal, language))
        }
    }
}

/// The form again, with all that was typed, and why it was not taken.
fn refused(call: &Call, page: Report, refusal: Refusal, language: Language) -> Response {
    let page = Report { problem: Some(refusal.clone()), ..page };
    let mut response = render::html(page.render(language), Purpose::OpenForm, &[]);
    render::finish(&mut response, &refusal);
    call.exchange.note(|traces| traces.refusal = Some(refusal));
    response
}

fn form(about: &About, sealed: String, frame: Frame) -> Report {
    Report {
        frame,
        about: sealed,
        number: about.number,
        trace_id: about.trace_id.to_string(),
        timestamp: clock::shown(about.at),
        text_max: model::Ticket::TEXT_MAX,
        text: String::new(),
        address: String::new(),
        problem: None,
    }
}

/// Whose administrators the report goes to. Where the store are away, the page does without.
async fn frame(call: &Call, about: &About) -> Frame {
    let tenant: Option<Arc<Tenant>> = match about.tenant {
        Some(id) => call.service.store.tenant(&id.to_string()).await.ok().flatten(),
        None => None,
    };
    if let Some(tenant) = &tenant {
        call.exchange.note(|traces| traces.tenant = Some((tenant.id, tenant.name.clone())));
    }
    let tenant = tenant.map(|tenant| tenant.display_name.clone());
    Frame { tenant, languages: languages(call) }
}
