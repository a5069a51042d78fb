//! Notices to users about changes of their account. Each is a delivery in the history, which is
//! tried again until the mail server takes it.

use catalogue::Language;
use model::{
    Channel, Delivery, Fault, History, Seconds, Tenant, TenantStore, Timestamp, User, UserNotice,
    UserNoticeKind,
};
use outbound::mail::{Email, SendError};
use protocol::context::RequestSeed;
use uuid::{Builder, Uuid};

use super::{
    Recipient, access_pass, account,
    password_reset::{self, PasswordCause, PasswordNotice},
};
use crate::settings::Settings;

/// The time until a notice is sent: the change that it tells of is applied meanwhile.
const DELAY: Seconds = Seconds::new(5);

/// Stores a notice to the verified address of a user, and returns its id. Call it before the change
/// is applied. If the change is not applied, call [`withdraw`]. A failure of the history is only
/// logged: it must not keep a user from a new password.
pub(crate) async fn announce(
    (history, settings): (&dyn History, &Settings),
    user: &User,
    notice: UserNotice,
    (seed, now): (&RequestSeed, Timestamp),
) -> Option<Uuid> {
    settings.mail.as_ref()?;
    let id = Builder::from_random_bytes(seed.derive("user notice")).into_uuid();
    store_notice(history, user, notice, (id, now)).await
}

/// Stores a notice to the verified address of a user, whether this process sends mails or not.
pub(crate) async fn store_notice(
    history: &dyn History,
    user: &User,
    notice: UserNotice,
    (id, now): (Uuid, Timestamp),
) -> Option<Uuid> {
    let address = user.email.clone().filter(|_| user.email_verified)?;
    let at = notice.origin.at;
    let delivery = Delivery {
        id,
        ticket: None,
        notice: Some(notice),
        tenant: Some(user.tenant),
        channel: Channel::Mail(address),
        entry: None,
        created_at: at,
        due_at: now + DELAY,
        attempts: 0,
    };
    let stored = history.add_notice(delivery).await;
    stored.inspect_err(|fault| log(fault, "cannot store a notice to a user")).ok().map(|()| id)
}

/// Deletes a notice, because its change was not applied. A failure is only logged: the user then
/// learns of a change that was not made.
pub(crate) async fn withdraw(history: &dyn History, notice: Option<Uuid>) {
    let Some(id) = notice else { return };
    if let Err(fault) = history.complete(id).await {
        log(&fault, "cannot withdraw a notice to a user");
    }
}

fn log(fault: &Fault, message: &str) {
    tracing::error!(kind = ?fault.kind(), cause = fault.cause(), "{message}");
}

/// Sends the notice of a delivery. Sends nothing if the user was removed meanwhile, unless the
/// notice says so.
///
/// # Errors
/// The store failed.
pub(crate) async fn send_notice(
    settings: &Settings,
    (store, tenant): (TenantStore<'_>, &Tenant),
    delivery: &Delivery,
    now: Timestamp,
) -> Result<Result<(), SendError>, Fault> {
    let Some(notice) = &delivery.notice else { return Ok(Ok(())) };
    let stored = store.user(notice.user).await?.as_deref().cloned();
    let removed = || Some(User::new(tenant.id, notice.user, notice.username.as_deref()?));
    let Some(user) = stored.or_else(removed) else { return Ok(Ok(())) };
    let Channel::Mail(address) = &delivery.channel else { return Ok(Ok(())) };
    // The address at the time of the change: an attacker may have changed it since.
    let user = User { email: Some(address.clone()), ..user };
    let recipient = Recipient {
        tenant,
        user: &user,
        language: Language::from_tag(&notice.language).unwrap_or(Language::ENGLISH),
        service_origin: &settings.origin,
    };
    Ok(send(settings, compose(&recipient, notice, (delivery.id, now))).await)
}

fn compose(
    recipient: &Recipient<'_>,
    notice: &UserNotice,
    mail: (Uuid, Timestamp),
) -> Option<Email> {
    let origin = &notice.origin;
    let of_password = |cause, signed_out| {
        password_reset::notice(recipient, PasswordNotice { cause, signed_out }, origin, mail)
    };
    match notice.kind {
        UserNoticeKind::PasswordReset { signed_out } => {
            of_password(PasswordCause::Reset, signed_out)
        }
        UserNoticeKind::PasswordReplaced { signed_out } => {
            of_password(PasswordCause::Replaced, signed_out)
        }
        UserNoticeKind::PasswordSet { signed_out } => of_password(PasswordCause::Set, signed_out),
        UserNoticeKind::AccessPassCreated { expires_at, once } => {
            access_pass::notice(recipient, (expires_at, once), origin, mail)
        }
        UserNoticeKind::EmailChanged => account::notice(recipient, "address", origin, mail),
        UserNoticeKind::AccountDeleted => account::notice(recipient, "deletion", origin, mail),
    }
}

async fn send(settings: &Settings, email: Option<Email>) -> Result<(), SendError> {
    let permanent = |cause: &str| SendError { permanent: true, cause: cause.to_owned() };
    let email = email.ok_or_else(|| permanent("the user has no address"))?;
    let mailer = settings.mail.as_ref().ok_or_else(|| permanent("no [mail] is configured"))?;
    mailer.send(email).await
}
