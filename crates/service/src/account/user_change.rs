//! Changes of the directory that a user makes on their own rows.

use std::sync::Arc;

use catalogue::refusal;
use model::{
    Actor, Client, Consent, DirectoryChange, DirectoryOutcome, Fault, FaultKind, Password,
    PasswordPreparation, StoredRow, Timestamp, User, after_revocation_of_user,
};
use protocol::Error;

use super::context::AccountContext;

/// Number of times that a change is decided if others change the rows meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// A change that the user asks for.
pub(super) enum UserChange {
    /// Ends every session of the user, and revokes every grant.
    RevokeAll,
    /// Stores the hash of a new password. It revokes everything like `RevokeAll` if it replaces a
    /// password and `ends_others` is true.
    SetPassword { hash: String, ends_others: bool },
    /// Withdraws every consent to a client. Its grants are refused then, also after a new consent.
    WithdrawConsents(Arc<Client>),
}

/// The rows that a change was decided on, and its rows.
#[derive(Default)]
struct Decision {
    rows: Vec<StoredRow>,
    changes: Vec<DirectoryChange>,
    /// The time before which every session ended. `None` if the sessions go on.
    revoked_before: Option<Timestamp>,
}

impl AccountContext<'_> {
    /// Applies a change to the rows of the user, if these are stored as they were read. Records the
    /// events with the user as their actor, and announces the sign-outs that the change causes.
    /// Returns the time before which every session ended. Returns `None` if the sessions go on.
    ///
    /// # Errors
    /// The session ended meanwhile, the store failed, or the rows changed during every attempt.
    pub(super) async fn change_user(
        &self,
        change: &UserChange,
    ) -> Result<Option<Timestamp>, Error> {
        let (service, store) = (&self.incoming.service, self.user.store(&self.incoming.service));
        for _ in 0..ATTEMPTS_MAX {
            let stored = store.user(self.user.user().id).await?;
            let before = stored.filter(|user| self.user.is_signed_in_as(user));
            let before = before.ok_or_else(refusal::account_session_ended)?;
            let Decision { rows, changes, revoked_before } = self.decide(change, &before).await?;
            let mut events = store.events_of(&changes, service.now()).await?;
            let announced = service.announce_logouts(&changes).await?;
            if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
                for event in &mut events {
                    let username = before.username.clone();
                    event.actor = Some(Actor::User { username });
                }
                service.record_events(events).await;
                return Ok(revoked_before);
            }
            service.withdraw_logouts(&announced).await;
        }
        let cause = "the rows changed during every attempt to change them";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
    }

    async fn decide(&self, change: &UserChange, before: &User) -> Result<Decision, Fault> {
        let service = &self.incoming.service;
        let (store, now) = (self.user.store(service), service.now());
        let (tenant, user) = (before.tenant, before.id);
        let mut decision = Decision::default();
        decision.rows.push(StoredRow::User(tenant, user, Some(before.clone())));
        match change {
            UserChange::RevokeAll => decision.revoke_all(before, now),
            UserChange::SetPassword { hash, ends_others } => {
                let stored = store.password(user).await?;
                // The user who sets a first password has no other place that knows an earlier one.
                if *ends_others && stored.is_some() {
                    decision.revoke_all(before, now);
                }
                let password = Password {
                    hash: hash.clone(),
                    set_at: now,
                    preparation: PasswordPreparation::Nfc,
                    rehashed_from: None,
                };
                decision.rows.push(StoredRow::Password(tenant, user, stored));
                decision.changes.push(DirectoryChange::PutPassword { tenant, user, password });
            }
            UserChange::WithdrawConsents(client) => {
                let (id, row) = (client.id.clone(), Client::clone(client));
                let consents = store.consents(user, &id).await?;
                decision.rows.push(StoredRow::Client(tenant, id, Some(row)));
                decision.changes.extend(consents.into_iter().map(|it| withdrawn(it, now)));
            }
        }
        Ok(decision)
    }
}

impl Decision {
    fn revoke_all(&mut self, before: &User, now: Timestamp) {
        let tokens_not_before = after_revocation_of_user(now, before.tokens_not_before);
        self.changes.push(DirectoryChange::PutUser(User { tokens_not_before, ..before.clone() }));
        self.revoked_before = Some(tokens_not_before);
    }
}

fn withdrawn(consent: Consent, now: Timestamp) -> DirectoryChange {
    DirectoryChange::PutConsent(Consent {
        scopes: Vec::new(),
        grants_not_before: consent.grants_not_before.max(now),
        ..consent
    })
}
