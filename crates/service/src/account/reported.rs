//! The page after a report: the user has no session any more, so its address is sealed.

use axum::{http::Method, response::Response};
use jose::seal::Purpose;
use model::{Fault, FaultKind, TenantId, TicketId};
use pages::{ActivityReported, PageKind};
use protocol::Error;

use super::context::error_page;
use crate::{
    http::{finish, incoming::IncomingRequest, page_layout, response},
    state::Service,
};

/// The first bytes of the payload, which no other sealed text of the account pages has.
const LABEL: &[u8] = b"reported\0";
/// The longest sealed text, in bytes.
const SEALED_BYTES_MAX: usize = 256;

/// A report, as the address of its page names it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ReportedActivity {
    pub(super) tenant: TenantId,
    /// `None` if the ticket could not be stored.
    pub(super) ticket: Option<TicketId>,
}

impl ReportedActivity {
    /// Returns the path of the page, after that of the first account page.
    pub(super) fn path(&self, service: &Service) -> Result<String, Fault> {
        let ticket = self.ticket.map(TicketId::into_bytes);
        let ticket = ticket.as_ref().map_or(&[][..], |bytes| &bytes[..]);
        let payload = [LABEL, &self.tenant.into_bytes(), ticket].concat();
        let sealed = service.sealer(Purpose::AccountForm)?.seal(&payload);
        let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        Ok(format!("/reported?report={sealed}"))
    }

    /// Opens the parameter of an address. `None` if it was not sealed by this service.
    fn open(service: &Service, sealed: &str) -> Option<Self> {
        let sealed = Some(sealed).filter(|sealed| sealed.len() <= SEALED_BYTES_MAX)?;
        let payload = service.sealer(Purpose::AccountForm).ok()?.open(sealed).ok()?;
        let (tenant, ticket) = payload.strip_prefix(LABEL)?.split_first_chunk::<16>()?;
        Some(Self {
            tenant: TenantId::new(uuid::Uuid::from_bytes(*tenant)),
            ticket: ticket.first_chunk().copied().map(TicketId::new),
        })
    }
}

/// Shows the page. Any other address leads to the first account page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    let result = async {
        let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
        finish::annotate(&incoming, &tenant, None);
        let base = format!("/{}/account", tenant.row.name);
        let query = incoming.query()?;
        let opened =
            ReportedActivity::open(&incoming.service, query.get("report").unwrap_or_default());
        let Some(reported) = opened.filter(|opened| opened.tenant == tenant.id()) else {
            return Ok::<_, Error>(response::redirect(&base)?);
        };
        let page = ActivityReported {
            layout: page_layout::of_tenant(&tenant.row, language, incoming.parts()),
            ticket: reported.ticket.map(|ticket| ticket.to_string()),
            next: format!("{base}/password"),
        };
        Ok(response::html(page.render(language), PageKind::Account))
    };
    result.await.unwrap_or_else(|error| error_page(&incoming, None, language, &error))
}
