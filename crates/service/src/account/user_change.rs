//! Changes of the directory that a user makes on their own rows.

use std::sync::Arc;

use catalogue::refusal;
use model::{
    Client, Consent, Digest, DirectoryChange, Password, ProfileAttribute, SessionId, StoredRow,
    Timestamp, User, UserNotice,
};
use protocol::Error;
use signin::{
    factor::{mailed_code::address_state, password::record_replaced},
    profile::{with_own_value, with_proven_address},
};

use super::context::AccountContext;
use crate::{
    announced_change::{AnnouncedChange, Decide},
    tenants::user_deletion::deletion_of,
};

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
    /// Sets attributes.
    SetAttributes(Vec<(ProfileAttribute, Option<String>)>),
    /// Sets an e-mail address that the user has proven, if the row has the state for which the code
    /// was given.
    ProveAddress { address: String, state: Digest, notice: Option<Box<UserNotice>> },
    /// Deletes the user with everything of theirs.
    Delete { notice: Box<UserNotice> },
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
            UserChange::SetPassword { notice, .. }
            | UserChange::Delete { notice }
            | UserChange::ProveAddress { notice: Some(notice), .. } => {
                Some(UserNotice::clone(notice))
            }
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
    ) -> Result<Decision, Error> {
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
            UserChange::SetAttributes(values) => {
                let set = |user, (attribute, value): &(_, Option<String>)| {
                    with_own_value(user, *attribute, value.clone())
                };
                decision.put(before, values.iter().fold(before.clone(), set), now);
            }
            UserChange::ProveAddress { address, state, .. } => {
                if address_state(before, address) != *state {
                    return Err(refusal::address_code_expired().into());
                }
                decision.put(before, with_proven_address(before.clone(), address.clone()), now);
            }
            UserChange::Delete { .. } => {
                let deletion = deletion_of(store, before).await?;
                (decision.rows, decision.changes) = (deletion.rows, deletion.changes);
            }
        }
        Ok(decision)
    }
}

impl Decision {
    /// Adds the row of a user whose attributes changed.
    fn put(&mut self, before: &User, after: User, now: Timestamp) {
        if after != *before {
            let after = after.changed_at(Some(before), now);
            self.changes.push(DirectoryChange::PutUser(after));
        }
    }

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
