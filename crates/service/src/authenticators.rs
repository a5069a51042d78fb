//! The authenticators of users, for the sign-in and the account pages: codes are spent, and the row
//! is replaced only if it is stored as it was read.

use catalogue::{Comparison, Difference, Language, Refusal, refusal};
use jose::digest;
use model::{
    Actor, AuthenticatorApp, Authenticators, Change, CommitOutcome, DirectoryChange,
    DirectoryOutcome, Fault, FaultKind, MailOrigin, Seconds, StoredRow, TenantStore, Timestamp,
    UsedValue, UsedValueKind, User, UserId, UserNotice, UserNoticeKind,
};
use protocol::{
    Error,
    context::{RequestSeed, TenantContext},
};
use signin::factor::{
    VerifiedFactor,
    passkey::RelyingParty,
    totp::{self, AcceptedCode, CodeMismatch, SECRET_LENGTH, SubmittedCode, TotpSecret},
};
use uuid::Uuid;

use crate::{state::Service, user_mail};

/// The maximum age of an authentication with which a user may change how they sign in.
pub(crate) const FRESH: Seconds = Seconds::minutes(5);
/// The time for which a used code is remembered after the last step in which it is accepted.
const REMEMBERED: Seconds = Seconds::minutes(2);
/// The longest name of an authenticator, in characters.
const NAME_CHARS_MAX: usize = 64;

/// Creates the secret of a new authenticator app.
pub(crate) fn new_secret(seed: &RequestSeed) -> [u8; SECRET_LENGTH] {
    let random = ["totp_secret", "rest of the totp_secret"].map(|label| seed.derive(label));
    let mut secret = [0; SECRET_LENGTH];
    secret.iter_mut().zip(random.concat()).for_each(|(to, from)| *to = from);
    secret
}

/// Creates the row of a new authenticator app.
///
/// # Errors
/// The secret could not be sealed.
pub(crate) fn new_app(
    secret: &TotpSecret,
    name: &str,
    (tenant, seed): (&TenantContext, &RequestSeed),
    now: Timestamp,
) -> Result<AuthenticatorApp, Fault> {
    let sealed = tenant.sealers.totp_secret.seal_bytes(secret.as_bytes());
    Ok(AuthenticatorApp {
        id: Uuid::from_bytes(seed.derive("authenticator_app")),
        name: stored_name(name),
        sealed_secret: sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?,
        added_at: now,
    })
}

/// Returns the name to store: without control characters, and not longer than the field of a page.
pub(crate) fn stored_name(typed: &str) -> String {
    let name = typed.trim().chars().filter(|it| !it.is_control());
    name.take(NAME_CHARS_MAX).collect()
}

/// Returns the service as a relying party. `None` if the tenant or the origin allows no passkeys.
pub(crate) fn relying_party(
    service: &Service,
    tenant: &TenantContext,
    language: &str,
) -> Option<RelyingParty> {
    let name = tenant.row.display_name.in_language(language);
    let party =
        RelyingParty::new(&service.settings.origin, name).filter(|_| tenant.row.passkeys)?;
    Some(party.allowing(&tenant.row.passkey_authenticators))
}

/// Parses a code of six digits.
///
/// # Errors
/// It is none.
pub(crate) fn parse_code(typed: &str) -> Result<SubmittedCode, Refusal> {
    let malformed = || {
        let difference = Difference::new("not_six_digits");
        refusal::code_wrong().with(Comparison::new("code").with_difference(difference))
    };
    SubmittedCode::parse(typed).ok_or_else(malformed)
}

