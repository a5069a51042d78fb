//! bcrypt: `$2b$12$` with 53 characters. Django writes `bcrypt$` before it, or `bcrypt_sha256$` if
//! the password was hashed with SHA-256 first.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, alphabet::BCRYPT, engine::GeneralPurpose};

use super::{LENIENT, MALFORMED_HASH, MALFORMED_SALT, Parsed, Verifier, is_equal, number};
use crate::factor::password::HashFlaw;

/// The highest cost that is verified within a second, and the lowest cost of bcrypt.
const COST_MAX: u64 = 13;
const COST_MIN: u32 = 4;
/// The bytes of a password that count, with the zero byte at its end.
const PASSWORD_BYTES: usize = 72;
const SALT_CHARACTERS: usize = 22;

const BASE64: GeneralPurpose = GeneralPurpose::new(&BCRYPT, LENIENT);

struct BcryptHash {
    cost: u32,
    salt: [u8; 16],
    output: [u8; 23],
    /// Whether the hexadecimal form of SHA-256 of the password is hashed.
    is_of_digest: bool,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let digest = text.strip_prefix("bcrypt_sha256$");
    let hash = digest.or_else(|| text.strip_prefix("bcrypt$")).unwrap_or(text);
    let hash = crypt(hash);
    let fields = hash.strip_prefix("$2")?;
    Some(BcryptHash::parse(fields, digest.is_some()).map(|hash| Box::new(hash) as _))
}

/// Returns the text without the scheme that LDAP servers write before it.
pub(in crate::factor::password) fn crypt(text: &str) -> &str {
    ["{CRYPT}", "{crypt}", "{BCRYPT}"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
        .unwrap_or(text)
}

impl BcryptHash {
    fn parse(fields: &str, is_of_digest: bool) -> Result<Self, HashFlaw> {
        // `2x` marks hashes of an implementation that took letters outside of ASCII wrongly.
        let fields = ["a$", "b$", "y$"].iter().find_map(|version| fields.strip_prefix(version));
        let (cost, encoded) = fields
            .and_then(|fields| fields.split_once('$'))
            .ok_or(HashFlaw::Malformed("its version (`$2a$`, `$2b$` or `$2y$`)"))?;
        let cost = number(cost, "its cost")?;
        if cost < COST_MIN {
            return Err(HashFlaw::Malformed("its cost"));
        }
        HashFlaw::check("its cost", cost.into(), COST_MAX)?;
        let (salt, output) = encoded.split_at_checked(SALT_CHARACTERS).ok_or(MALFORMED_SALT)?;
        let salt = BASE64.decode(salt).ok().and_then(|salt| salt.try_into().ok());
        let output = BASE64.decode(output).ok().and_then(|output| output.try_into().ok());
        Ok(Self {
            cost,
            salt: salt.ok_or(MALFORMED_SALT)?,
            output: output.ok_or(MALFORMED_HASH)?,
            is_of_digest,
        })
    }
}

impl Verifier for BcryptHash {
    fn verifies(&self, password: &str) -> bool {
        let mut key = if self.is_of_digest {
            hexadecimal(digest(&SHA256, password.as_bytes()).as_ref())
        } else {
            password.as_bytes().to_vec()
        };
        key.push(0);
        key.truncate(PASSWORD_BYTES);
        let computed = bcrypt::bcrypt(self.cost, self.salt, &key);
        computed.get(..self.output.len()).is_some_and(|computed| is_equal(computed, &self.output))
    }
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}
