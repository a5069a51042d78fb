//! Time-based one-time codes (TOTP, RFC 6238) with SHA-1, six digits and steps of 30 seconds: the
//! only parameters that every authenticator app supports.

use std::fmt::Write;

use aws_lc_rs::hmac;
use data_encoding::BASE32_NOPAD;
use model::{Seconds, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::VerifiedFactor;

/// The length of a secret in bytes, as RFC 4226 §4 (R6) recommends.
pub const SECRET_LENGTH: usize = 20;
/// The duration of a step.
pub const STEP: Seconds = Seconds::new(30);
/// The number of steps before and after the present one whose codes are accepted (RFC 6238 §5.2):
/// the time for typing, and a small difference between the clocks.
const ACCEPTED: i64 = 1;
/// The number of steps in which a refused code is looked up, to tell a clock that is wrong from a
/// wrong code: five minutes.
const EXPLAINED: i64 = 10;
/// The number of different codes.
const CODES: u32 = 1_000_000;
/// The characters of labels and names in the URI of a secret that are not encoded (RFC 3986 §2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The secret of an authenticator app.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; SECRET_LENGTH]);

/// A code that a user typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubmittedCode(u32);

/// A code that is accepted. It must be stored as used before anything follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedCode {
    /// The number of the step of the code: no later sign-in may use it.
    pub step: i64,
    /// The proof that the user has the secret.
    pub factor: VerifiedFactor,
}

/// The reason why a code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMismatch {
    /// It is the code of no time near now.
    Wrong,
    /// It is the code of another step: the clock of the app is wrong, or the user waited.
    OtherTime {
        /// The step of the code. The code of a later step must be stored as used: a client that
        /// guessed it knows it now.
        step: i64,
        /// The difference between the app's clock and ours. Negative if the app is behind.
        offset: Seconds,
    },
}

impl SubmittedCode {
    /// Parses a code of six digits. Spaces and hyphens between them are ignored, as apps show a
    /// code in two groups.
    pub fn parse(text: &str) -> Option<Self> {
        let is_separator = |character: char| character.is_whitespace() || character == '-';
        let digits: String = text.chars().filter(|it| !is_separator(*it)).take(7).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl TotpSecret {
    /// Creates a secret from random bytes.
    pub const fn new(random: [u8; SECRET_LENGTH]) -> Self {
        Self(random)
    }

    /// Reads a stored secret. `None` if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Returns the bytes to store, sealed.
    pub const fn as_bytes(&self) -> &[u8; SECRET_LENGTH] {
        &self.0
    }

    /// Returns the secret as a user types it into an app: Base32 (RFC 4648 §6) in groups of four.
    pub fn key_text(&self) -> String {
        let mut text = String::new();
        for (index, letter) in BASE32_NOPAD.encode(&self.0).char_indices() {
            if index > 0 && index % 4 == 0 {
                text.push(' ');
            }
            text.push(letter);
        }
        text
    }

    /// Returns the URI that apps read from a QR code. `issuer` and `account` name the entry in the
    /// app.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        // Apps split the label at the first colon.
        let issuer = encode(&issuer.replace(':', " "));
        let mut uri = format!("otpauth://totp/{issuer}:{}", encode(account));
        let secret = BASE32_NOPAD.encode(&self.0);
        let _ = write!(uri, "?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30");
        uri
    }

    /// Checks a code at a time.
    ///
    /// # Errors
    /// The code is not that of an accepted step.
    pub fn check(
        &self,
        submitted: SubmittedCode,
        now: Timestamp,
    ) -> Result<AcceptedCode, CodeMismatch> {
        let present = now.seconds().div_euclid(STEP.get());
        let mut nearest: Option<i64> = None;
        // Every step is computed, so that the time does not tell which one matches.
        for distance in -EXPLAINED..=EXPLAINED {
            let is_nearer = nearest.is_none_or(|known| distance.abs() < known.abs());
            if self.code(present + distance) == submitted.0 && is_nearer {
                nearest = Some(distance);
            }
        }
        match nearest {
            Some(distance) if distance.abs() <= ACCEPTED => {
                Ok(AcceptedCode { step: present + distance, factor: VerifiedFactor::new(&["otp"]) })
            }
            Some(distance) => Err(CodeMismatch::OtherTime {
                step: present + distance,
                offset: Seconds::new(distance * STEP.get()),
            }),
            None => Err(CodeMismatch::Wrong),
        }
    }

    /// Returns the code of a step (RFC 4226 §5.3).
    fn code(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let offset = usize::from(tag.as_ref().last().copied().unwrap_or_default() & 0xf);
        let four = tag.as_ref().get(offset..).and_then(<[u8]>::first_chunk::<4>);
        (u32::from_be_bytes(four.copied().unwrap_or_default()) & 0x7fff_ffff) % CODES
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TotpSecret")
    }
}

impl std::fmt::Debug for SubmittedCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SubmittedCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: TotpSecret = TotpSecret(*b"12345678901234567890");

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        // The six last digits of the values for SHA-1, each at its time.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let submitted = SubmittedCode::parse(code).expect("a code");
            let accepted = SECRET.check(submitted, Timestamp::from_seconds(seconds));
            assert_eq!(accepted.map(|it| it.step), Ok(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn code_is_accepted_in_three_steps_and_explained_in_twenty_one() {
        // Checks the code of one step at the times of the steps before and after it.
        let own = 2_000_000_000 / 30;
        let submitted = SubmittedCode(SECRET.code(own));
        for distance in -12..=12_i64 {
            let now = Timestamp::from_seconds((own + distance) * 30 + 7);
            let expected = match distance.abs() {
                0 | 1 => Ok(own),
                2..=10 => {
                    Err(CodeMismatch::OtherTime { step: own, offset: Seconds::new(-distance * 30) })
                }
                _ => Err(CodeMismatch::Wrong),
            };
            assert_eq!(SECRET.check(submitted, now).map(|it| it.step), expected, "{distance}");
        }
    }

    #[test]
    fn code_is_six_digits_in_any_grouping() {
        // Parses codes as apps show them, and texts that are none.
        for text in ["081804", "081 804", " 081-804 ", "0 8 1 8 0 4", "081\u{a0}804"] {
            assert_eq!(SubmittedCode::parse(text), Some(SubmittedCode(81_804)), "{text:?}");
        }
        for text in ["", "81804", "0818045", "08180a", "+81804", "٠٨١٨٠٤", &"0".repeat(9_999)]
        {
            assert_eq!(SubmittedCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn uri_and_key_name_issuer_account_and_secret() {
        // Writes the secret for an issuer and an account with characters that URIs reserve.
        let uri = SECRET.uri("Acme: R&D", "rina+x@demo.example");
        let expected = "otpauth://totp/Acme%20%20R%26D:rina%2Bx%40demo.example\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%20R%26D\
            &algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri, expected);
        assert_eq!(SECRET.key_text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }
}
