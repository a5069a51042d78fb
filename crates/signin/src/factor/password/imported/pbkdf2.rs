//! PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-1, HMAC-SHA-256 or HMAC-SHA-512, as passlib, Django and
//! Werkzeug write it, and in the PHC string format: `$pbkdf2-sha256$i=600000$SALT$HASH`.

use std::{hint::black_box, num::NonZeroU32};

use aws_lc_rs::pbkdf2::{
    Algorithm, PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512, verify,
};

use super::{
    MALFORMED_SALT, OUTPUT_BYTES_MAX, Parsed, Verifier, count, hexadecimal_output, is_salt, number,
    output, parameter, salt,
};
use crate::factor::password::HashFlaw;

/// The pseudorandom function.
#[derive(Clone, Copy)]
pub(super) enum Function {
    HmacSha1,
    HmacSha256,
    HmacSha512,
}

/// A hash, which other formats have inside of theirs.
pub(super) struct Pbkdf2Hash {
    function: Function,
    iterations: NonZeroU32,
    salt: Vec<u8>,
    output: Vec<u8>,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let fields: Vec<&str> = text.split('$').collect();
    let parsed = match fields.as_slice() {
        ["", kind, iterations, salt, output] if kind.starts_with("pbkdf2") => {
            passlib_or_phc(kind, iterations, (salt, output))
        }
        [kind, iterations, salt, output] if kind.starts_with("pbkdf2_") => {
            django(kind, iterations, (salt, output))
        }
        [kind, salt, output] if kind.starts_with("pbkdf2:") => werkzeug(kind, (salt, output)),
        _ if text.starts_with("pbkdf2") || text.starts_with("$pbkdf2") => {
            Err(HashFlaw::Malformed("the number of its parts"))
        }
        _ => return None,
    };
    Some(parsed.map(|hash| Box::new(hash) as _))
}

fn passlib_or_phc(
    kind: &str,
    iterations: &str,
    (encoded_salt, encoded_output): (&str, &str),
) -> Result<Pbkdf2Hash, HashFlaw> {
    let function = match kind {
        // RustCrypto writes the function of PBKDF2-SHA-1 like that, too.
        "pbkdf2" | "pbkdf2-sha1" => Function::HmacSha1,
        "pbkdf2-sha256" => Function::HmacSha256,
        "pbkdf2-sha512" => Function::HmacSha512,
        _ => return Err(HashFlaw::Unknown),
    };
    let output = output(encoded_output)?;
    let length = parameter(iterations, "l");
    if length.is_some_and(|length| length != output.len().to_string()) {
        return Err(HashFlaw::Malformed("its length `l`"));
    }
    let iterations = parameter(iterations, "i").unwrap_or(iterations);
    Pbkdf2Hash::new(function, iterations, salt(encoded_salt)?, output)
}

/// The salt of Django is a text, not Base64.
fn django(
    kind: &str,
    iterations: &str,
    (salt, encoded_output): (&str, &str),
) -> Result<Pbkdf2Hash, HashFlaw> {
    let function = match kind {
        "pbkdf2_sha1" => Function::HmacSha1,
        "pbkdf2_sha256" => Function::HmacSha256,
        _ => return Err(HashFlaw::Unknown),
    };
    Pbkdf2Hash::new(function, iterations, text_salt(salt)?, output(encoded_output)?)
}

fn werkzeug(kind: &str, (salt, output): (&str, &str)) -> Result<Pbkdf2Hash, HashFlaw> {
    let mut parts = kind.split(':').skip(1);
    let function = match parts.next() {
        Some("sha1") => Function::HmacSha1,
        Some("sha256") => Function::HmacSha256,
        Some("sha512") => Function::HmacSha512,
        _ => return Err(HashFlaw::Unknown),
    };
    let iterations = parts.next().unwrap_or_default();
    Pbkdf2Hash::new(function, iterations, text_salt(salt)?, hexadecimal_output(output)?)
}

/// Returns a salt that is the text itself.
pub(super) fn text_salt(text: &str) -> Result<Vec<u8>, HashFlaw> {
    let bytes = text.as_bytes().to_vec();
    if is_salt(&bytes) { Ok(bytes) } else { Err(MALFORMED_SALT) }
}

impl Function {
    const fn algorithm(self) -> Algorithm {
        match self {
            Self::HmacSha1 => PBKDF2_HMAC_SHA1,
            Self::HmacSha256 => PBKDF2_HMAC_SHA256,
            Self::HmacSha512 => PBKDF2_HMAC_SHA512,
        }
    }

    /// Returns the length of a block, in bytes.
    const fn block_bytes(self) -> usize {
        match self {
            Self::HmacSha1 => 20,
            Self::HmacSha256 => 32,
            Self::HmacSha512 => 64,
        }
    }

    /// Returns the most iterations of all blocks together.
    const fn iterations_max(self) -> u64 {
        match self {
            Self::HmacSha1 | Self::HmacSha256 => 1_500_000,
            Self::HmacSha512 => 750_000,
        }
    }
}

impl Pbkdf2Hash {
    /// Checks the cost. `iterations` is a decimal number.
    pub(super) fn new(
        function: Function,
        iterations: &str,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Self, HashFlaw> {
        let iterations = number(iterations, "the number of its iterations")?;
        let blocks = count(output.len().div_ceil(function.block_bytes()));
        let name = "the product of its iterations and blocks";
        HashFlaw::check(name, blocks * u64::from(iterations), function.iterations_max())?;
        let iterations = NonZeroU32::new(iterations);
        let iterations = iterations.ok_or(HashFlaw::Malformed("the number of its iterations"))?;
        Ok(Self { function, iterations, salt, output })
    }
}

impl Verifier for Pbkdf2Hash {
    fn verifies(&self, password: &str) -> bool {
        let Self { function, iterations, salt, output } = self;
        verify(function.algorithm(), *iterations, salt, password.as_bytes(), output).is_ok()
    }

    /// The length of the output, and so the number of blocks, is not in the beginning.
    fn verify_slowest(&self) {
        let iterations = u64::from(self.iterations.get());
        let blocks = self.function.iterations_max() / iterations;
        let length = usize::try_from(blocks).unwrap_or(usize::MAX);
        let length = length.saturating_mul(self.function.block_bytes()).min(OUTPUT_BYTES_MAX);
        let longest = Self { output: vec![0; length], salt: self.salt.clone(), ..*self };
        black_box(longest.verifies("a password of this length"));
    }
}
