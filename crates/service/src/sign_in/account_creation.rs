//! Creates the account of a user whose address is proven, or completes that of an invited one, in a
//! task of its own: if the browser closes the connection, the hash still counts in the queue of
//! passwords.

use std::{panic::AssertUnwindSafe, sync::Arc};

use catalogue::refusal;
use futures_util::FutureExt;
use model::{
    AcceptedTerms, Actor, Digest, DirectoryChange, DirectoryOutcome, Fault, FaultKind, Password,
    Registration, RegistrationKind, SharedTenantStore, StoredRow, Tenant, Timestamp, User, UserId,
};
use protocol::{Error, context::RequestSeed};
use signin::{factor::VerifiedFactor, sign_up::SignUpDetails};

use crate::{
    invitations,
    limits::Slot,
    new_password::{self, PasswordOwner},
    sign_in::{password::panicked, sign_up_state::Proof},
    state::Service,
};

/// Number of times that the change is decided if others change a row of the user meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// An account to create, with the proof of its address.
pub(super) struct AccountCreation {
    pub(super) service: Arc<Service>,
    pub(super) store: SharedTenantStore,
    /// The tenant, whose names are no passwords.
    pub(super) tenant: Tenant,
    pub(super) proof: Proof,
    pub(super) details: SignUpDetails,
    /// The version of the terms of use that the user accepted.
    pub(super) terms: Option<String>,
    /// The password, typed twice.
    pub(super) typed: [String; 2],
    pub(super) seed: RequestSeed,
}

impl AccountCreation {
    /// Checks and hashes the password, and stores the user with it. Returns the row of the user.
    ///
    /// # Errors
    /// The password is not allowed, the account exists, the invitation is of no use any more, or
    /// the store failed.
    pub(super) async fn run(self, slot: Slot) -> Result<(User, VerifiedFactor), Error> {
        let task = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(self.create(slot)).catch_unwind().await;
            outcome.unwrap_or_else(|_| Err(panicked().into()))
        });
        task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }

    async fn create(mut self, mut slot: Slot) -> Result<(User, VerifiedFactor), Error> {
        let typed = std::mem::take(&mut self.typed);
        let (_, user) = self.rows(self.service.now()).await?;
        let user = Arc::new(user);
        let owner = PasswordOwner {
            user: &user,
            tenant: &self.tenant,
            authenticators: None,
            replaced: None,
        };
        let hashing = (&mut slot, &self.seed);
        let hashed = new_password::check_and_hash(&self.service, owner, typed, hashing).await;
        let (password, factor) = hashed?;
        Ok((self.apply(password).await?, factor))
    }

    /// Stores the user and the password, if no user has the name, or if the invitation is as it was
    /// read: of several proofs of one address, one creates the account.
    async fn apply(&self, password: Password) -> Result<User, Error> {
        let (service, store) = (&self.service, self.store.borrow());
        for _ in 0..ATTEMPTS_MAX {
            let now = service.now();
            let (before, after) = self.rows(now).await?;
            let (tenant, user) = (after.tenant, after.id);
            if before.is_some() && store.password(user).await?.is_some() {
                return Err(refusal::invitation_used().into());
            }
            let mut rows = vec![StoredRow::Password(tenant, user, None)];
            if before.is_none() {
                rows.push(StoredRow::Username(tenant, after.username.clone(), None));
            }
            rows.push(StoredRow::User(tenant, user, before));
            let password = Password { set_at: now, ..password.clone() };
            let changes = vec![
                DirectoryChange::PutUser(after.clone()),
                DirectoryChange::PutPassword { tenant, user, password },
            ];
            let mut events = store.events_of(&changes, now).await?;
            if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
                for event in &mut events {
                    event.actor = Some(Actor::User { username: after.username.clone() });
                }
                service.record_events(events).await;
                return Ok(after);
            }
        }
        let cause = "a row of the user changed during every attempt to create the account";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
    }

    /// Returns the row of the user before and after the change.
    async fn rows(&self, now: Timestamp) -> Result<(Option<User>, User), Error> {
        match &self.proof {
            Proof::Code { id, address } => Ok((None, self.new_user(*id, address, now).await?)),
            Proof::Invitation { user, digest } => {
                let (before, after) = self.invited_user((*user, *digest), now).await?;
                Ok((Some(before), after))
            }
        }
    }

    async fn new_user(&self, id: UserId, address: &str, now: Timestamp) -> Result<User, Error> {
        let store = self.store.borrow();
        if store.user_named(address).await?.is_some() || store.user(id).await?.is_some() {
            return Err(refusal::account_exists().into());
        }
        let user = User::new(self.tenant.id, id, address);
        let user = self.details.apply(User { email: Some(address.to_owned()), ..user });
        Ok(self.registered(user, RegistrationKind::SignUp, now).changed_at(None, now))
    }

    async fn invited_user(
        &self,
        named: (UserId, Digest),
        now: Timestamp,
    ) -> Result<(User, User), Error> {
        let store = self.store.borrow();
        let before = invitations::find((store, &self.tenant), named, now).await?;
        let before = User::clone(&before);
        let user = self.details.apply(User { invitation: None, ..before.clone() });
        let after = self.registered(user, RegistrationKind::Invitation, now);
        let after = after.with_new_password(now).changed_at(Some(&before), now);
        Ok((before, after))
    }

    /// Returns the row with how the user got the account. Their address is proven.
    fn registered(&self, user: User, kind: RegistrationKind, at: Timestamp) -> User {
        let accepted_terms = self.terms.clone().map(|version| AcceptedTerms { version, at });
        User {
            email_verified: true,
            registration: Some(Registration { kind, at }),
            accepted_terms: accepted_terms.or(user.accepted_terms),
            ..user
        }
    }
}
