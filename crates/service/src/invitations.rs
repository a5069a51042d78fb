//! Invitations: the token in the link, and the invited user that it names.

use std::sync::Arc;

use catalogue::{Language, Refusal, refusal};
use jose::digest;
use model::{
    Digest, Invitation, RegistrationKind, SignUpMode, Tenant, TenantStore, TimeZone, Timestamp,
    User, UserId,
};
use outbound::mail::Email;
use protocol::Error;

use crate::user_mail::{self, InvitationMail, Recipient};

/// The number of random bytes of a token, behind the id of the user.
const SECRET_LENGTH: usize = 16;
/// The number of bytes of a token.
const TOKEN_LENGTH: usize = 16 + SECRET_LENGTH;
/// The number of characters of a token in base64url.
const TOKEN_CHARACTERS: usize = 43;

/// Returns the token of an invitation, and its digest, which is stored. `secret` is random.
pub fn token(user: UserId, secret: [u8; SECRET_LENGTH]) -> (String, Digest) {
    let token = [user.into_bytes(), secret].concat();
    let digest = digest::sha256(&token);
    (digest::base64url(token), digest)
}

/// Returns the URL of an invitation.
pub fn url(origin: &str, tenant: &str, token: &str) -> String {
    format!("{origin}/{tenant}/invitation?mail_token={token}")
}

/// Returns the e-mail with the link of an invitation, in the language of the user. `None` if they
/// have no address.
pub fn email(
    service_origin: &str,
    (tenant, user): (&Tenant, &User),
    link: String,
    (id, at): (uuid::Uuid, Timestamp),
) -> Option<Email> {
    let expires_at = user.invitation.as_ref()?.expires_at;
    let language = user_mail::language_of(user, Language::ENGLISH);
    let recipient = Recipient { tenant, user, language, service_origin };
    InvitationMail { link, expires_at }.email(&recipient, (id, at))
}

/// Returns the user whom a token names, and its digest.
///
/// # Errors
/// It is no token.
pub(crate) fn parse(token: &str) -> Result<(UserId, Digest), Refusal> {
    let token = Some(token).filter(|token| token.len() == TOKEN_CHARACTERS);
    let bytes = token.and_then(|token| digest::base64url_decode(token).ok());
    let bytes: Option<[u8; TOKEN_LENGTH]> = bytes.and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(refusal::invitation_invalid)?;
    let user = bytes.first_chunk().copied().unwrap_or_default();
    Ok((UserId::new(uuid::Uuid::from_bytes(user)), digest::sha256(&bytes)))
}

/// Returns the invited user.
///
/// # Errors
/// The tenant has closed its sign-up, or the invitation was used, was revoked or has expired.
pub(crate) async fn find(
    (store, tenant): (TenantStore<'_>, &Tenant),
    (user, digest): (UserId, Digest),
    now: Timestamp,
) -> Result<Arc<User>, Error> {
    if tenant.sign_up.mode == SignUpMode::Closed {
        return Err(refusal::invitations_closed().into());
    }
    let user = store.user(user).await?.filter(|user| user.enabled);
    let user = user.ok_or_else(refusal::invitation_revoked)?;
    let registration = user.registration.as_ref().map(|registration| registration.kind);
    match &user.invitation {
        Some(invitation) => check(invitation, &digest, (tenant, now))?,
        None if registration == Some(RegistrationKind::Invitation) => {
            return Err(refusal::invitation_used().into());
        }
        None => return Err(refusal::invitation_revoked().into()),
    }
    Ok(user)
}

fn check(
    invitation: &Invitation,
    digest: &Digest,
    (tenant, now): (&Tenant, Timestamp),
) -> Result<(), Refusal> {
    if !digest::constant_time_eq(&invitation.digest, digest) {
        return Err(refusal::invitation_revoked());
    }
    if invitation.expires_at <= now {
        let zone = TimeZone::named(tenant.time_zone.as_deref());
        return Err(refusal::invitation_expired(zone.format(invitation.expires_at)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::TenantId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn token_names_its_user_and_is_parsed_in_its_one_form_only() {
        // Parses a token, then texts of another length and with other characters.
        let user = UserId::new(Uuid::from_u128(7));
        let (token, digest) = token(user, [9; SECRET_LENGTH]);
        assert_eq!(parse(&token), Ok((user, digest)));
        let padded = format!("{token}=");
        let spoilt = format!("{}*", &token[..42]);
        for wrong in ["", "x", &token[..42], &padded, &spoilt] {
            let number = parse(wrong).err().map(|refusal| refusal.number());
            assert_eq!(number, Some(88_000_461), "{wrong:?}");
        }
    }

    #[test]
    fn invitation_is_refused_if_its_token_differs_or_it_has_expired() {
        // Checks the right digest before and at the end of the invitation, and another digest.
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(1)), "demo", [0; 32]);
        let expires_at = Timestamp::from_seconds(100);
        let invitation = Invitation { digest: [1; 32], expires_at, app: None };
        let number = |digest, at| {
            let now = Timestamp::from_seconds(at);
            check(&invitation, &digest, (&tenant, now)).err().map(|refusal| refusal.number())
        };
        assert_eq!(number([1; 32], 99), None);
        assert_eq!(number([1; 32], 100), Some(88_000_462));
        assert_eq!(number([2; 32], 99), Some(88_000_464));
    }
}
