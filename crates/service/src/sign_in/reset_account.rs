//! The account whose password is reset: whether it gets a mail, and the code of that mail. Accounts
//! that exist and names without one cost the same reads.

use std::sync::Arc;

use catalogue::{Comparison, Difference};
use model::{
    Digest, Fault, Password, PasswordReset, TenantStore, Timestamp, User, UserId, username_key,
};
use protocol::context::TenantContext;
use signin::factor::mailed_code::{MailChallenge, MailedCode, reset_message, reset_state};

use crate::sign_in::{
    flow_context::FlowContext,
    reset_state::{ProvenReset, Reset},
};

/// A user name that was typed, and the account with that name.
pub(super) struct ResetAccount {
    /// The compared form of the name.
    pub(super) username_key: String,
    user: Option<Arc<User>>,
    password: Option<Password>,
    policy: PasswordReset,
}

/// The user who gets the mail, with the state of the password.
pub(super) struct MailedUser {
    pub(super) user: Arc<User>,
    pub(super) state: Digest,
}

/// Returns whether users of the tenant can reset their password by mail.
pub(super) fn is_offered(flow_context: &FlowContext<'_>) -> bool {
    let has_mail = flow_context.incoming.service.settings.mail.is_some();
    has_mail && flow_context.tenant.row.password_reset.is_offered()
}

impl ResetAccount {
    /// Reads the account with a name. The reads are the same for every name.
    pub(super) async fn read(
        flow_context: &FlowContext<'_>,
        username: &str,
    ) -> Result<Self, Fault> {
        let store = flow_context.store();
        let user = store.user_named(username).await?;
        let id = user.as_ref().map_or_else(|| UserId::new(uuid::Uuid::nil()), |user| user.id);
        let password = store.password(id).await?;
        let policy = flow_context.tenant.row.password_reset;
        Ok(Self { username_key: username_key(username), user, password, policy })
    }

    /// Returns the user with the name.
    pub(super) fn user(&self) -> Option<&User> {
        self.user.as_deref()
    }

    /// Returns the user if they may get a mail.
    ///
    /// # Errors
    /// They may not. The reason is for the operator only.
    pub(super) fn mailed_user(&self, now: Timestamp) -> Result<MailedUser, Comparison> {
        let reason = |kind| {
            let comparison = Comparison::new("user").with_difference(Difference::new(kind));
            comparison.operator_only()
        };
        let user = self.user.as_ref().ok_or_else(|| reason("account_unknown"))?;
        if !user.enabled {
            return Err(reason("reset_user_disabled"));
        }
        if user.expired_at(now).is_some() {
            return Err(reason("reset_user_expired"));
        }
        if self.policy.excludes(user) {
            return Err(reason("reset_not_for_administrators"));
        }
        if !user.password_reset {
            return Err(reason("reset_not_allowed"));
        }
        if user.email.is_none() {
            return Err(reason("reset_no_address"));
        }
        if !user.email_verified {
            return Err(reason("reset_address_unverified"));
        }
        let password = self.password.as_ref().ok_or_else(|| reason("reset_no_password"))?;
        Ok(MailedUser { user: Arc::clone(user), state: reset_state(user, password) })
    }
}

/// Returns the code of a mail.
pub(super) fn code(
    tenant: &TenantContext,
    challenge: &MailChallenge,
    state: &Digest,
) -> Option<MailedCode> {
    let message = reset_message(challenge, state);
    let digest = tenant.sealers.mailed_code.digests(&message).next();
    digest.map(|digest| MailedCode::from_keyed_digest(&digest))
}

/// Returns whether a user typed the code of a mail, under the root key of now or an earlier one.
pub(super) fn is_code(
    tenant: &TenantContext,
    (challenge, state): (&MailChallenge, &Digest),
    typed: &str,
) -> bool {
    let message = reset_message(challenge, state);
    let mut digests = tenant.sealers.mailed_code.digests(&message);
    digests.any(|digest| MailedCode::from_keyed_digest(&digest).is_typed(typed))
}

/// Returns the user of a proof with their stored password, if both are as they were when it was
/// given. `policy` says who may give a proof by mail.
pub(super) async fn proven_user(
    store: TenantStore<'_>,
    proven: &ProvenReset,
    policy: PasswordReset,
    now: Timestamp,
) -> Result<Option<(Arc<User>, Password)>, Fault> {
    let Some(user) = store.user(proven.user).await? else { return Ok(None) };
    let Some(password) = store.password(proven.user).await? else { return Ok(None) };
    let is_allowed = proven.by_password || policy.is_allowed_for(&user);
    let is_same =
        is_allowed && user.is_active(now) && reset_state(&user, &password) == proven.state;
    Ok(is_same.then_some((user, password)))
}

/// Returns the progress of the reset in a flow. Ends it if the tenant has switched resets off.
pub(super) fn progress(flow_context: &mut FlowContext<'_>) -> Option<Reset> {
    let reset = flow_context.flow.reset.clone()?;
    let needs_no_mail = matches!(&reset, Reset::Proven(proven) if proven.by_password);
    if needs_no_mail || is_offered(flow_context) {
        return Some(reset);
    }
    flow_context.flow.reset = None;
    None
}
