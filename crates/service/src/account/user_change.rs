//! Changes of the directory that a user makes on their own rows.

use std::sync::Arc;

use catalogue::refusal;
use model::{
    Actor, Client, Consent, DirectoryChange, DirectoryOutcome, Fault, FaultKind, Password,
    SessionId, StoredRow, Timestamp, User, UserNotice,
};
use protocol::Error;
use signin::factor::password::record_replaced;
use uuid::Uuid;

use super::context::AccountContext;
use crate::user_mail;

/// Number of times that a change is decided if others change the rows meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// A change that the user asks for.
pub(super) enum UserChange {
    /// Ends every session of the user, and revokes every grant.
    RevokeAll,
    /// Ends every session but this one.
    EndOtherSessions { kept: SessionId },
    /// Stores a new password. If it replaces one and a session is kept, it revokes
    /// everything but that.
    SetPassword { password: Password, kept: Option<SessionId>, notice: Box<UserNotice> },
    /// Withdraws every consent to a client. Its grants are refused then, also after a new consent.
    WithdrawConsents(Arc<Client>),
}

/// The rows that a change was decided on, and its rows.
#[derive(Default)]
struct Decision {
    rows: Vec<StoredRow>,
    changes: Vec<DirectoryChange>,
    /// Whether every session ended, apart from one that is kept.
    ends_sessions: bool,
}

impl AccountContext<'_> {
    /// Applies a change to the rows of the user, if these are stored as they were read. Records the
    /// events with the user as their actor, and announces the sign-outs that the change causes.
    /// Returns whether every session ended, apart from one that is kept.
    ///
    /// # Errors
    /// The session ended meanwhile, the store failed, or the rows changed during every attempt.
    pub(super) async fn change_user(&self, change: &UserChange) -> Result<bool, Error> {
        let (service, store) = (&self.incoming.service, self.user.store(&self.incoming.service));
        for _ in 0..ATTEMPTS_MAX {
            let stored = store.user(self.user.user().id).await?;
            let before = stored.filter(|user| self.user.is_signed_in_as(user, service.now()));
            let before = before.ok_or_else(refusal::account_session_ended)?;
            let Decision { rows, changes, ends_sessions } = self.decide(change, &before).await?;
            if changes.is_empty() {
                return Ok(false);
            }
            let mut events = store.events_of(&changes, service.now()).await?;
            let announced = service.announce_logouts(&changes).await?;
            // Before the change: if the process stops in between, the user learns of a change that
            // was not made, rather than not of one that was.
            let notice = self.announce(change, &before).await?;
            if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
                for event in &mut events {
                    let username = before.username.clone();
                    event.actor = Some(Actor::User { username });
                }
                service.record_events(events).await;
                return Ok(ends_sessions);
            }
            service.withdraw_logouts(&announced).await;
            user_mail::withdraw(&*service.history, notice).await;
        }
        let cause = "the rows changed during every attempt to change them";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
    }

    /// Stores the notice of a change to the user. Returns its id, if there is one.
    async fn announce(&self, change: &UserChange, user: &User) -> Result<Option<Uuid>, Fault> {
        let UserChange::SetPassword { notice, .. } = change else { return Ok(None) };
        let service = &self.incoming.service;
        let stores = (&*service.history, &service.settings);
        let at = (&self.incoming.context.seed()?, service.now());
        Ok(user_mail::announce(stores, user, UserNotice::clone(notice), at).await)
    }

    async fn decide(&self, change: &UserChange, before: &User) -> Result<Decision, Fault> {
        let service = &self.incoming.service;
        let (store, now) = (self.user.store(service), service.now());
        let (tenant, user) = (before.tenant, before.id);
        let mut decision = Decision::default();
        decision.rows.push(StoredRow::User(tenant, user, Some(before.clone())));
        match change {
            UserChange::RevokeAll => decision.end(before.clone().with_revocation(now)),
            UserChange::EndOtherSessions { kept } => {
                decision.end(before.clone().with_ended_sessions(now).keeping(*kept));
            }
            UserChange::SetPassword { password, kept, .. } => {
                let stored = store.password(user).await?;
                let before = record_replaced(before.clone(), stored.as_ref());
                // The user who sets a first password has no other place that knows an earlier one.
                if let Some(kept) = kept.filter(|_| stored.is_some()) {
                    decision.end(before.with_revocation(now).keeping(kept));
                } else {
                    // Proofs of the earlier password end also where the sessions go on.
                    let changed = before.with_new_password(now);
                    decision.changes.push(DirectoryChange::PutUser(changed));
                }
                let password = Password { set_at: now, ..password.clone() };
                decision.rows.push(StoredRow::Password(tenant, user, stored));
                decision.changes.push(DirectoryChange::PutPassword { tenant, user, password });
            }
            UserChange::WithdrawConsents(client) => {
                let (id, row) = (client.id.clone(), Client::clone(client));
                let mut consents = store.consents(user, &id).await?;
                // Those without scopes are withdrawn already.
                consents.retain(|consent| !consent.scopes.is_empty());
                decision.rows.push(StoredRow::Client(tenant, id, Some(row)));
                decision.changes.extend(consents.into_iter().map(|it| withdrawn(it, now)));
            }
        }
        Ok(decision)
    }
}

impl Decision {
    /// Adds the row of a user whose sessions ended.
    fn end(&mut self, ended: User) {
        self.changes.push(DirectoryChange::PutUser(ended));
        self.ends_sessions = true;
    }
}

fn withdrawn(consent: Consent, now: Timestamp) -> DirectoryChange {
    DirectoryChange::PutConsent(Consent {
        scopes: Vec::new(),
        grants_not_before: consent.grants_not_before.max(now),
        ..consent
    })
}
