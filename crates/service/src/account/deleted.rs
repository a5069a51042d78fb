//! The page after a deletion: the user has no session any more, so its address is sealed.

use axum::{http::Method, response::Response};
use jose::seal::Purpose;
use model::{Fault, FaultKind, TenantId};
use pages::{AccountDeleted, PageKind};
use protocol::Error;

use super::context::error_page;
use crate::{
    http::{finish, incoming::IncomingRequest, page_layout, response},
    state::Service,
};

/// The first bytes of the payload, which no other sealed text of the account pages has.
const LABEL: &[u8] = b"deleted\0";
/// The longest sealed text, in bytes.
const SEALED_BYTES_MAX: usize = 256;

/// A deleted account, as the address of its page names it: a link cannot make a user believe that
/// theirs was deleted.
pub(super) struct DeletedAccount {
    pub(super) tenant: TenantId,
}

impl DeletedAccount {
    /// Returns the path of the page, after that of the first account page.
    pub(super) fn path(&self, service: &Service) -> Result<String, Fault> {
        let payload = [LABEL, &self.tenant.into_bytes()].concat();
        let sealed = service.sealer(Purpose::AccountForm)?.seal(&payload);
        let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        Ok(format!("/deleted?deletion={sealed}"))
    }

    /// Returns whether the parameter of an address was sealed by this service for a tenant.
    fn is_sealed(&self, service: &Service, sealed: &str) -> bool {
        let sealed = Some(sealed).filter(|sealed| sealed.len() <= SEALED_BYTES_MAX);
        let sealer = service.sealer(Purpose::AccountForm).ok();
        let payload = sealer.zip(sealed).and_then(|(sealer, sealed)| sealer.open(sealed).ok());
        payload.is_some_and(|payload| {
            payload.strip_prefix(LABEL) == Some(&self.tenant.into_bytes()[..])
        })
    }
}

/// Shows the page. Any other address leads to the first account page.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    let result = async {
        let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
        finish::annotate(&incoming, &tenant, None);
        let query = incoming.query()?;
        let sealed = query.get("deletion").unwrap_or_default();
        let deleted = DeletedAccount { tenant: tenant.id() };
        if !deleted.is_sealed(&incoming.service, sealed) {
            let base = format!("/{}/account", tenant.row.name);
            return Ok::<_, Error>(response::redirect(&base)?);
        }
        let layout = page_layout::of_tenant(&tenant.row, language, incoming.parts());
        let page = AccountDeleted { layout };
        Ok(response::html(page.render(language), PageKind::Account))
    };
    result.await.unwrap_or_else(|error| error_page(&incoming, None, language, &error))
}
