//! The two cookies of the service's own pages: the session of the pages and the pending sign-in.
//!
//! Both are sealed with a key of the installation, because the cookie itself names the
//! tenant.

use axum::http::HeaderValue;
use jose::seal::Purpose;
use model::{Fault, FaultKind, Seconds, SessionId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    http::cookies::{self, CookieLifetime, RequestCookies},
    state::Service,
    tenants::built_in_client::BuiltInClient,
};

/// The lifetime of a session of the pages, from the authentication on.
pub(crate) const LIFETIME: Seconds = Seconds::hours(8);
/// The interval in which the use of a session is recorded in its cookie.
const USE_INTERVAL: Seconds = Seconds::minutes(2);
/// The time that a user has for the tenant's sign-in pages.
const SIGN_IN_LIFETIME: Seconds = Seconds::minutes(15);

/// A session of the pages, as the cookie claims it. It must be checked against the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PageSession {
    pub(crate) tenant: TenantId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    /// The time at which the user authenticated.
    pub(crate) auth_time: Timestamp,
    /// The time of the last page, to within [`USE_INTERVAL`].
    #[serde(default)]
    pub(crate) used_at: Timestamp,
}

/// A sign-in to the pages that is not complete: the redirect with the code is still missing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingSignIn {
    /// The tenant's name or id, not verified.
    pub(crate) tenant: String,
    pub(crate) state: String,
    pub(crate) code_verifier: String,
    /// The path to open after the sign-in.
    pub(crate) next: String,
    expires_at: Timestamp,
}

/// Returns the name of the session cookie and the purpose that it is sealed for.
const fn session_cookie(pages: BuiltInClient) -> (&'static str, Purpose) {
    match pages {
        BuiltInClient::Administration => ("__Host-admin", Purpose::AdminCookie),
        BuiltInClient::Account => ("__Host-account", Purpose::AccountCookie),
    }
}

/// Returns the name of the cookie of a pending sign-in and the purpose that it is sealed for.
const fn sign_in_cookie(pages: BuiltInClient) -> (&'static str, Purpose) {
    match pages {
        BuiltInClient::Administration => ("__Host-admin-flow", Purpose::AdminFlow),
        BuiltInClient::Account => ("__Host-account-flow", Purpose::AccountFlow),
    }
}

/// Returns the purpose of the CSRF tokens of forms.
const fn form_purpose(pages: BuiltInClient) -> Purpose {
    match pages {
        BuiltInClient::Administration => Purpose::AdminForm,
        BuiltInClient::Account => Purpose::AccountForm,
    }
}

impl PageSession {
    /// Opens the session cookie of a request. Returns `None` if it is missing, not sealed by this
    /// installation, or expired.
    pub(crate) fn from_cookies(
        (service, pages): (&Service, BuiltInClient),
        cookies: &RequestCookies<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        let session: Self = open(service, cookies, session_cookie(pages))?;
        // The authorization request of the next sign-in has `max_age` of the same length.
        let is_current = now <= session.auth_time + LIFETIME && !session.auth_time.is_future(now);
        is_current.then_some(session)
    }

    /// Returns the session as used now, if the last recorded use is some time ago.
    pub(crate) fn used(&self, now: Timestamp) -> Option<Self> {
        let is_due = self.used_at + USE_INTERVAL <= now || self.used_at.is_future(now);
        is_due.then(|| Self { used_at: now, ..self.clone() })
    }

    /// Returns the `Set-Cookie` value that stores the session.
    pub(crate) fn cookie(
        &self,
        (service, pages): (&Service, BuiltInClient),
        now: Timestamp,
    ) -> Result<HeaderValue, Fault> {
        let lifetime = CookieLifetime::MaxAge((self.auth_time + LIFETIME) - now);
        let (name, purpose) = session_cookie(pages);
        cookies::set_cookie(name, &seal(service, purpose, self)?, lifetime)
    }

    /// Returns the `Set-Cookie` value that deletes the session cookie.
    pub(crate) fn clear(pages: BuiltInClient) -> Result<HeaderValue, Fault> {
        cookies::set_cookie(session_cookie(pages).0, "", CookieLifetime::Expired)
    }

    /// Returns the CSRF token of this session. Every form of the pages sends it.
    pub(crate) fn csrf_token(
        &self,
        service: &Service,
        pages: BuiltInClient,
    ) -> Result<String, Fault> {
        let sealer = service.sealer(form_purpose(pages))?;
        cookies::seal(&sealer, &self.csrf_payload())
    }

    /// Returns whether a form's CSRF token belongs to this session.
    pub(crate) fn verify_csrf_token(
        &self,
        (service, pages): (&Service, BuiltInClient),
        token: &str,
    ) -> bool {
        let sealer = service.sealer(form_purpose(pages)).ok();
        let opened = sealer.and_then(|sealer| sealer.open(token).ok());
        opened.is_some_and(|payload| payload == self.csrf_payload())
    }

    fn csrf_payload(&self) -> Vec<u8> {
        let (tenant, user) = (self.tenant.into_bytes(), self.user.into_bytes());
        [tenant, user, self.session.into_bytes()].concat()
    }
}

impl PendingSignIn {
    /// Creates a pending sign-in that expires after [`SIGN_IN_LIFETIME`].
    pub(crate) fn new(
        tenant: String,
        next: String,
        (state, code_verifier): (String, String),
        now: Timestamp,
    ) -> Self {
        Self { tenant, state, code_verifier, next, expires_at: now + SIGN_IN_LIFETIME }
    }

    /// Opens the pending sign-in of a request's cookies. Returns `None` if there is none or it
    /// expired.
    pub(crate) fn from_cookies(
        (service, pages): (&Service, BuiltInClient),
        cookies: &RequestCookies<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        let started_at = |pending: &Self| pending.expires_at - SIGN_IN_LIFETIME;
        open(service, cookies, sign_in_cookie(pages)).filter(|pending: &Self| {
            now < pending.expires_at && !started_at(pending).is_future(now)
        })
    }

    /// Returns the `Set-Cookie` value that stores the pending sign-in.
    pub(crate) fn cookie(
        &self,
        service: &Service,
        pages: BuiltInClient,
    ) -> Result<HeaderValue, Fault> {
        let (name, purpose) = sign_in_cookie(pages);
        let sealed = seal(service, purpose, self)?;
        cookies::set_cookie(name, &sealed, CookieLifetime::MaxAge(SIGN_IN_LIFETIME))
    }

    /// Returns the `Set-Cookie` value that deletes the pending sign-in.
    pub(crate) fn clear(pages: BuiltInClient) -> Result<HeaderValue, Fault> {
        cookies::set_cookie(sign_in_cookie(pages).0, "", CookieLifetime::Expired)
    }
}

fn seal(service: &Service, purpose: Purpose, value: &impl Serialize) -> Result<String, Fault> {
    let payload = serde_json::to_vec(value);
    let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    cookies::seal(&service.sealer(purpose)?, &payload)
}

fn open<T: DeserializeOwned>(
    service: &Service,
    cookies: &RequestCookies<'_>,
    (name, purpose): (&str, Purpose),
) -> Option<T> {
    let value = cookies.value(name)?;
    let payload = service.sealer(purpose).ok()?.open(value).ok()?;
    serde_json::from_slice(&payload).ok()
}
