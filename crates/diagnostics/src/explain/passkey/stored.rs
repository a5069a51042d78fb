//! Verification of a response with the origin and the passkeys of the installation.

use std::sync::Arc;

use catalogue::refusal;
use jose::digest::base64url_decode;
use model::{Authenticators, Tenant, User, format_utc};
use protocol::inactive_user;
use signin::factor::passkey::{
    Assertion, AttestationTrust, CHALLENGE_LENGTH, Challenge, ClientData, DecodedResponse,
    PasskeyFlaw, Registration, RelyingParty, UserHandle,
};

use super::super::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
    store_lookup::StoreLookup,
};

/// Verifies a response as the service would at a sign-in, except for its challenge, which is
/// taken from the response itself: the store does not keep those that were created.
pub(super) async fn verify(
    report: &mut Report,
    text: &str,
    response: &DecodedResponse,
    (lookup, context): (&StoreLookup, &ExplainContext),
) -> Result<(), ExplainError> {
    report.checked_against = Some(Message::new("decode-against-data"));
    let Some(party) = RelyingParty::new(lookup.installation().origin(), "") else { return Ok(()) };
    let challenge = challenge(&response.client_data);
    let verified = if response.attestation_format.is_some() {
        // The response names no tenant.
        let tenant = lookup.single_tenant(context.tenant.as_deref()).await?;
        let (models, roots) = tenant.as_deref().map_or((&[][..], &[][..]), |tenant| {
            (&tenant.passkey_authenticators, &tenant.passkey_attestation_roots)
        });
        let (party, trust) = (party.allowing(models), AttestationTrust { roots, now: context.now });
        let verify = |it: Registration| it.verify(&party, &challenge, trust).map(|_| ());
        let verified = Registration::parse(text).and_then(verify);
        check_attestation(report, tenant.as_deref(), &verified);
        verified
    } else {
        let Some((tenant, user, stored)) = owner(report, response, lookup).await? else {
            return Ok(());
        };
        report.checks.push(Check::passed(
            "userHandle",
            Message::with(
                "decode-user-handle",
                [("user", &user.username), ("tenant", &tenant.name)],
            ),
        ));
        if !tenant.passkeys {
            let message = Message::with("decode-passkeys-off", [("tenant", &*tenant.name)]);
            report.checks.push(Check::failed("passkeys", message));
            super::refuse(report, refusal::passkey_unknown());
            return Ok(());
        }
        let party = party.allowing(&tenant.passkey_authenticators);
        let verified = Assertion::parse(text).and_then(|it| it.verify(&party, &challenge, &stored));
        check_signature(report, verified.as_ref().err());
        if let (Ok(_), Err(refusal)) = (&verified, inactive_user::check(&user, context.now)) {
            let message = match user.expired_at(context.now).filter(|_| user.enabled) {
                Some(at) => Message::with("decode-user-expired", [("expired", &format_utc(at))]),
                None => Message::new("decode-user-disabled"),
            };
            report.checks.push(Check::failed("user", message));
            super::refuse(report, refusal);
            return Ok(());
        }
        verified.map(|_| ())
    };
    match verified {
        Ok(()) => report.accepted = None,
        Err(flaw) => super::refuse(report, flaw.refusal()),
    }
    Ok(())
}

/// Reports whether the tenant accepts the model of a new passkey, if it allows certain ones only.
fn check_attestation(
    report: &mut Report,
    tenant: Option<&Tenant>,
    verified: &Result<(), PasskeyFlaw>,
) {
    let is_about_model = matches!(verified, Ok(()) | Err(PasskeyFlaw::Model(_)));
    let check = match tenant {
        None => Check::unknown("attestation", Message::new("decode-attestation-needs-tenant")),
        Some(tenant) if tenant.passkey_authenticators.is_empty() || !is_about_model => return,
        Some(tenant) => {
            let values = [("tenant", tenant.name.as_str())];
            Check::from_bool(
                verified.is_ok(),
                "attestation",
                (
                    Message::with("decode-attestation-accepted", values),
                    Message::with("decode-attestation-refused", values),
                ),
            )
        }
    };
    report.checks.push(check);
}

/// Reports the checks that need the stored passkey. They come after all others.
fn check_signature(report: &mut Report, flaw: Option<&PasskeyFlaw>) {
    let check = match flaw {
        None => Check::passed("signature", Message::new("decode-passkey-signature")),
        Some(PasskeyFlaw::WrongSignature) => {
            Check::failed("signature", Message::new("decode-passkey-signature-wrong"))
        }
        Some(PasskeyFlaw::UnknownPasskey) => {
            Check::failed("credential id", Message::new("decode-passkey-unknown"))
        }
        Some(PasskeyFlaw::CounterNotIncreased { stored, received }) => {
            let (stored, received) = (stored.to_string(), received.to_string());
            Check::failed(
                "signCount",
                Message::with(
                    "decode-sign-count-not-increased",
                    [("stored", &stored), ("received", &received)],
                ),
            )
        }
        Some(PasskeyFlaw::Model(_)) => {
            report
                .checks
                .push(Check::passed("signature", Message::new("decode-passkey-signature")));
            Check::failed("aaguid", Message::new("decode-passkey-model-refused"))
        }
        Some(PasskeyFlaw::BackupEligibilityChanged) => {
            Check::failed("BE", Message::new("decode-backup-changed"))
        }
        // Another check reports it.
        Some(_) => return,
    };
    report.checks.push(check);
}

/// Returns the user whom the user handle names, with the tenant and the authenticators.
async fn owner(
    report: &mut Report,
    response: &DecodedResponse,
    lookup: &StoreLookup,
) -> Result<Option<(Arc<Tenant>, Arc<User>, Authenticators)>, ExplainError> {
    let Some(bytes) = &response.user_handle else {
        let message = Message::new("decode-user-handle-missing");
        report.checks.push(Check::unknown("userHandle", message));
        return Ok(None);
    };
    let find = async || {
        let Some(handle) = UserHandle::from_bytes(bytes) else { return Ok(None) };
        let tenants = lookup.tenants().await?;
        for tenant in tenants {
            let Ok(id) = handle.user_of(tenant.id) else { continue };
            let Some(user) = lookup.store().user(tenant.id, id).await? else { continue };
            let stored = lookup.store().authenticators(tenant.id, id).await?;
            let none = || Authenticators::new(tenant.id, id);
            return Ok(Some((tenant.clone(), user, stored.unwrap_or_else(none))));
        }
        Ok::<_, ExplainError>(None)
    };
    let found = find().await?;
    if found.is_none() {
        let message = Message::new("decode-user-handle-unknown");
        report.checks.push(Check::failed("userHandle", message));
        super::refuse(report, PasskeyFlaw::UnknownPasskey.refusal());
    }
    Ok(found)
}

fn challenge(client_data: &ClientData) -> Challenge {
    let decoded = client_data.challenge.as_ref().and_then(|text| base64url_decode(text).ok());
    let bytes = decoded.and_then(|bytes| <[u8; CHALLENGE_LENGTH]>::try_from(bytes).ok());
    Challenge::new(bytes.unwrap_or_default())
}
