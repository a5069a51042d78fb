//! The check and the hash of a new password, on the account page and after a reset.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use catalogue::Refusal;
use model::{Authenticators, Fault, FaultKind, Password, Tenant, User};
use protocol::{Error, context::RequestSeed};
use signin::factor::{
    VerifiedFactor,
    password::{NewPassword, policy},
};

use crate::{
    breached_passwords::refuse_breached,
    limits::{Slot, hash},
    state::Service,
};

/// The user whose password is set.
pub(crate) struct PasswordOwner<'a> {
    pub(crate) user: &'a Arc<User>,
    pub(crate) tenant: &'a Tenant,
    pub(crate) authenticators: Option<&'a Authenticators>,
    /// The password from which the new one must differ.
    pub(crate) replaced: Option<Password>,
}

/// Checks a password that was typed twice by the rules of the tenant for its owner, and hashes it,
/// on the threads of all passwords. Then asks the service of breached passwords, if there is one.
/// Call it in a task of its own that holds the slot: if the client closes the connection, the hash
/// still counts in the queue.
///
/// # Errors
/// The password breaks a rule, or could not be hashed.
pub(crate) async fn check_and_hash(
    service: &Service,
    owner: PasswordOwner<'_>,
    typed: [String; 2],
    (slot, seed): (&mut Slot, &RequestSeed),
) -> Result<(Password, VerifiedFactor), Error> {
    let (user, tenant) = (Arc::clone(owner.user), owner.tenant.clone());
    let (minimum_length, replaced) =
        (tenant.password_minimum_length_of(owner.authenticators), owner.replaced);
    let [asked, _] = typed.clone();
    let (cost, salt) = (service.password_hashes.cost, seed.derive("password_salt"));
    let now = service.now();
    let compute = move || {
        let names = policy::names(&user, &tenant);
        let typed = typed.each_ref().map(String::as_str);
        let new = NewPassword::check(typed, minimum_length, &names)?;
        if let Some(replaced) = &replaced {
            new.refuse_same(&user.username, replaced, cost)?;
        }
        Ok::<_, Refusal>(new.hash(now, (cost, salt)))
    };
    let unhashed = || Fault::from_message(FaultKind::Internal, "a password could not be hashed");
    let hashed = hash(slot.priority(), move || catch_unwind(AssertUnwindSafe(compute))).await?;
    let hashed = hashed.map_err(|_| unhashed())??.ok_or_else(unhashed)?;
    // Others verify their passwords while this one waits for a response.
    slot.verified();
    refuse_breached(service, &asked).await?;
    Ok(hashed)
}
