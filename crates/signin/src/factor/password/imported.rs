//! Hashes of passwords in the text forms of other systems: one file for each kind.
//!
//! A hash is accepted only if a verification takes at most a second on one core and 128 MiB. The
//! limits of each kind are those that were measured for this.

mod argon2_phc;
mod aspnet_identity;
mod bcrypt_text;
mod firebase;
mod pbkdf2;
mod scrypt_text;
mod sha_crypt_text;
mod ssha;

use std::hint::black_box;

pub(super) use bcrypt_text::crypt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{HashCost, HashFlaw};

/// A parsed hash that can verify a password.
pub(super) trait Verifier: Send + Sync {
    /// Returns whether the hash is of this password.
    fn verifies(&self, password: &str) -> bool;

    /// Verifies a password whose verification takes longest, among all passwords, and all hashes
    /// with the beginning of this one.
    fn verify_slowest(&self) {
        black_box(self.verifies("a password of this length"));
    }

    /// Returns the cost, if it is a hash as Admit computes them.
    fn own_cost(&self) -> Option<HashCost> {
        None
    }
}

type Parsed = Result<Box<dyn Verifier>, HashFlaw>;

/// A parser of one kind. `None` if the text does not begin as this kind does.
type Parser = fn(&str) -> Option<Parsed>;

/// The parsers of all kinds. The last one recognizes a text by its first byte in Base64.
pub(super) const PARSERS: [Parser; 8] = [
    argon2_phc::parse,
    bcrypt_text::parse,
    pbkdf2::parse,
    scrypt_text::parse,
    firebase::parse,
    sha_crypt_text::parse,
    ssha::parse,
    aspnet_identity::parse,
];

/// The longest salt and the longest hash, in bytes.
const SALT_BYTES_MAX: usize = 128;
const OUTPUT_BYTES_MAX: usize = 64;
/// The shortest hash, in bytes. With fewer, another password could have the same hash.
const OUTPUT_BYTES_MIN: usize = 16;

const MALFORMED_SALT: HashFlaw = HashFlaw::Malformed("its salt");
const MALFORMED_HASH: HashFlaw = HashFlaw::Malformed("the part after its salt");

/// Base64 as other systems write it: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Returns a length as a number to compare with a limit.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Decodes Base64, base64url (RFC 4648 §5) or the Base64 of passlib, which has `.` in place of `+`.
fn base64(text: &str) -> Option<Vec<u8>> {
    let standard = |byte| match byte {
        b'.' | b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    BASE64.decode(text.bytes().map(standard).collect::<Vec<u8>>()).ok()
}

/// Decodes a salt.
fn salt(text: &str) -> Result<Vec<u8>, HashFlaw> {
    base64(text).filter(|salt| is_salt(salt)).ok_or(MALFORMED_SALT)
}

/// Decodes a hash.
fn output(text: &str) -> Result<Vec<u8>, HashFlaw> {
    base64(text).filter(|output| is_output(output)).ok_or(MALFORMED_HASH)
}

/// Decodes a hash in hexadecimal.
fn hexadecimal_output(text: &str) -> Result<Vec<u8>, HashFlaw> {
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes.filter(|output| is_output(output)).ok_or(MALFORMED_HASH)
}

fn is_salt(bytes: &[u8]) -> bool {
    (1..=SALT_BYTES_MAX).contains(&bytes.len())
}

fn is_output(bytes: &[u8]) -> bool {
    (OUTPUT_BYTES_MIN..=OUTPUT_BYTES_MAX).contains(&bytes.len())
}

/// Parses a number: digits only, without a sign.
fn number(text: &str, name: &'static str) -> Result<u32, HashFlaw> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = if is_digits { text.parse::<u64>().ok() } else { None };
    let parsed = parsed.ok_or(HashFlaw::Malformed(name))?;
    let most = u64::from(u32::MAX);
    u32::try_from(parsed).map_err(|_| HashFlaw::TooCostly {
        parameter: name,
        received: parsed,
        most,
    })
}

/// Returns the value of a parameter in a list like `ln=14,r=8`.
fn parameter<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    list.split(',').find_map(|one| one.strip_prefix(name)?.strip_prefix('='))
}

/// Compares in constant time.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    verify_slices_are_equal(one, other).is_ok()
}

#[cfg(test)]
mod tests;
