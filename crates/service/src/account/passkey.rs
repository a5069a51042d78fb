//! Adding and removing a passkey.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Change, CommitOutcome, PASSKEYS_MAX, Seconds, Timestamp, UsedValue, UsedValueKind};
use pages::{AccountSection, AddPasskey, PasskeyPrompt};
use protocol::Error;
use signin::factor::passkey::{
    AttestationTrust, CHALLENGE_LENGTH, Challenge, NewPasskey, NewUser, Registration, RelyingParty,
    UserHandle,
};

use super::{
    access::FreshProof,
    context::{AccountContext, PASSKEY_PAGE, get_with_fresh_proof, post_with_fresh_proof},
    recovery_codes,
    sealed_field::SealedField,
};
use crate::{
    authenticators,
    http::{form_fields::FormFields, incoming::IncomingRequest},
};

/// The time for which a challenge can be answered.
const LIFETIME: Seconds = Seconds::minutes(10);

/// Shows the page that adds a passkey, and handles its form.
pub(crate) async fn add(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, add_passkey).await;
    }
    get_with_fresh_proof(incoming, async |account, _| show(account, None)).await
}

async fn add_passkey(
    account: &AccountContext<'_>,
    fields: FormFields,
    proof: &FreshProof,
) -> Result<Response, Error> {
    let passkey = match verify(account, &fields).await {
        Ok(passkey) => passkey,
        Err(Error::Refused(refusal)) => return show(account, Some(refusal)),
        Err(fault) => return Err(fault),
    };
    let (mut new, now) = (account.authenticators(), account.incoming.context.now());
    let is_known = new.passkeys.iter().any(|known| known.id == passkey.credential_id());
    if is_known || new.passkeys.len() >= PASSKEYS_MAX {
        return Ok(account.redirect("")?);
    }
    let name = authenticators::stored_name(fields.value("name"));
    new.passkeys.push(passkey.into_passkey(name, now));
    let codes = account.add_recovery_codes(&mut new)?;
    match (account.replace(new, proof).await?, codes) {
        (true, Some(codes)) => Ok(recovery_codes::show(account, &codes)),
        _ => Ok(account.redirect("")?),
    }
}

/// Verifies the response of the browser, and stores the challenge as used.
async fn verify(account: &AccountContext<'_>, fields: &FormFields) -> Result<NewPasskey, Error> {
    let relying_party = relying_party(account).ok_or_else(refusal::passkey_unknown)?;
    let (challenge, issued_at) = open(account, fields.value("sealed_challenge"))?;
    let now = account.incoming.context.now();
    if now > issued_at + LIFETIME || issued_at.is_future(now) {
        return Err(refusal::passkey_challenge_mismatch().into());
    }
    let refused = |flaw: signin::factor::passkey::PasskeyFlaw| flaw.refusal();
    let registration = Registration::parse(fields.value("passkey")).map_err(refused)?;
    let trust =
        AttestationTrust { roots: &account.user.tenant().row.passkey_attestation_roots, now };
    let passkey = registration.verify(&relying_party, &Challenge::new(challenge), trust);
    let passkey = passkey.map_err(refused)?;
    let used = UsedValue {
        tenant: account.user.user().tenant,
        kind: UsedValueKind::PasskeyChallenge,
        digest: digest::sha256(&challenge),
        expires_at: issued_at + LIFETIME + LIFETIME,
    };
    let store = account.user.store(&account.incoming.service);
    match store.commit(vec![Change::MarkUsed(used)]).await? {
        CommitOutcome::Committed => Ok(passkey),
        CommitOutcome::Conflict => Err(refusal::passkey_challenge_mismatch().into()),
    }
}

fn show(account: &AccountContext<'_>, refused: Option<Refusal>) -> Result<Response, Error> {
    let (user, language) = (account.user.user(), account.language);
    let existing = account.authenticators().passkeys;
    let relying_party = relying_party(account).filter(|_| existing.len() < PASSKEYS_MAX);
    let Some(relying_party) = relying_party else { return Ok(account.redirect("")?) };
    let seed = account.incoming.context.seed()?;
    let random = ["passkey", "rest of the passkey"].map(|label| seed.derive(label)).concat();
    let challenge = Challenge::new(digest::sha256(&random));
    let options = relying_party.creation_options(
        &challenge,
        NewUser {
            handle: UserHandle::new(user.tenant, user.id),
            username: &user.username,
            display_name: &user.name,
        },
        &existing,
    );
    let issued_at = account.incoming.context.now().microseconds().to_be_bytes();
    let sealed = [challenge.as_bytes(), &issued_at[..]].concat();
    let page = AddPasskey {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::SignIn)?,
        sealed_challenge: account.seal(SealedField::Passkey, &sealed)?,
        passkey: PasskeyPrompt { action: account.path("/passkey"), options },
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(language), PASSKEY_PAGE, refused))
}

/// Returns the service as a relying party. `None` if the tenant or the origin allows no passkeys.
pub(super) fn relying_party(account: &AccountContext<'_>) -> Option<RelyingParty> {
    let (service, tenant) = (&account.incoming.service, account.user.tenant());
    authenticators::relying_party(service, tenant, account.language.tag())
}

/// Opens the challenge of a form of this session, with the time of its creation.
fn open(
    account: &AccountContext<'_>,
    sealed: &str,
) -> Result<([u8; CHALLENGE_LENGTH], Timestamp), Error> {
    let value = account.open(SealedField::Passkey, sealed)?;
    let parts = value.split_first_chunk::<CHALLENGE_LENGTH>();
    let parts = parts.and_then(|(challenge, at)| Some((*challenge, at.try_into().ok()?)));
    let (challenge, at) = parts.ok_or_else(refusal::form_token_invalid)?;
    Ok((challenge, Timestamp::from_microseconds(i64::from_be_bytes(at))))
}
