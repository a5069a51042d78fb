//! `/admin/tickets/{ticket}`: one report, which an administrator of its tenant answers and closes.

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal, label, refusal, text};
use model::{RequestRecord, Ticket, TicketEntry, TicketEntryKind, TicketId};
use pages::{
    AdminTicket, LanguageSwitch, Layout, ReportedProblem, ReportedRequest, Section, TicketLine,
};
use protocol::Error;

use crate::{
    admin::{
        page_context::{AdminContext, get, post},
        tickets::list::state_name,
    },
    http::{form_fields::FormFields, incoming::IncomingRequest, response},
    tickets::{self, TicketAction},
};
use diagnostics::explanation::{ComparisonView, Explanation, Viewer};

/// Shows the ticket, and handles its form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, handle_form).await;
    }
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let ticket = find_ticket(admin).await?;
    Ok(admin.page(view(admin, &ticket)?.render(admin.language)))
}

async fn handle_form(admin: &AdminContext<'_>, fields: FormFields) -> Result<Response, Error> {
    let ticket = find_ticket(admin).await?;
    let text = fields.value("text");
    let kind = match fields.value("action") {
        "answer" => TicketEntryKind::Answer,
        "close" => TicketEntryKind::Close,
        "reopen" => TicketEntryKind::Reopen,
        // The language switch submits the form: the draft is kept.
        _ => return show_draft(admin, &ticket, text),
    };
    let action = TicketAction {
        ticket: ticket.id,
        tenant: Some(admin.administrator.tenant()),
        by: &admin.administrator.user().username,
        kind,
        text,
        at: admin.request_context().now(),
        seed: admin.request_context().seed()?,
    };
    match tickets::apply(&admin.incoming.service.tickets, action).await {
        Ok(ticket) => Ok(response::redirect(&format!("/admin/tickets/{}", ticket.id))?),
        Err(Error::Refused(refusal)) => show_refusal(admin, &ticket, text, refusal),
        Err(fault) => Err(fault),
    }
}

/// Shows the page again with the typed text.
fn show_draft(admin: &AdminContext<'_>, ticket: &Ticket, typed: &str) -> Result<Response, Error> {
    let page = AdminTicket { draft: typed.to_owned(), ..view(admin, ticket)? };
    Ok(admin.page(page.render(admin.language)))
}

/// Shows the page again with the typed text and the refusal.
fn show_refusal(
    admin: &AdminContext<'_>,
    ticket: &Ticket,
    typed: &str,
    refusal: Refusal,
) -> Result<Response, Error> {
    let page = AdminTicket {
        draft: typed.to_owned(),
        problem: Some(refusal.clone()),
        ..view(admin, ticket)?
    };
    let mut response = admin.page(page.render(admin.language));
    response::set_refusal_headers(&mut response, &refusal);
    admin.request_context().annotate(|annotations| annotations.refusal = Some(refusal));
    Ok(response)
}

/// Returns the ticket of the path if it belongs to the administrator's tenant.
async fn find_ticket(admin: &AdminContext<'_>) -> Result<Ticket, Error> {
    let named = admin.incoming.parts().uri.path().rsplit('/').next().unwrap_or_default();
    let id: TicketId = named.parse().map_err(|_| refusal::ticket_not_found())?;
    let ticket = admin.incoming.service.history.ticket(id).await?;
    let is_of_tenant = |ticket: &Ticket| ticket.tenant == Some(admin.administrator.tenant());
    Ok(ticket.filter(is_of_tenant).ok_or_else(refusal::ticket_not_found)?)
}

fn view(admin: &AdminContext<'_>, ticket: &Ticket) -> Result<AdminTicket, Error> {
    let entry = catalogue::entry(ticket.number);
    let language_name = Language::all().find(|language| language.tag() == ticket.language);
    let language_name = language_name.map(|language| text(language, "page-language-name", &[]));
    Ok(AdminTicket {
        layout: Layout { language_switch: LanguageSwitch::in_form(), ..admin.layout() },
        admin_layout: admin.admin_layout(Section::Tickets)?,
        reported: ReportedProblem {
            ticket: ticket.id.to_string(),
            state: state_name(ticket.state),
            time: admin.page_time(ticket.opened_at),
            label: label(ticket.number),
            title: entry.map_or_else(String::new, |entry| entry.title(admin.language)),
            trace_id: ticket.trace_id.to_string(),
            language: language_name.unwrap_or_else(|| ticket.language.clone()),
            address: ticket.address.clone(),
            is_address_confirmed: ticket.is_address_confirmed(),
            text: ticket.text.clone(),
        },
        request: ticket.record.as_ref().map(|record| request(admin, record)),
        request_url: format!("/admin/requests/{}", ticket.trace_id),
        entries: ticket.entries.iter().map(|entry| ticket_line(admin, entry)).collect(),
        draft: String::new(),
        text_max: Ticket::TEXT_MAX,
        problem: None,
    })
}

/// Describes the reported request. Only `admit ticket show`, for operators, shows a fault's cause.
fn request(admin: &AdminContext<'_>, record: &RequestRecord) -> ReportedRequest {
    let language = admin.language;
    let explanation = Explanation::new(record, Viewer::Operator, language);
    let property = |id: &str, value: String| (text(language, id, &[]), value);
    let client = explanation.client.map(|client| property("admin-row-client", client));
    let properties = [
        client,
        Some(property("admin-property-endpoint", format!("{} {}", record.method, record.endpoint))),
        Some(property("admin-property-status", record.status.to_string())),
    ];
    let (description, steps) = explanation
        .refusal
        .map_or_else(Default::default, |refusal| (refusal.description, refusal.steps));
    ReportedRequest {
        description,
        steps,
        time: admin.page_time(record.at),
        properties: properties.into_iter().flatten().collect(),
        comparisons: explanation
            .comparisons
            .into_iter()
            .map(|it| comparison(it, language))
            .collect(),
    }
}

fn comparison(it: ComparisonView, language: Language) -> (String, String) {
    let labelled = |id: &str, value: String| format!("{}: {value}", text(language, id, &[]));
    let parts = [
        it.difference.map(|difference| difference.text),
        it.expected.map(|expected| labelled("admin-expected", expected)),
        it.received.map(|received| labelled("admin-received", received)),
    ];
    (it.name, parts.into_iter().flatten().collect::<Vec<_>>().join(" \u{b7} "))
}

fn ticket_line(admin: &AdminContext<'_>, entry: &TicketEntry) -> TicketLine {
    TicketLine {
        time: admin.page_time(entry.at),
        by: entry.by.clone(),
        kind: match entry.kind {
            TicketEntryKind::Answer => "answer",
            TicketEntryKind::Close => "close",
            TicketEntryKind::Reopen => "reopen",
            TicketEntryKind::Undelivered => "undelivered",
            TicketEntryKind::AddressAsked => "address_asked",
            TicketEntryKind::AddressConfirmed => "address_confirmed",
        },
        text: entry.text.clone(),
    }
}
