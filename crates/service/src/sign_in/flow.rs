//! The state of a sign-in flow: sealed into the forms of its pages, and bound to one browser by a
//! cookie.

use axum::http::HeaderValue;
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Fault, FaultKind, Seconds, SessionId, Timestamp};
use protocol::{
    authorize::AuthorizationRequest,
    context::{RuleContext, TenantContext},
};
use serde::{Deserialize, Serialize};
use signin::flow::Progress;

use crate::http::cookies::{self, CookieLifetime, RequestCookies};

/// The time that a user has for a sign-in flow.
const LIFETIME: Seconds = Seconds::minutes(10);
/// Maximum number of flows of one browser in one tenant. A further one ends the oldest, so that the
/// cookies never exceed the limit on request headers.
const FLOWS_MAX: usize = 8;

/// A sign-in flow that has not finished.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SignInFlow {
    id: [u8; 16],
    /// The id in the request records. It stays the same when the flow restarts.
    #[serde(default)]
    record_id: [u8; 16],
    expires_at: Timestamp,
    /// The authorization request.
    pub(super) request: AuthorizationRequest,
    /// The steps that the user has passed.
    pub(super) progress: Progress,
}

impl SignInFlow {
    /// Starts a flow for an authorization request.
    pub(super) fn new(request: AuthorizationRequest, context: &RuleContext<'_>) -> Self {
        let id = context.seed.derive("flow");
        let expires_at = context.now + LIFETIME;
        Self { id, record_id: id, expires_at, request, progress: Progress::default() }
    }

    /// Returns the id of the flow in request records.
    pub(super) const fn record_id(&self) -> [u8; 16] {
        self.record_id
    }

    /// Seals the flow into the text of the form's hidden field.
    pub(super) fn seal(&self, tenant: &TenantContext) -> Result<String, Fault> {
        let payload = serde_json::to_vec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        cookies::seal(&tenant.sealers.flow, &payload)
    }

    /// Opens the hidden field of a submitted form.
    ///
    /// # Errors
    /// The field is malformed or was not sealed by the tenant.
    pub(super) fn unseal(sealed: &str, tenant: &TenantContext) -> Result<Self, Refusal> {
        let payload =
            tenant.sealers.flow.open(sealed).map_err(|_| refusal::form_token_invalid())?;
        serde_json::from_slice(&payload).map_err(|_| refusal::form_token_invalid())
    }

    /// Checks that the flow has not expired and that this browser started it (session fixation).
    ///
    /// # Errors
    /// The flow expired, or the browser does not send its cookie.
    pub(super) fn resume(
        self,
        cookies: &RequestCookies<'_>,
        context: &RuleContext<'_>,
    ) -> Result<Self, Refusal> {
        let (flow, sealers) = (self, &context.tenant.sealers);
        if flow.expires_at <= context.now {
            return Err(refusal::sign_in_expired());
        }
        let Some(cookie) = cookies.value(&flow.cookie_name(context.tenant)) else {
            let has_others = cookies.with_prefix(&cookie_prefix(context.tenant)).next().is_some();
            return Err(if has_others {
                refusal::form_token_invalid()
            } else {
                refusal::sign_in_not_found()
            });
        };
        let is_bound = sealers.flow_cookie.open(cookie).is_ok_and(|bytes| bytes == flow.binding());
        if is_bound { Ok(flow) } else { Err(refusal::form_token_invalid()) }
    }

    /// Restarts the flow if the user must authenticate again after the flow opened a session.
    pub(super) fn restart(&mut self, context: &RuleContext<'_>) {
        let progress = Progress { username: self.progress.username.take(), ..Progress::default() };
        self.id = context.seed.derive("flow");
        self.expires_at = context.now + LIFETIME;
        self.progress = progress;
    }

    /// Returns the id of the session that this flow opens. It depends on the flow's id only, so a
    /// form that is sent twice opens one session.
    pub(super) fn session_id(&self) -> SessionId {
        let digest = digest::sha256(&[&b"session\0"[..], &self.id].concat());
        SessionId::new(*digest.first_chunk().unwrap_or(&[0; 16]))
    }

    /// Returns the `Set-Cookie` values that bind the flow to the browser and delete the cookies of
    /// the oldest flows beyond [`FLOWS_MAX`].
    pub(super) fn set_cookie(
        &self,
        cookies: &RequestCookies<'_>,
        context: &RuleContext<'_>,
    ) -> Result<Vec<HeaderValue>, Fault> {
        let sealed = cookies::seal(&context.tenant.sealers.flow_cookie, &self.binding())?;
        let lifetime = CookieLifetime::MaxAge(self.expires_at - context.now);
        let (prefix, name) = (cookie_prefix(context.tenant), self.cookie_name(context.tenant));
        let mut values = vec![cookies::set_cookie(&name, &sealed, lifetime)?];
        let mut others: Vec<_> = cookies
            .with_prefix(&prefix)
            .filter(|(other, _)| *other != name)
            .map(|(name, value)| (expiry(value, context), name))
            .collect();
        others.sort_unstable();
        for (_, name) in others.iter().rev().skip(FLOWS_MAX - 1) {
            values.push(cookies::set_cookie(name, "", CookieLifetime::Expired)?);
        }
        Ok(values)
    }

    /// Returns the `Set-Cookie` value that deletes the flow's cookie. A form of the flow is refused
    /// afterwards.
    pub(super) fn clear_cookie(&self, tenant: &TenantContext) -> Result<HeaderValue, Fault> {
        cookies::set_cookie(&self.cookie_name(tenant), "", CookieLifetime::Expired)
    }

    fn cookie_name(&self, tenant: &TenantContext) -> String {
        cookie_prefix(tenant) + &digest::base64url(self.id)
    }

    fn binding(&self) -> Vec<u8> {
        [&self.id[..], &self.expires_at.microseconds().to_be_bytes()].concat()
    }
}

/// Returns the prefix of the names of a tenant's flow cookies.
fn cookie_prefix(tenant: &TenantContext) -> String {
    format!("__Host-flow-{}-", cookies::tenant_suffix(tenant))
}

/// Returns the expiry of a cookie's flow in microseconds, or the smallest number if the tenant did
/// not seal the cookie.
fn expiry(value: &str, context: &RuleContext<'_>) -> i64 {
    let bytes = context.tenant.sealers.flow_cookie.open(value).unwrap_or_default();
    let expiry = bytes.get(16..).and_then(|expiry| expiry.try_into().ok());
    expiry.map_or(i64::MIN, i64::from_be_bytes)
}
