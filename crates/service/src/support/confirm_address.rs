//! `/report?confirm=…`: the page to which the first mail to a reporter leads.

use axum::response::Response;
use catalogue::Language;
use pages::{ConfirmAddress, Layout, PageKind};
use protocol::Error;

use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest, page_layout, response},
    support::reported_tenant::tenant,
    tickets,
};

/// Shows the page. It confirms nothing by itself, because mail scanners follow links.
pub(super) async fn show(
    incoming: &IncomingRequest,
    sealed: &str,
    language: Language,
) -> Result<Response, Error> {
    let now = incoming.context.now();
    let ticket = tickets::ticket_to_confirm(&incoming.service.tickets, sealed, now).await?;
    let tenant = tenant(incoming, ticket.tenant).await;
    let tenant = tenant.as_deref().map(|tenant| page_layout::page_tenant(tenant, language));
    let language_switch = page_layout::language_switch(incoming.parts());
    let page = ConfirmAddress {
        layout: Layout { tenant, language_switch },
        ticket: ticket.id.to_string(),
        confirmation: sealed.to_owned(),
        is_confirmed: ticket.is_address_confirmed(),
    };
    Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
}

/// Handles the form: confirms the address, and leads back to the page.
pub(super) async fn confirm(
    incoming: &IncomingRequest,
    fields: &FormFields,
    language: Language,
) -> Result<Response, Error> {
    let sealed = fields.value("confirm");
    let request = (incoming.context.now(), incoming.context.seed()?);
    tickets::confirm_address(&incoming.service.tickets, sealed, request).await?;
    let location = format!("/report?confirm={sealed}&ui_locales={}", language.tag());
    Ok(response::redirect(&location)?)
}
