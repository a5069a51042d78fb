//! An e-mail address that waits for its code. It is sealed into the address of the page, for the
//! session that requested it: nothing is stored before the code is used.

use jose::{digest, seal::Purpose};
use model::{
    Change, CommitOutcome, Digest, Fault, FaultKind, Seconds, Timestamp, UsedValue, UsedValueKind,
    User,
};
use protocol::context::TenantContext;
use signin::factor::mailed_code::{MailChallenge, MailedCode, address_message, address_state};

use super::context::AccountContext;

/// The time for which a code is valid.
pub(super) const LIFETIME: Seconds = Seconds::minutes(10);
/// The time for which a used code is remembered after it has expired.
const REMEMBERED: Seconds = Seconds::minutes(2);
/// The first bytes of the payload, which no other sealed text of the account pages has.
const LABEL: &[u8] = b"address\0";
/// The longest sealed text, in bytes.
const SEALED_BYTES_MAX: usize = 1_024;

/// The address, with the challenge of its mail.
#[derive(Clone, Debug)]
pub(super) struct PendingAddress {
    pub(super) challenge: MailChallenge,
    pub(super) expires_at: Timestamp,
    pub(super) address: String,
}

impl PendingAddress {
    /// Seals the address for this session.
    pub(super) fn seal(&self, account: &AccountContext<'_>) -> Result<String, Fault> {
        let payload = self.payload(&session_digest(account));
        let sealed = account.incoming.service.sealer(Purpose::AccountForm)?.seal(&payload);
        sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))
    }

    fn payload(&self, session: &Digest) -> Vec<u8> {
        let expires_at = self.expires_at.microseconds().to_be_bytes();
        [LABEL, session, &self.challenge, &expires_at, self.address.as_bytes()].concat()
    }

    /// Opens an address that was sealed for this session. `None` if it was sealed for another one,
    /// or has expired.
    pub(super) fn open(account: &AccountContext<'_>, sealed: &str) -> Option<Self> {
        let sealed = Some(sealed).filter(|sealed| sealed.len() <= SEALED_BYTES_MAX)?;
        let sealer = account.incoming.service.sealer(Purpose::AccountForm).ok()?;
        let payload = sealer.open(sealed).ok()?;
        Self::parse(&payload, &session_digest(account), account.incoming.context.now())
    }

    /// Parses a payload. `None` if it is of another session, or has expired.
    fn parse(payload: &[u8], session: &Digest, now: Timestamp) -> Option<Self> {
        let rest = payload.strip_prefix(LABEL)?.strip_prefix(&session[..])?;
        let (challenge, rest) = rest.split_first_chunk::<16>()?;
        let (expires_at, address) = rest.split_first_chunk::<8>()?;
        let pending = Self {
            challenge: *challenge,
            expires_at: Timestamp::from_microseconds(i64::from_be_bytes(*expires_at)),
            address: String::from_utf8(address.to_vec()).ok()?,
        };
        (now < pending.expires_at).then_some(pending)
    }

    /// Returns the code for a user.
    pub(super) fn code(&self, tenant: &TenantContext, user: &User) -> Option<MailedCode> {
        self.digests(tenant, user).next().map(|digest| MailedCode::from_keyed_digest(&digest))
    }

    /// Returns whether a user typed the code, under the root key of now or an earlier one.
    pub(super) fn is_code(&self, tenant: &TenantContext, user: &User, typed: &str) -> bool {
        let mut digests = self.digests(tenant, user);
        digests.any(|digest| MailedCode::from_keyed_digest(&digest).is_typed(typed))
    }

    fn digests<'a>(
        &self,
        tenant: &'a TenantContext,
        user: &User,
    ) -> impl Iterator<Item = Digest> + use<'a> {
        let state = address_state(user, &self.address);
        let message = address_message(&self.challenge, &state);
        tenant.sealers.mailed_code.digests(&message).collect::<Vec<_>>().into_iter()
    }

    /// Returns whether the code was used.
    pub(super) async fn is_used(&self, account: &AccountContext<'_>) -> Result<bool, Fault> {
        let used = self.used_value(account);
        account.user.store(&account.incoming.service).is_used(&used).await
    }

    /// Stores the code as used, durably. Returns false if it was: of two forms at once, one does.
    pub(super) async fn use_up(&self, account: &AccountContext<'_>) -> Result<bool, Fault> {
        let changes = vec![Change::MarkUsed(self.used_value(account))];
        let store = account.user.store(&account.incoming.service);
        Ok(store.commit(changes).await? == CommitOutcome::Committed)
    }

    fn used_value(&self, account: &AccountContext<'_>) -> UsedValue {
        UsedValue {
            tenant: account.user.tenant().id(),
            kind: UsedValueKind::MailedCode,
            digest: digest::sha256(&[LABEL, &self.challenge].concat()),
            expires_at: self.expires_at + REMEMBERED,
        }
    }
}

fn session_digest(account: &AccountContext<'_>) -> Digest {
    let session = account.user.cookie().session.into_bytes();
    digest::sha256(&[LABEL, &session].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pending_address_is_of_one_session_and_expires() {
        // Parses a payload in time, too late, of another session, and cut at each length.
        let expires_at = Timestamp::from_seconds(600);
        let address = "ana@demo.test".to_owned();
        let pending = PendingAddress { challenge: [7; 16], expires_at, address };
        let payload = pending.payload(&[1; 32]);
        let parse = |session, seconds| {
            PendingAddress::parse(&payload, &[session; 32], Timestamp::from_seconds(seconds))
        };
        let parsed = parse(1, 599).expect("an address");
        assert_eq!((parsed.address.as_str(), parsed.challenge), ("ana@demo.test", [7; 16]));
        assert!(parse(1, 600).is_none() && parse(2, 599).is_none());
        for length in 0..payload.len() - "ana@demo.test".len() {
            let cut = PendingAddress::parse(&payload[..length], &[1; 32], Timestamp::default());
            assert!(cut.is_none(), "{length}");
        }
    }
}
