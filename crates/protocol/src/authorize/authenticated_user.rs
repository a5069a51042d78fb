//! The proof that the person is there: a live session that fits the request.

use std::sync::Arc;

use model::{Client, Session, User};

use super::Request;
use crate::{context::Context, subject};

/// A person who is there. Made by [`PresentUser::check`] only.
#[derive(Clone, Debug)]
pub struct PresentUser {
    pub(super) session: Session,
    user: Arc<User>,
}

/// Why a session does not show that the person is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPresent {
    /// There is no such session, or it is over.
    SessionOver,
    /// It was ended from elsewhere: the password changed, or sign-ins were withdrawn.
    SessionWithdrawn,
    /// The account is gone or switched off.
    UserDisabled,
    /// The request wants a newer proof (`prompt=login`, `max_age`).
    ProofTooOld,
    /// The request is about somebody else (`id_token_hint`, `claims`).
    SomebodyElse,
}

impl PresentUser {
    /// Holds a session and its person against the request.
    ///
    /// # Errors
    /// The session does not do for this request, or not any more.
    pub fn check(
        request: &Request,
        client: &Client,
        (session, user): (Session, Option<Arc<User>>),
        context: &Context<'_>,
    ) -> Result<Self, NotPresent> {
        let tenant = &context.realm.tenant;
        if session.tenant != tenant.id || session.is_over(context.now) {
            return Err(NotPresent::SessionOver);
        }
        if session.auth_time < tenant.tokens_not_before {
            return Err(NotPresent::SessionWithdrawn);
        }
        let user = user.filter(|user| user.enabled && user.id == session.user);
        let user = user.ok_or(NotPresent::UserDisabled)?;
        if session.auth_time < user.tokens_not_before {
            return Err(NotPresent::SessionWithdrawn);
        }
        let expected = request.subject.as_deref();
        if expected.is_some_and(|sub| sub != subject::of_user(&user, client, tenant)) {
            return Err(NotPresent::SomebodyElse);
        }
        if !is_fresh(request, &session, context) {
            return Err(NotPresent::ProofTooOld);
        }
        Ok(Self { session, user })
    }

    /// The person.
    pub fn user(&self) -> &Arc<User> {
        &self.user
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

/// A proof that came after the request is always fresh: pages that follow it take their time.
fn is_fresh(request: &Request, session: &Session, context: &Context<'_>) -> bool {
    if session.auth_time >= request.received_at {
        return true;
    }
    // To the microsecond: a proof of the same second is too old for `max_age=0`.
    let young = |most| context.now <= session.auth_time + most;
    !request.prompt.login && request.max_age.is_none_or(young)
}
