//! The report token in the link of an error page.
//!
//! It is sealed, so only real refusals can be reported, and it needs no database look-up.

use catalogue::{Language, Refusal, refusal};
use jose::{
    digest,
    seal::{Purpose, Sealer},
};
use model::{Fault, Seconds, TenantId, TicketId, Timestamp};
use protocol::Error;
use uuid::Uuid;

use crate::{http::request_context::RequestContext, state::Service};

/// Lifetime of a report token.
const LIFETIME: Seconds = Seconds::hours(24);
/// Length of the payload in bytes: tenant, trace ID, error number, time.
const PAYLOAD_LENGTH: usize = 16 + 16 + 4 + 8;
/// Maximum length of a sealed token.
const SEALED_LENGTH_MAX: usize = 256;

/// A refused request that the user can report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportToken {
    /// The tenant of the request, or `None` if it is unknown.
    pub tenant: Option<TenantId>,
    /// The trace ID of the request.
    pub trace_id: Uuid,
    /// The error number that the user saw; 0 if the page showed none.
    pub number: u32,
    /// The time of the request.
    pub at: Timestamp,
}

impl ReportToken {
    /// Seals the token into text. `None` if sealing fails.
    pub(crate) fn seal(&self, sealer: &Sealer) -> Option<String> {
        let tenant = self.tenant.map_or([0; 16], TenantId::into_bytes);
        let number = self.number.to_be_bytes();
        let at = self.at.microseconds().to_be_bytes();
        let payload = [&tenant[..], self.trace_id.as_bytes(), &number, &at].concat();
        sealer.seal(&payload).ok()
    }

    /// Opens a sealed token.
    ///
    /// # Errors
    /// The token is malformed, was not sealed by this service, or is expired.
    pub(crate) fn unseal(text: &str, sealer: &Sealer, now: Timestamp) -> Result<Self, Refusal> {
        let token = Self::parse(text, sealer).ok_or_else(refusal::report_link_invalid)?;
        if now - token.at > LIFETIME || token.at.is_future(now) {
            return Err(refusal::report_link_expired(LIFETIME.get() / 3_600));
        }
        Ok(token)
    }

    fn parse(text: &str, sealer: &Sealer) -> Option<Self> {
        let sealed = (text.len() <= SEALED_LENGTH_MAX).then_some(text)?;
        let payload: [u8; PAYLOAD_LENGTH] = sealer.open(sealed).ok()?.try_into().ok()?;
        let (tenant, rest) = payload.split_first_chunk::<16>()?;
        let (trace_id, rest) = rest.split_first_chunk::<16>()?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let (at, _) = rest.split_first_chunk::<8>()?;
        let tenant = Uuid::from_bytes(*tenant);
        Some(Self {
            tenant: (!tenant.is_nil()).then(|| TenantId::new(tenant)),
            trace_id: Uuid::from_bytes(*trace_id),
            number: u32::from_be_bytes(*number),
            at: Timestamp::from_microseconds(i64::from_be_bytes(*at)),
        })
    }

    /// Returns the id of the ticket about this request. It is derived from the trace ID, so that a
    /// request gets one ticket only.
    pub fn ticket_id(&self) -> TicketId {
        let labelled = [b"ticket".as_slice(), self.trace_id.as_bytes()].concat();
        let digest = digest::sha256(&labelled);
        let mut bytes = [0; 10];
        bytes.copy_from_slice(digest.first_chunk::<10>().unwrap_or(&[0; 10]));
        TicketId::new(bytes)
    }
}

/// Returns the link to report a refusal, or the page itself if there is none: a user who cannot
/// sign in needs a way out, whatever the cause. Works without the store, so that a failure of the
/// store can be reported. `None` on the report page itself.
pub(crate) fn link(
    context: &RequestContext,
    refusal: Option<&Refusal>,
    language: Language,
) -> Option<String> {
    if context.is_report() {
        return None;
    }
    Some(path(&create(context, refusal)?, language))
}

/// Returns the path of the report page for a sealed token.
pub(crate) fn path(sealed: &str, language: Language) -> String {
    format!("/report?report_token={sealed}&ui_locales={}", language.tag())
}

/// Creates the sealed report token of a refusal; with the number 0 if there is none. Returns `None`
/// if sealing fails.
pub(crate) fn create(context: &RequestContext, refusal: Option<&Refusal>) -> Option<String> {
    let token = ReportToken {
        tenant: context.tenant(),
        trace_id: context.trace_id(),
        number: refusal.map_or(0, Refusal::number),
        at: context.now(),
    };
    token.seal(&sealer(context.service()).ok()?)
}

/// Opens the sealed report token of a link.
///
/// # Errors
/// See [`ReportToken::unseal`].
pub(crate) fn open(context: &RequestContext, sealed: &str) -> Result<ReportToken, Error> {
    Ok(ReportToken::unseal(sealed, &sealer(context.service())?, context.now())?)
}

/// Returns the sealer of all report tokens. It belongs to the installation, not to a tenant: a
/// request may name no tenant.
fn sealer(service: &Service) -> Result<Sealer, Fault> {
    service.sealer(Purpose::Report)
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, Purpose, RootKey};

    use super::*;

    #[test]
    fn a_report_token_expires_after_a_day_and_cannot_be_forged() {
        // Unseals a token with and without a tenant; then expired, altered, cut and foreign ones.
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let sealer = keyring.sealer([0; 16], Purpose::Report).expect("a sealer");
        let now = Timestamp::from_seconds(1_795_363_200);
        let token = ReportToken {
            tenant: Some(TenantId::new(Uuid::from_u128(7))),
            trace_id: Uuid::from_u128(9),
            number: 50_011,
            at: now,
        };
        let none = ReportToken { tenant: None, ..token.clone() };
        for token in [&token, &none] {
            let text = token.seal(&sealer).expect("a token");
            assert_eq!(ReportToken::unseal(&text, &sealer, now + LIFETIME), Ok(token.clone()));
            let expired = ReportToken::unseal(&text, &sealer, now + LIFETIME + Seconds::new(1));
            assert_eq!(expired.expect_err("expired").number(), 88_000_241);
            let (cut, _) = text.split_at(text.len() - 1);
            let other = keyring.sealer([0; 16], Purpose::SentReport).expect("a sealer");
            let foreign = token.seal(&other).expect("a text");
            for wrong in ["", cut, &foreign, &format!("{text}A"), &"A".repeat(4_096)] {
                let refusal = ReportToken::unseal(wrong, &sealer, now).expect_err(wrong);
                assert_eq!(refusal.number(), 88_000_240);
            }
        }
        assert_eq!(token.ticket_id(), none.ticket_id());
        assert_ne!(token.ticket_id(), ReportToken { trace_id: Uuid::nil(), ..none }.ticket_id());
    }
}
