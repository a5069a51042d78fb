//! Which request a report is about: sealed into the link, so that only what we really refused can
//! be reported, and nothing must be looked up to know it.

use catalogue::{Refusal, refusal};
use jose::{digest, seal::Sealer};
use model::{Seconds, TenantId, TicketId, Timestamp};
use uuid::Uuid;

/// How long a link can be used.
const LIFETIME: Seconds = Seconds::hours(24);
/// Tenant, trace id, number, time.
const LENGTH: usize = 16 + 16 + 4 + 8;
/// The sealed text is never longer.
const SEALED_LENGTH_MAX: usize = 256;

/// A request of which its sender saw that it was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The tenant that it was for, if there was one.
    pub tenant: Option<TenantId>,
    /// Our id of it.
    pub trace_id: Uuid,
    /// The number that was shown.
    pub number: u32,
    /// When.
    pub at: Timestamp,
}

impl About {
    pub(super) fn seal(&self, sealer: &Sealer) -> Option<String> {
        let tenant = self.tenant.map_or([0; 16], TenantId::into_bytes);
        let number = self.number.to_be_bytes();
        let at = self.at.microseconds().to_be_bytes();
        let bytes = [&tenant[..], self.trace_id.as_bytes(), &number, &at].concat();
        sealer.seal(&bytes).ok()
    }

    /// Opens a link's text.
    ///
    /// # Errors
    /// It is not one of ours, or too old.
    pub(crate) fn open(text: &str, sealer: &Sealer, now: Timestamp) -> Result<Self, Refusal> {
        let about = Self::read(text, sealer).ok_or_else(refusal::report_link_invalid)?;
        if now - about.at > LIFETIME {
            return Err(refusal::report_link_expired(LIFETIME.get() / 3_600));
        }
        Ok(about)
    }

    fn read(text: &str, sealer: &Sealer) -> Option<Self> {
        let sealed = (text.len() <= SEALED_LENGTH_MAX).then_some(text)?;
        let bytes: [u8; LENGTH] = sealer.open(sealed).ok()?.try_into().ok()?;
        let (tenant, rest) = bytes.split_first_chunk::<16>()?;
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

    /// The number of the request's ticket: one request, one ticket.
    pub fn ticket(&self) -> TicketId {
        let labelled = [b"ticket".as_slice(), self.trace_id.as_bytes()].concat();
        let digest = digest::sha256(&labelled);
        let mut bytes = [0; 10];
        bytes.copy_from_slice(digest.first_chunk::<10>().unwrap_or(&[0; 10]));
        TicketId::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, RootKey};

    use super::*;

    #[test]
    fn a_link_is_opened_as_it_was_sealed_for_a_day_and_by_us() {
        // There and back with and without a tenant; then altered, cut, old, and of another purpose.
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let sealer = keyring.sealer([0; 16], "report").expect("a sealer");
        let now = Timestamp::from_seconds(1_795_363_200);
        let about = About {
            tenant: Some(TenantId::new(Uuid::from_u128(7))),
            trace_id: Uuid::from_u128(9),
            number: 50_011,
            at: now,
        };
        let none = About { tenant: None, ..about.clone() };
        for about in [&about, &none] {
            let text = about.seal(&sealer).expect("a link");
            assert_eq!(About::open(&text, &sealer, now + LIFETIME), Ok(about.clone()));
            let late = About::open(&text, &sealer, now + LIFETIME + Seconds::new(1));
            assert_eq!(late.expect_err("late").number(), 88_000_241);
            let (cut, _) = text.split_at(text.len() - 1);
            let other = keyring.sealer([0; 16], "flow").expect("a sealer");
            let foreign = about.seal(&other).expect("a text");
            for wrong in ["", cut, &foreign, &format!("{text}A"), &"A".repeat(4_096)] {
                let refused = About::open(wrong, &sealer, now).expect_err(wrong);
                assert_eq!(refused.number(), 88_000_240);
            }
        }
        assert_eq!(about.ticket(), none.ticket());
        assert_ne!(about.ticket(), About { trace_id: Uuid::nil(), ..none }.ticket());
    }
}