/// Checks a code of one of the apps with these secrets, and stores it as used.
///
/// # Errors
/// The code is wrong, of another time, or was used before.
pub(crate) async fn spend_code(
    store: TenantStore<'_>,
    user: UserId,
    (secrets, submitted): (&[TotpSecret], SubmittedCode),
    now: Timestamp,
) -> Result<VerifiedFactor, Error> {
    let mut mismatch = CodeMismatch::Wrong;
    for secret in secrets {
        match secret.check(submitted, now) {
            Ok(AcceptedCode { step, factor }) => {
                if mark_used(store, user, secret, step).await? {
                    return Ok(factor);
                }
                return Err(refusal::code_already_used().into());
            }
            Err(CodeMismatch::OtherTime { step, offset }) => {
                // A user who guessed the code of a later step would know when it is accepted.
                if offset.get() > 0 {
                    let _ = mark_used(store, user, secret, step).await?;
                }
                mismatch = CodeMismatch::OtherTime { step, offset };
            }
            Err(CodeMismatch::Wrong) => {}
        }
    }
    Err(refuse(mismatch).into())
}

fn refuse(mismatch: CodeMismatch) -> Refusal {
    match mismatch {
        CodeMismatch::Wrong => {
            let difference = Difference::new("code_of_no_step");
            refusal::code_wrong().with(Comparison::new("code").with_difference(difference))
        }
        CodeMismatch::OtherTime { offset, .. } => {
            let direction = if offset.get() < 0 { "behind" } else { "ahead" };
            refusal::code_of_another_time(offset.get().abs(), direction)
        }
    }
}

/// Stores the code of a step as used. Returns false if it was used before.
async fn mark_used(
    store: TenantStore<'_>,
    user: UserId,
    secret: &TotpSecret,
    step: i64,
) -> Result<bool, Fault> {
    let parts = [&user.into_bytes()[..], secret.as_bytes(), &step.to_be_bytes()];
    let end = (step + 2).saturating_mul(totp::STEP.get());
    let used = UsedValue {
        tenant: store.tenant(),
        kind: UsedValueKind::OneTimeCode,
        digest: digest::sha256(&parts.concat()),
        expires_at: Timestamp::from_seconds(end) + REMEMBERED,
    };
    let outcome = store.commit(vec![Change::MarkUsed(used)]).await?;
    Ok(outcome == CommitOutcome::Committed)
}

impl Service {
    /// Stores the notice of a command that gives a user a temporary access pass, and returns its
    /// id. The command need not know whether the running service sends mails: one that does not
    /// completes the notice unsent. Call it before the change is applied. If the change is not
    /// applied, call [`Service::withdraw_notice`].
    pub async fn announce_access_pass(
        &self,
        (user, id): (&User, Uuid),
        (expires_at, once): (Timestamp, bool),
    ) -> Option<Uuid> {
        let at = self.now();
        let notice = UserNotice {
            user: user.id,
            kind: UserNoticeKind::AccessPassCreated { expires_at, once },
            origin: MailOrigin { at, address: None, browser: None },
            username: None,
            language: user_mail::language_of(user, Language::ENGLISH).tag().to_owned(),
        };
        user_mail::store_notice(&*self.history, user, notice, (id, at)).await
    }

    /// Deletes a notice, because its change was not applied.
    pub async fn withdraw_notice(&self, notice: Option<Uuid>) {
        user_mail::withdraw(&*self.history, notice).await;
    }
}

/// Replaces the authenticators of a user if they are stored as they were read, and records the
/// events with the user as their actor. Returns whether they were.
pub(crate) async fn replace(
    service: &Service,
    store: TenantStore<'_>,
    (stored, new): (Option<Authenticators>, Authenticators),
    now: Timestamp,
) -> Result<bool, Fault> {
    let row = StoredRow::Authenticators(new.tenant, new.user, stored);
    let changes = vec![DirectoryChange::PutAuthenticators(new)];
    let mut events = store.events_of(&changes, now).await?;
    if store.apply_if_stored(vec![row], changes).await? != DirectoryOutcome::Applied {
        return Ok(false);
    }
    for event in &mut events {
        event.actor = Some(Actor::User { username: event.subject.clone() });
    }
    service.record_events(events).await;
    Ok(true)
}
