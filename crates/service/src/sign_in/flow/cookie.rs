//! The cookies of sign-in flows: their names, and how many a browser keeps.

use axum::http::HeaderValue;
use model::{Fault, FaultKind, Seconds};
use protocol::context::{RuleContext, TenantContext};

use super::SignInFlow;
use crate::{
    http::cookies::{self, CookieLifetime, RequestCookies},
    sign_in::flow_id::FlowId,
};

/// Maximum number of flows of one browser in one tenant. A further one ends the oldest.
const FLOWS_MAX: usize = 8;
/// Maximum length of the cookies of all flows of one browser, of every tenant, in bytes. A further
/// flow ends the oldest ones: a page that starts many must not fill the header `Cookie`, for which
/// proxies such as nginx accept 8 KiB. The other half is for the cookies of sessions.
const FLOWS_BYTES_MAX: usize = 4 * 1_024;
/// The prefix of the names of all flow cookies.
const PREFIX: &str = "__Host-flow-";
/// Lifetime of the cookie. It is longer than that of the flow: an expired flow keeps the typed
/// name.
const COOKIE_LIFETIME: Seconds = Seconds::minutes(30);

impl SignInFlow {
    /// Returns the `Set-Cookie` values that store the flow and delete the cookies of the oldest
    /// flows beyond [`FLOWS_MAX`] and [`FLOWS_BYTES_MAX`].
    pub(in crate::sign_in) fn set_cookie(
        &self,
        cookies: &RequestCookies<'_>,
        context: &RuleContext<'_>,
    ) -> Result<Vec<HeaderValue>, Fault> {
        let tenant = context.tenant;
        let payload = postcard::to_allocvec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        let sealed = cookies::seal(&tenant.sealers.flow_cookie, &payload)?;
        let lifetime = CookieLifetime::MaxAge(COOKIE_LIFETIME);
        let name = cookie_name(self.id, tenant);
        let mut values = vec![cookies::set_cookie(&name, &sealed, lifetime)?];
        let (mut kept, mut bytes) = (1, sent_bytes(&name, &sealed));
        let own_prefix = cookie_prefix(tenant);
        let mut others: Vec<(Option<FlowId>, &str, &str)> = cookies
            .with_prefix(PREFIX)
            .filter(|(other, _)| *other != name)
            .map(|(other, value)| (flow_of(other), other, value))
            .collect();
        // The id begins with the time of the start.
        others.sort_unstable();
        for (_, other, value) in others.into_iter().rev() {
            let of_tenant = kept + usize::from(other.starts_with(&own_prefix));
            let of_host = bytes + sent_bytes(other, value);
            if of_tenant > FLOWS_MAX || of_host > FLOWS_BYTES_MAX {
                values.push(cookies::set_cookie(other, "", CookieLifetime::Expired)?);
            } else {
                (kept, bytes) = (of_tenant, of_host);
            }
        }
        Ok(values)
    }

    /// Returns the `Set-Cookie` value that deletes the flow's cookie.
    pub(in crate::sign_in) fn clear_cookie(
        id: FlowId,
        tenant: &TenantContext,
    ) -> Result<HeaderValue, Fault> {
        cookies::set_cookie(&cookie_name(id, tenant), "", CookieLifetime::Expired)
    }
}

pub(super) fn cookie_name(id: FlowId, tenant: &TenantContext) -> String {
    format!("{}{id}", cookie_prefix(tenant))
}

/// Returns the prefix of the names of a tenant's flow cookies.
pub(super) fn cookie_prefix(tenant: &TenantContext) -> String {
    format!("{PREFIX}{}-", cookies::tenant_suffix(tenant))
}

/// Returns the flow whose cookie has this name, of any tenant.
fn flow_of(name: &str) -> Option<FlowId> {
    let (_, id) = name.strip_prefix(PREFIX)?.split_once('-')?;
    FlowId::parse(id)
}

/// Returns the length of a cookie in the header `Cookie`, with `=` and `; `.
const fn sent_bytes(name: &str, value: &str) -> usize {
    name.len() + value.len() + 3
}
