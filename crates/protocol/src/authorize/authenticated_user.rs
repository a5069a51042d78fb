//! The proof that the user is authenticated: an active session that satisfies the request.

use std::sync::Arc;

use model::{ClientId, Seconds, Session, Timestamp, User};

use super::{AuthorizationRequest, RequestedStrength};
use crate::{acr::Strength, context::RuleContext, subject};

/// A user with a session that satisfies a request. Only [`AuthenticatedUser::check`] creates one.
#[derive(Clone, Debug)]
pub struct AuthenticatedUser {
    pub(super) session: Session,
    user: Arc<User>,
    required: RequiredAuthentication,
}

/// The requirements of a request on an authentication, which [`AuthenticatedUser::check`] compares.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RequiredAuthentication {
    client: ClientId,
    login: bool,
    max_age: Option<Seconds>,
    strength: RequestedStrength,
    subjects: Option<Vec<String>>,
    received_at: Timestamp,
}

/// The reason why a session does not authenticate the user for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAuthenticated {
    /// The session does not exist, has expired, has ended, or is of the future.
    SessionEnded,
    /// The session was revoked: the password changed, or earlier sign-ins were revoked.
    SessionRevoked,
    /// The user was deleted or disabled, or has expired.
    UserDisabled,
    /// The request requires a newer authentication (`prompt=login`, `max_age`).
    AuthenticationTooOld,
    /// The request, or the policy of the client or tenant, requires a second factor.
    TooWeak,
    /// The request requires another user (`id_token_hint`, `claims`).
    OtherUser,
}

impl AuthenticatedUser {
    /// Checks that a session and its user satisfy the request.
    ///
    /// # Errors
    /// The session does not satisfy the request, or is no longer active.
    pub fn check(
        request: &AuthorizationRequest,
        (session, user): (Session, Option<Arc<User>>),
        context: &RuleContext<'_>,
    ) -> Result<Self, NotAuthenticated> {
        let (tenant, client) = (&context.tenant.row, request.client());
        if session.tenant != tenant.id || !session.is_active(context.now) {
            return Err(NotAuthenticated::SessionEnded);
        }
        let not_before = tenant.tokens_not_before.max(context.tenant.remembered_since);
        if session.auth_time < not_before {
            return Err(NotAuthenticated::SessionRevoked);
        }
        let user = user.filter(|user| user.is_active(context.now) && user.id == session.user);
        let user = user.ok_or(NotAuthenticated::UserDisabled)?;
        if !user.accepts_session(&session) {
            return Err(NotAuthenticated::SessionRevoked);
        }
        let is_other =
            |subjects: &Vec<String>| !subjects.contains(&subject::of_user(user.id, client, tenant));
        if request.subjects.as_ref().is_some_and(is_other) {
            return Err(NotAuthenticated::OtherUser);
        }
        if !is_recent_enough(request, &session, context) {
            return Err(NotAuthenticated::AuthenticationTooOld);
        }
        let required = request.strength.required_of(&user, client, tenant, context.now);
        if Strength::of(&session.amr) < required {
            return Err(NotAuthenticated::TooWeak);
        }
        Ok(Self { session, user, required: RequiredAuthentication::of(request) })
    }

    /// Returns whether the user is authenticated for this request, and not for another one.
    pub(super) fn is_for(&self, request: &AuthorizationRequest) -> bool {
        self.required == RequiredAuthentication::of(request)
    }

    /// Returns the user.
    pub fn user(&self) -> &Arc<User> {
        &self.user
    }

    /// Returns the session.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

impl RequiredAuthentication {
    fn of(request: &AuthorizationRequest) -> Self {
        Self {
            client: request.client.id.clone(),
            login: request.prompt.login,
            max_age: request.max_age,
            strength: request.strength,
            subjects: request.subjects.clone(),
            received_at: request.received_at,
        }
    }
}

/// Returns whether the authentication is recent enough. One after the request always is, however
/// long the pages after it take.
fn is_recent_enough(
    request: &AuthorizationRequest,
    session: &Session,
    context: &RuleContext<'_>,
) -> bool {
    if (request.received_at..=context.now).contains(&session.auth_time) {
        return true;
    }
    // To the microsecond: for `max_age=0`, an authentication in the same second is too old.
    let within = |age| context.now <= session.auth_time + age;
    !request.prompt.login && request.max_age.is_none_or(within)
}
