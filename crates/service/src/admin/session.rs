//! The two cookies of the administration pages: the administrator session and the pending sign-in.
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
};

/// The lifetime of an administrator session, from the authentication on.
pub(super) const LIFETIME: Seconds = Seconds::hours(8);
/// The interval in which the use of a session is recorded in its cookie.
const USE_INTERVAL: Seconds = Seconds::minutes(2);
/// The time that an administrator has for the tenant's sign-in pages.
const SIGN_IN_LIFETIME: Seconds = Seconds::minutes(15);

/// An administrator session, as the cookie claims it. [`super::access::Administrator`] checks it
/// against the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AdminSession {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    /// The time at which the user authenticated.
    pub(super) auth_time: Timestamp,
    /// The time of the last page, to within [`USE_INTERVAL`].
    #[serde(default)]
    pub(super) used_at: Timestamp,
}

/// A sign-in of an administrator that is not complete: the redirect with the code is still missing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PendingSignIn {
    /// The tenant's name or id, not verified.
    pub(super) tenant: String,
    pub(super) state: String,
    pub(super) code_verifier: String,
    /// The path below `/admin` to open after the sign-in.
    pub(super) next: String,
    expires_at: Timestamp,
}

/// The name of a cookie and the purpose that it is sealed for.
const SESSION_COOKIE: (&str, Purpose) = ("__Host-admin", Purpose::AdminCookie);
const SIGN_IN_COOKIE: (&str, Purpose) = ("__Host-admin-flow", Purpose::AdminFlow);

impl AdminSession {
    /// Opens the session cookie of a request. Returns `None` if it is missing, not sealed by this
    /// installation, or expired.
    pub(super) fn from_cookies(
        service: &Service,
        cookies: &RequestCookies<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        let session: Self = open(service, cookies, SESSION_COOKIE)?;
        // The authorization request of the next sign-in has `max_age` of the same length.
        let is_current = now <= session.auth_time + LIFETIME && !session.auth_time.is_future(now);
        is_current.then_some(session)
    }

    /// Returns the session as used now, if the last recorded use is some time ago.
    pub(super) fn used(&self, now: Timestamp) -> Option<Self> {
        let is_due = self.used_at + USE_INTERVAL <= now || self.used_at.is_future(now);
        is_due.then(|| Self { used_at: now, ..self.clone() })
    }

    /// Returns the `Set-Cookie` value that stores the session.
    pub(super) fn cookie(&self, service: &Service, now: Timestamp) -> Result<HeaderValue, Fault> {
        let lifetime = CookieLifetime::MaxAge((self.auth_time + LIFETIME) - now);
        cookies::set_cookie(SESSION_COOKIE.0, &seal(service, SESSION_COOKIE.1, self)?, lifetime)
    }

    /// Returns the `Set-Cookie` value that deletes the session cookie.
    pub(super) fn clear() -> Result<HeaderValue, Fault> {
        cookies::set_cookie(SESSION_COOKIE.0, "", CookieLifetime::Expired)
    }

    /// Returns the CSRF token of this session. Every form of the administration pages sends it.
    pub(super) fn csrf_token(&self, service: &Service) -> Result<String, Fault> {
        let sealer = service.sealer(Purpose::AdminForm)?;
        cookies::seal(&sealer, &self.csrf_payload())
    }

    /// Returns whether a form's CSRF token belongs to this session.
    pub(super) fn verify_csrf_token(&self, service: &Service, token: &str) -> bool {
        let sealer = service.sealer(Purpose::AdminForm).ok();
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
    pub(super) fn new(
        tenant: String,
        next: String,
        (state, code_verifier): (String, String),
        now: Timestamp,
    ) -> Self {
        Self { tenant, state, code_verifier, next, expires_at: now + SIGN_IN_LIFETIME }
    }

    /// Opens the pending sign-in of a request's cookies. Returns `None` if there is none or it
    /// expired.
    pub(super) fn from_cookies(
        service: &Service,
        cookies: &RequestCookies<'_>,
        now: Timestamp,
    ) -> Option<Self> {
        let started_at = |pending: &Self| pending.expires_at - SIGN_IN_LIFETIME;
        open(service, cookies, SIGN_IN_COOKIE).filter(|pending: &Self| {
            now < pending.expires_at && !started_at(pending).is_future(now)
        })
    }

    /// Returns the `Set-Cookie` value that stores the pending sign-in.
    pub(super) fn cookie(&self, service: &Service) -> Result<HeaderValue, Fault> {
        let sealed = seal(service, SIGN_IN_COOKIE.1, self)?;
        cookies::set_cookie(SIGN_IN_COOKIE.0, &sealed, CookieLifetime::MaxAge(SIGN_IN_LIFETIME))
    }

    /// Returns the `Set-Cookie` value that deletes the pending sign-in.
    pub(super) fn clear() -> Result<HeaderValue, Fault> {
        cookies::set_cookie(SIGN_IN_COOKIE.0, "", CookieLifetime::Expired)
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
