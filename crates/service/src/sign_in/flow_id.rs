//! The id of a sign-in flow, which is in the address of its pages.

use std::fmt;

use jose::digest;
use model::{Seconds, TenantId, Timestamp, UsedValue, UsedValueKind};
use protocol::context::RuleContext;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, fmt::Hyphenated};

/// The time that a user has for a sign-in flow.
const LIFETIME: Seconds = Seconds::minutes(10);
/// The time after that for which a used flow is known.
const REMEMBERED: Seconds = Seconds::minutes(20);

/// The id of a sign-in flow: a UUIDv7, which begins with the time of the start (RFC 9562 §5.7). It
/// is no secret. The time is trusted only together with the sealed cookie of the flow; alone, it
/// selects the page that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct FlowId(Uuid);

impl FlowId {
    /// Generates the id of a flow that starts now.
    pub(super) fn new(context: &RuleContext<'_>) -> Self {
        let milliseconds = context.now.microseconds().div_euclid(1_000);
        let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
        let seed = context.seed.derive("flow");
        let random = seed.first_chunk().unwrap_or(&[0; 10]);
        Self(Builder::from_unix_timestamp_millis(milliseconds, random).into_uuid())
    }

    /// Parses the parameter `flow`. `None` if it is no id.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let id = (text.len() == Hyphenated::LENGTH).then_some(text)?;
        Uuid::try_parse(id).ok().filter(|id| id.get_version_num() == 7).map(Self)
    }

    /// Returns the sixteen bytes.
    pub(super) const fn into_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// Returns when the flow started, rounded down to milliseconds.
    pub(super) fn started_at(self) -> Timestamp {
        let time = self.0.as_bytes().iter().take(6);
        let milliseconds = time.fold(0_i64, |time, byte| time << 8 | i64::from(*byte));
        Timestamp::from_microseconds(milliseconds.saturating_mul(1_000))
    }

    /// Returns when the flow expires.
    pub(super) fn expires_at(self) -> Timestamp {
        self.started_at() + LIFETIME
    }

    /// Returns the value that is stored as used when the flow finishes or is cancelled. It is
    /// stored for longer than the flow could be continued, so that its page says how it ended.
    pub(super) fn used_value(self, tenant: TenantId) -> UsedValue {
        UsedValue {
            tenant,
            kind: UsedValueKind::SignInFlow,
            digest: digest::sha256(self.0.as_bytes()),
            expires_at: self.expires_at() + REMEMBERED,
        }
    }
}

impl fmt::Display for FlowId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use model::{Tenant, TenantId};
    use protocol::context::{RequestSeed, Sender, TenantContext};

    use super::*;

    #[test]
    fn a_flow_id_expires_ten_minutes_after_its_start() {
        // Generates an id, reads it back from its text, and compares the times.
        let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([1; 32]), vec![]);
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(1)), "demo", [0; 32]);
        let tenant = TenantContext::new(tenant, "https://id.test", &keyring.expect("a keyring"));
        let tenant = tenant.expect("a tenant");
        let now = Timestamp::from_seconds(1_795_363_200);
        let context = RuleContext {
            now,
            tenant: &tenant,
            seed: RequestSeed::new([7; 32]),
            sender: Sender::Process,
        };
        let id = FlowId::new(&context);
        assert_eq!(id.expires_at(), now + Seconds::minutes(10));
        assert_eq!(FlowId::parse(&id.to_string()), Some(id));
        let later = RuleContext { now: now + Seconds::new(1), ..context };
        assert!(FlowId::new(&later) > id);
    }

    #[test]
    fn a_text_that_is_no_flow_id_is_not_parsed() {
        // Parses texts of other lengths, alphabets, versions and forms.
        let random = "0190f3a1-7b2c-4d3e-8f40-5162738495a6";
        let simple = "0190f3a17b2c7d3e8f405162738495a6";
        for text in ["", "x", random, simple, &"!".repeat(36), &"A".repeat(4_096)] {
            assert_eq!(FlowId::parse(text), None, "{text}");
        }
    }
}
