//! Changes of the directory that a user makes on their own rows.

use std::sync::Arc;

use catalogue::refusal;
use model::{
    Client, Consent, DirectoryChange, Fault, Password, SessionId, StoredRow, Timestamp, User,
    UserNotice,
};
use protocol::Error;
use signin::factor::password::record_replaced;

use super::context::AccountContext;
use crate::announced_change::{AnnouncedChange, Decide};

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

/// A change that is decided on the rows as they are stored.
struct Deciding<'a> {
    account: &'a AccountContext<'a>,
    change: &'a UserChange,
}

impl Decide for Deciding<'_> {
    type Decided = bool;

    async fn decide(&self) -> Result<(AnnouncedChange, bool), Error> {
        let Self { account, change } = self;
        let service = &account.incoming.service;
        let stored = account.user.store(service).user(account.user.user().id).await?;
        let at = service.now();
        let before = stored.filter(|user| account.user.is_signed_in_as(user, at));
        let before = before.ok_or_else(refusal::account_session_ended)?;
        let Decision { rows, changes, ends_sessions } =
            account.rows_and_changes(change, &before, at).await?;
        let notice = match change {
            UserChange::SetPassword { notice, .. } => Some(UserNotice::clone(notice)),
            _ => None,
        };
        let user = User::clone(&before);
        Ok((AnnouncedChange { rows, changes, user, notice, at }, ends_sessions))
    }
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
        let seed = self.incoming.context.seed()?;
        service.apply_announced(store, &seed, Deciding { account: self, change }).await
    }

    async fn rows_and_changes(
        &self,
        change: &UserChange,
        before: &User,
        now: Timestamp,
    ) -> Result<Decision, Fault> {
        let store = self.user.store(&self.incoming.service);
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
