//! The token in the link of a mail: sealed, so that it says where the request for the mail came
//! from in any browser, and proves it in the one that has the flow.

use catalogue::{Refusal, refusal};
use model::{Digest, Fault, FaultKind, MailOrigin, Seconds, Timestamp, UsedValue, UsedValueKind};
use protocol::context::TenantContext;
use serde::{Deserialize, Serialize};
use signin::factor::mailed_code::MailChallenge;

/// The parameter of the link. Its name marks it as a secret, which no log or record contains.
pub(super) const PARAMETER: &str = "mail_token";
/// The time for which code and link are valid: as long as the flow.
const LIFETIME: Seconds = Seconds::minutes(10);
/// The time after that for which a used challenge is remembered.
const REMEMBERED: Seconds = Seconds::minutes(20);
/// Maximum length of a token.
const TOKEN_LENGTH_MAX: usize = 512;

/// The contents of a link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MailedLink {
    /// The id in the records of the flow that requested the mail.
    pub(super) flow: [u8; 16],
    /// The challenge of the mail.
    pub(super) challenge: MailChallenge,
    /// The state of the password that the link replaces.
    pub(super) state: Digest,
    /// The request for the mail.
    pub(super) origin: MailOrigin,
}

impl MailedLink {
    /// Returns the URL of the link.
    ///
    /// # Errors
    /// It could not be sealed.
    pub(super) fn url(&self, tenant: &TenantContext) -> Result<String, Fault> {
        let fault =
            |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::Internal, error);
        let payload = postcard::to_allocvec(self).map_err(|error| fault(&error))?;
        let token = tenant.sealers.mailed_link.seal(&payload).map_err(|error| fault(&error))?;
        let origin = &tenant.endpoints.origin;
        Ok(format!("{origin}/{}/reset-link?{PARAMETER}={token}", tenant.row.name))
    }

    /// Returns when the code and the link expire: in the same millisecond as the flow.
    pub(super) fn expires_at(&self) -> Timestamp {
        self.origin.at + LIFETIME
    }

    /// Opens a token.
    ///
    /// # Errors
    /// This tenant did not seal it, or it has expired.
    pub(super) fn open(
        token: &str,
        tenant: &TenantContext,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let token = Some(token).filter(|token| token.len() <= TOKEN_LENGTH_MAX);
        let payload = token.and_then(|token| tenant.sealers.mailed_link.open(token).ok());
        let link: Option<Self> = payload.and_then(|bytes| postcard::from_bytes(&bytes).ok());
        let link = link.ok_or_else(refusal::mailed_link_invalid)?;
        let at = link.origin.at;
        if at.is_future(now) || now - at >= LIFETIME {
            return Err(refusal::mailed_code_expired());
        }
        Ok(link)
    }
}

/// Returns the value that is stored once the code or the link of a mail was used.
pub(super) fn used_value(
    tenant: &TenantContext,
    challenge: &MailChallenge,
    expires_at: Timestamp,
) -> UsedValue {
    UsedValue {
        tenant: tenant.id(),
        kind: UsedValueKind::MailedCode,
        digest: jose::digest::sha256(challenge),
        expires_at: expires_at + REMEMBERED,
    }
}

#[cfg(test)]
mod tests {
    use model::{Tenant, TenantId};
    use protocol::context::{RequestSeed, RuleContext, Sender};
    use uuid::Uuid;

    use super::*;
    use crate::sign_in::flow_id::FlowId;

    #[test]
    fn link_and_flow_of_a_mail_expire_on_the_same_day() {
        // Requests a mail half an hour before midnight: a used challenge is stored by the day on
        // which it expires, and found by the link and by the flow.
        let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([1; 32]), vec![]);
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(1)), "demo", [0; 32]);
        let tenant = TenantContext::new(tenant, "https://id.test", &keyring.expect("a keyring"));
        let tenant = tenant.expect("a tenant");
        let midnight = Timestamp::from_seconds(20_780 * 86_400);
        for now in [midnight - Seconds::minutes(25), midnight - Seconds::minutes(35)] {
            let context = RuleContext {
                now,
                tenant: &tenant,
                seed: RequestSeed::new([7; 32]),
                sender: Sender::Process,
            };
            let origin = MailOrigin { at: now, address: None, browser: None };
            let link = MailedLink { flow: [0; 16], challenge: [1; 16], state: [2; 32], origin };
            let [of_link, of_flow] = [link.expires_at(), FlowId::new(&context).expires_at()]
                .map(|expires_at| used_value(&tenant, &link.challenge, expires_at));
            assert_eq!(of_link, of_flow);
        }
    }
}
