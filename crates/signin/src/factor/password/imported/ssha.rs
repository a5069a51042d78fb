//! The salted SHA of LDAP servers: `{SSHA}`, `{SSHA256}` or `{SSHA512}`, and Base64 of the digest
//! with the salt after it.

use aws_lc_rs::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};

use super::{MALFORMED_HASH, MALFORMED_SALT, Parsed, Verifier, base64, is_equal, is_salt};
use crate::factor::password::HashFlaw;

struct SaltedSha {
    algorithm: &'static Algorithm,
    salt: Vec<u8>,
    output: Vec<u8>,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let (scheme, encoded) = text.strip_prefix('{')?.split_once('}')?;
    let algorithm = match scheme.to_ascii_uppercase().as_str() {
        "SSHA" => &SHA1_FOR_LEGACY_USE_ONLY,
        "SSHA256" => &SHA256,
        "SSHA512" => &SHA512,
        _ => return None,
    };
    Some(SaltedSha::parse(algorithm, encoded).map(|hash| Box::new(hash) as _))
}

impl SaltedSha {
    fn parse(algorithm: &'static Algorithm, encoded: &str) -> Result<Self, HashFlaw> {
        let mut output = base64(encoded).ok_or(MALFORMED_HASH)?;
        if output.len() < algorithm.output_len() {
            return Err(MALFORMED_HASH);
        }
        let salt = output.split_off(algorithm.output_len());
        if !is_salt(&salt) {
            return Err(MALFORMED_SALT);
        }
        Ok(Self { algorithm, salt, output })
    }
}

impl Verifier for SaltedSha {
    fn verifies(&self, password: &str) -> bool {
        let mut context = Context::new(self.algorithm);
        context.update(password.as_bytes());
        context.update(&self.salt);
        is_equal(context.finish().as_ref(), &self.output)
    }
}
