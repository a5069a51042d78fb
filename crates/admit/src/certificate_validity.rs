//! The validity period of a certificate (RFC 5280 §4.1.2.5).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const CONTEXT_0: u8 = 0xa0;

/// The validity period of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    /// The first second of validity.
    pub(crate) not_before: Timestamp,
    /// The last second of validity.
    pub(crate) not_after: Timestamp,
}

/// Returns the validity of the first certificate of a PEM text. Returns `None` if it is malformed.
pub(crate) fn validity(pem: &str) -> Option<Validity> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let dense: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(dense).ok()?;
    let (certificate, _) = element(&der, SEQUENCE)?;
    let (mut tbs, _) = element(certificate, SEQUENCE)?;
    if tbs.first() == Some(&CONTEXT_0) {
        (_, tbs) = element(tbs, CONTEXT_0)?;
    }
    (_, tbs) = element(tbs, INTEGER)?;
    for _ in ["signature", "issuer"] {
        (_, tbs) = element(tbs, SEQUENCE)?;
    }
    let (times, _) = element(tbs, SEQUENCE)?;
    let (not_before, rest) = time(times)?;
    let (not_after, _) = time(rest)?;
    Some(Validity { not_before, not_after })
}

/// Splits the first DER element, which must have this tag, into its content and the bytes after it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = octets
                .iter()
                .try_fold(0_usize, |sum, octet| sum.checked_mul(256)?.checked_add((*octet).into()));
            (length?, rest)
        }
    };
    let (content, after) = rest.split_at_checked(length)?;
    (*found == tag).then_some((content, after))
}

/// Reads a UTCTime (`YYMMDDHHMMSSZ`) or a GeneralizedTime (`YYYYMMDDHHMMSSZ`).
fn time(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (digits, rest, century) = if bytes.first() == Some(&UTC_TIME) {
        let (digits, rest) = element(bytes, UTC_TIME)?;
        (digits, rest, if digits.first()? < &b'5' { "20" } else { "19" })
    } else {
        let (digits, rest) = element(bytes, GENERALIZED_TIME)?;
        (digits, rest, "")
    };
    let text = format!("{century}{}", std::str::from_utf8(digits).ok()?);
    let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%SZ", &text).ok()?;
    let seconds = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some((Timestamp::from_seconds(seconds), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_is_read_from_both_time_formats() {
        // Reads certificates that expire before and after 2050, when the format changes.
        for year in [2_027, 2_049, 2_050, 4_096] {
            let mut params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
            params.not_before = rcgen::date_time_ymd(2_026, 1, 2);
            params.not_after = rcgen::date_time_ymd(year, 3, 4);
            let key = rcgen::KeyPair::generate().expect("a key");
            let pem = params.self_signed(&key).expect("a certificate").pem();
            let validity = validity(&pem).expect("a validity");
            let format = |time: Timestamp| {
                jiff::Timestamp::from_second(time.seconds()).expect("a time").to_string()
            };
            assert_eq!(format(validity.not_before), "2026-01-02T00:00:00Z");
            assert_eq!(format(validity.not_after), format!("{year}-03-04T00:00:00Z"));
        }
    }

    #[test]
    fn a_malformed_certificate_has_no_validity() {
        // Reads other text, an empty PEM block, and every prefix of a certificate.
        assert_eq!(validity("nonsense"), None);
        assert_eq!(validity("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"), None);
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
        let der = params.self_signed(&key).expect("a certificate").der().to_vec();
        for length in 0..der.len() {
            let body = STANDARD.encode(der.get(..length).expect("a part"));
            let pem = format!("-----BEGIN CERTIFICATE-----{body}-----END CERTIFICATE-----");
            assert_eq!(validity(&pem), None);
        }
    }
}
