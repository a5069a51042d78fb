//! A report that was sent, sealed into the address of its confirmation page: the page can be loaded
//! again, and only the browser that sent the report knows the address.

use catalogue::{Refusal, refusal};
use jose::seal::{Purpose, Sealer};
use model::{Fault, FaultKind, Seconds, TenantId, TicketId, Timestamp};
use protocol::Error;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{http::cookies, state::Service};

/// Lifetime of the address.
const LIFETIME: Seconds = Seconds::hours(24);
/// Maximum length of a sealed report, which contains an e-mail address.
const SEALED_LENGTH_MAX: usize = 2_048;

/// A report that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SentReport {
    /// The tenant whose administrators got the report.
    pub(super) tenant: Option<TenantId>,
    /// The trace ID of the reported request.
    pub(super) trace_id: Uuid,
    /// The ticket.
    pub(super) ticket: TicketId,
    /// Whether the request was already reported.
    pub(super) is_repeated: bool,
    /// The e-mail address for the answer.
    pub(super) address: Option<String>,
    /// The time of the report.
    pub(super) at: Timestamp,
}

impl SentReport {
    /// Returns the path of the confirmation page.
    ///
    /// # Errors
    /// The report could not be sealed.
    pub(super) fn path(&self, service: &Service) -> Result<String, Fault> {
        Ok(format!("/report?sent={}", self.seal(&service.sealer(Purpose::SentReport)?)?))
    }

    /// Opens the report in the address of a confirmation page.
    ///
    /// # Errors
    /// The text was not sealed by this service, or it is older than a day.
    pub(super) fn open(service: &Service, sealed: &str, now: Timestamp) -> Result<Self, Error> {
        Ok(Self::unseal(sealed, &service.sealer(Purpose::SentReport)?, now)?)
    }

    fn seal(&self, sealer: &Sealer) -> Result<String, Fault> {
        let payload = serde_json::to_vec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        cookies::seal(sealer, &payload)
    }

    fn unseal(sealed: &str, sealer: &Sealer, now: Timestamp) -> Result<Self, Refusal> {
        let sent: Option<Self> = (sealed.len() <= SEALED_LENGTH_MAX)
            .then(|| sealer.open(sealed).ok())
            .flatten()
            .and_then(|payload| serde_json::from_slice(&payload).ok());
        let sent = sent.ok_or_else(refusal::report_link_invalid)?;
        if now - sent.at > LIFETIME || sent.at.is_future(now) {
            return Err(refusal::report_link_expired(LIFETIME.get() / 3_600));
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, Purpose, RootKey};

    use super::*;

    #[test]
    fn sent_report_expires_after_a_day_and_cannot_be_forged() {
        // Unseals a report in time; then expired, cut, too long, and sealed for another purpose.
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let sealer = keyring.sealer([0; 16], Purpose::SentReport).expect("a sealer");
        let now = Timestamp::from_seconds(1_795_363_200);
        let sent = SentReport {
            tenant: None,
            trace_id: Uuid::from_u128(9),
            ticket: TicketId::new([7; 10]),
            is_repeated: false,
            address: Some("x".repeat(254)),
            at: now,
        };
        let sealed = sent.seal(&sealer).expect("sealed");
        assert!(sealed.len() < SEALED_LENGTH_MAX, "{}", sealed.len());
        assert_eq!(SentReport::unseal(&sealed, &sealer, now + LIFETIME), Ok(sent.clone()));
        let late = SentReport::unseal(&sealed, &sealer, now + LIFETIME + Seconds::new(1));
        assert_eq!(late.expect_err("expired").number(), 88_000_241);
        let other = keyring.sealer([0; 16], Purpose::Report).expect("a sealer");
        let foreign = sent.seal(&other).expect("sealed");
        for wrong in ["", &sealed[1..], &foreign, &"A".repeat(SEALED_LENGTH_MAX + 1)] {
            let refusal = SentReport::unseal(wrong, &sealer, now).expect_err(wrong);
            assert_eq!(refusal.number(), 88_000_240);
        }
    }
}
