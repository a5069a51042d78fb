//! The two cookies of the administration pages: who sits there, and a sign-in that is under way.
//!
//! Both are sealed for the whole installation and name their tenant inside: before they are
//! opened, nobody knows whose they are.

use axum::http::HeaderValue;
use model::{Fault, FaultKind, Seconds, SessionId, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Service,
    cookies::{self, Jar, Life},
};

/// How long after proving itself a person may sit at the administration pages.
pub(super) const LIFETIME: Seconds = Seconds::hours(8);
/// How long a sign-in may take on its way through the sign-in pages.
const WAY: Seconds = Seconds::minutes(15);

/// Who sits at the administration pages, as far as the browser says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seat {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    /// When the person proved itself.
    pub(super) auth_time: Timestamp,
    /// The language that was chosen by a link.
    pub(super) language: Option<String>,
}

/// A sign-in under way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Way {
    /// The tenant's name as it was typed.
    pub(super) tenant: String,
    pub(super) state: String,
    pub(super) code_verifier: String,
    /// The path below `/admin` where the person wanted to go.
    pub(super) next: String,
    expires_at: Timestamp,
}

const SEAT: (&str, &str) = ("__Host-admin", "admin_cookie");
const WAY_HERE: (&str, &str) = ("__Host-admin-flow", "admin_flow");

impl Seat {
    /// The seat of a request, if its cookie is ours and not over.
    pub(super) fn of(service: &Service, jar: &Jar<'_>, now: Timestamp) -> Option<Self> {
        let seat: Self = open(service, jar, SEAT)?;
        // A moment later the authorization endpoint asks for the password anew: `max_age`.
        (now <= seat.auth_time + LIFETIME).then_some(seat)
    }

    /// The cookie.
    pub(super) fn cookie(&self, service: &Service, now: Timestamp) -> Result<HeaderValue, Fault> {
        let life = Life::For((self.auth_time + LIFETIME) - now);
        cookies::set(SEAT.0, &seal(service, SEAT.1, self)?, life)
    }

    /// The end of the cookie.
    pub(super) fn leave() -> Result<HeaderValue, Fault> {
        cookies::set(SEAT.0, "", Life::Over)
    }

    /// What stands in every form of this seat, and of no other.
    pub(super) fn token(&self, service: &Service) -> Result<String, Fault> {
        let sealer = service.sealer("admin_form")?;
        cookies::seal(&sealer, &self.token_payload())
    }

    /// Whether a form has that in it.
    pub(super) fn knows(&self, service: &Service, token: &str) -> bool {
        let sealer = service.sealer("admin_form").ok();
        let opened = sealer.and_then(|sealer| sealer.open(token).ok());
        opened.is_some_and(|payload| payload == self.token_payload())
    }

    fn token_payload(&self) -> Vec<u8> {
        let (tenant, user) = (self.tenant.into_bytes(), self.user.into_bytes());
        [tenant, user, self.session.into_bytes()].concat()
    }
}

impl Way {
    /// Begins one.
    pub(super) fn begin(
        tenant: String,
        next: String,
        (state, code_verifier): (String, String),
        now: Timestamp,
    ) -> Self {
        Self { tenant, state, code_verifier, next, expires_at: now + WAY }
    }

    /// The one that this browser is on.
    pub(super) fn of(service: &Service, jar: &Jar<'_>, now: Timestamp) -> Option<Self> {
        open(service, jar, WAY_HERE).filter(|way: &Self| now < way.expires_at)
    }

    /// The cookie.
    pub(super) fn cookie(&self, service: &Service) -> Result<HeaderValue, Fault> {
        cookies::set(WAY_HERE.0, &seal(service, WAY_HERE.1, self)?, Life::For(WAY))
    }

    /// The end of the cookie.
    pub(super) fn arrive() -> Result<HeaderValue, Fault> {
        cookies::set(WAY_HERE.0, "", Life::Over)
    }
}

fn seal(service: &Service, purpose: &str, value: &impl Serialize) -> Result<String, Fault> {
    let payload = serde_json::to_vec(value);
    let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    cookies::seal(&service.sealer(purpose)?, &payload)
}

fn open<T: DeserializeOwned>(
    service: &Service,
    jar: &Jar<'_>,
    (name, purpose): (&str, &str),
) -> Option<T> {
    let value = jar.value(name)?;
    let payload = service.sealer(purpose).ok()?.open(value).ok()?;
    serde_json::from_slice(&payload).ok()
}
