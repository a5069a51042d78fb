//! The session of the browser in which a user ended all others.
//!
//! The user did not authenticate anew there, so the session keeps its `auth_time`, which is older
//! than the revocation. The user's row names it instead.

use crate::{KeptSession, Session, SessionId, Timestamp, User};

/// Maximum number of sessions in a row. An earlier one matters only for the grants that it opened.
const KEPT_MAX: usize = 8;

impl User {
    /// Returns the row with all sessions ended at `now`. Grants go on.
    #[must_use]
    pub fn with_ended_sessions(self, now: Timestamp) -> Self {
        let earlier = self.generation().max(self.sessions_not_before);
        Self { sessions_not_before: crate::after_revocation_of_user(now, earlier), ..self }
    }

    /// Returns the row with a session that goes on although all sessions have ended.
    #[must_use]
    pub fn keeping(mut self, id: SessionId) -> Self {
        let Self { tokens_not_before, sessions_not_before, .. } = self;
        // The grants of those before an earlier revocation are revoked.
        self.kept_sessions.retain(|kept| kept.tokens_not_before == tokens_not_before);
        let surplus = (self.kept_sessions.len() + 1).saturating_sub(KEPT_MAX);
        self.kept_sessions.drain(..surplus);
        self.kept_sessions.push(KeptSession { id, tokens_not_before, sessions_not_before });
        self
    }

    /// Returns whether no revocation ended a session of the user.
    pub fn accepts_session(&self, session: &Session) -> bool {
        let is_kept = |kept: &KeptSession| {
            kept.id == session.id
                && kept.tokens_not_before == self.tokens_not_before
                && kept.sessions_not_before == self.sessions_not_before
        };
        self.has_authenticated_since(session.auth_time) || self.kept_sessions.iter().any(is_kept)
    }

    /// Returns whether an authentication is newer than every revocation. The session of an older
    /// one may be accepted, but gets no further factor.
    pub fn has_authenticated_since(&self, auth_time: Timestamp) -> bool {
        auth_time >= self.tokens_not_before.max(self.sessions_not_before)
    }

    /// Returns whether no revocation reached a code or grant of the user, which was given at a time
    /// in a session.
    pub fn accepts_grant(
        &self,
        session: SessionId,
        auth_time: Timestamp,
        given_at: Timestamp,
    ) -> bool {
        let is_kept = |kept: &KeptSession| {
            kept.id == session && kept.tokens_not_before == self.tokens_not_before
        };
        let not_before = self.tokens_not_before;
        auth_time >= not_before || given_at >= not_before && self.kept_sessions.iter().any(is_kept)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{TenantId, UserId};

    fn session(id: u8) -> Session {
        Session {
            tenant: TenantId::new(Uuid::nil()),
            id: SessionId::new([id; 16]),
            user: UserId::new(Uuid::nil()),
            auth_time: Timestamp::from_seconds(10),
            amr: Vec::new(),
            expires_at: Timestamp::from_seconds(1_000),
            persistent: false,
            ended_at: None,
            replaces: None,
            origin: None,
        }
    }

    #[test]
    fn kept_session_is_accepted_until_the_next_revocation() {
        // Revokes everything but one session, then all sessions but another, then everything.
        let [twenty, thirty, forty] = [20, 30, 40].map(Timestamp::from_seconds);
        let (one, two) = (session(1), session(2));
        let user = User::new(one.tenant, one.user, "ana");
        assert!(user.accepts_session(&one) && user.accepts_session(&two));
        let kept = user.with_revocation(twenty).keeping(one.id);
        assert!(kept.accepts_session(&one) && !kept.accepts_session(&two));
        assert!(!kept.has_authenticated_since(one.auth_time));
        let again = kept.with_ended_sessions(thirty).keeping(two.id);
        assert!(!again.accepts_session(&one) && again.accepts_session(&two));
        assert!(
            !again
                .clone()
                .with_new_password(forty)
                .with_ended_sessions(forty)
                .accepts_session(&two)
        );
        assert!(!again.with_revocation(forty).accepts_session(&two));
    }

    #[test]
    fn grants_of_kept_sessions_are_accepted_if_given_after_the_revocation() {
        // Reads grants of kept sessions and of another one, given before and after.
        let [fifteen, twenty, thirty, forty] = [15, 20, 30, 40].map(Timestamp::from_seconds);
        let (one, two, other) = (session(1), session(2), session(3));
        let user = User::new(one.tenant, one.user, "ana").with_ended_sessions(fifteen);
        assert!(user.accepts_grant(other.id, other.auth_time, twenty));
        let user = user.with_revocation(twenty).keeping(one.id);
        let user = user.with_ended_sessions(thirty).keeping(two.id);
        for kept in [&one, &two] {
            assert!(user.accepts_grant(kept.id, kept.auth_time, twenty));
            assert!(!user.accepts_grant(kept.id, kept.auth_time, fifteen));
        }
        assert!(!user.accepts_grant(other.id, other.auth_time, thirty));
        let revoked = user.with_revocation(forty);
        assert!(!revoked.accepts_grant(two.id, two.auth_time, forty));
    }

    #[test]
    fn kept_sessions_of_a_row_are_few() {
        // Ends the sessions a hundred times.
        let mut user = User::new(session(0).tenant, session(0).user, "ana");
        for id in 0..100 {
            user = user.with_ended_sessions(Timestamp::from_seconds(20)).keeping(session(id).id);
        }
        assert_eq!(user.kept_sessions.len(), KEPT_MAX);
        assert!(user.accepts_session(&session(99)) && !user.accepts_session(&session(98)));
    }
}
