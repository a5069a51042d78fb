//! SHA-crypt with SHA-256 or SHA-512, as `/etc/shadow` has it: `$6$rounds=5000$SALT$HASH`.

use std::hint::black_box;

use sha_crypt::{Params, sha256_crypt, sha512_crypt};

use super::{
    MALFORMED_HASH, MALFORMED_SALT, Parsed, Verifier, bcrypt_text::crypt, count, is_equal, number,
};
use crate::factor::password::{BYTES_MAX, HashFlaw};

const ROUNDS: &str = "the number of its rounds";
const ROUNDS_MAX: u64 = 1_000_000;
const ROUNDS_DEFAULT: u32 = 5_000;
const SALT_CHARACTERS_MAX: usize = 16;
/// A round hashes the password twice, the salt and the previous digest: the greatest product of the
/// rounds and the length of the password with `OTHER_BYTES`. The time grows with the length, so a
/// longer password is not verified and counts as a wrong one.
const ROUND_BYTES_MAX: u64 = 128_000_000;
const OTHER_BYTES: usize = 64;

/// The digits of the encoding, in their order.
const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The bytes of a digest in the order in which they are encoded, each group as four characters. The
/// last group has fewer.
const ORDER_256: &[&[usize]] = &[
    &[0, 10, 20],
    &[21, 1, 11],
    &[12, 22, 2],
    &[3, 13, 23],
    &[24, 4, 14],
    &[15, 25, 5],
    &[6, 16, 26],
    &[27, 7, 17],
    &[18, 28, 8],
    &[9, 19, 29],
    &[31, 30],
];
const ORDER_512: &[&[usize]] = &[
    &[0, 21, 42],
    &[22, 43, 1],
    &[44, 2, 23],
    &[3, 24, 45],
    &[25, 46, 4],
    &[47, 5, 26],
    &[6, 27, 48],
    &[28, 49, 7],
    &[50, 8, 29],
    &[9, 30, 51],
    &[31, 52, 10],
    &[53, 11, 32],
    &[12, 33, 54],
    &[34, 55, 13],
    &[56, 14, 35],
    &[15, 36, 57],
    &[37, 58, 16],
    &[59, 17, 38],
    &[18, 39, 60],
    &[40, 61, 19],
    &[62, 20, 41],
    &[63],
];

#[derive(Clone, Copy, PartialEq)]
enum Digest {
    Sha256,
    Sha512,
}

struct ShaCryptHash {
    digest: Digest,
    rounds: u32,
    params: Params,
    salt: String,
    /// The encoded digest.
    output: String,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let text = crypt(text);
    let (digest, fields) = match text.split_at_checked(3)? {
        ("$5$", fields) => (Digest::Sha256, fields),
        ("$6$", fields) => (Digest::Sha512, fields),
        _ => return None,
    };
    Some(ShaCryptHash::parse(digest, fields).map(|hash| Box::new(hash) as _))
}

impl Digest {
    const fn characters(self) -> usize {
        match self {
            Self::Sha256 => 43,
            Self::Sha512 => 86,
        }
    }
}

impl ShaCryptHash {
    fn parse(digest: Digest, fields: &str) -> Result<Self, HashFlaw> {
        let (rounds, fields) = match fields.strip_prefix("rounds=") {
            None => (ROUNDS_DEFAULT, fields),
            Some(fields) => {
                let (rounds, fields) = fields.split_once('$').ok_or(HashFlaw::Malformed(ROUNDS))?;
                (number(rounds, ROUNDS)?, fields)
            }
        };
        HashFlaw::check(ROUNDS, rounds.into(), ROUNDS_MAX)?;
        let params = Params::new(rounds).map_err(|_| HashFlaw::Malformed(ROUNDS))?;
        let (salt, output) = fields.split_once('$').ok_or(MALFORMED_SALT)?;
        if salt.len() > SALT_CHARACTERS_MAX {
            return Err(MALFORMED_SALT);
        }
        let is_encoded = output.bytes().all(|byte| DIGITS.contains(&byte));
        if output.len() != digest.characters() || !is_encoded {
            return Err(MALFORMED_HASH);
        }
        let (salt, output) = (salt.to_owned(), output.to_owned());
        Ok(Self { digest, rounds, params, salt, output })
    }

    fn compute(&self, password: &str) -> String {
        let (password, salt) = (password.as_bytes(), self.salt.as_bytes());
        match self.digest {
            Digest::Sha256 => encode(&sha256_crypt(password, salt, self.params), ORDER_256),
            Digest::Sha512 => encode(&sha512_crypt(password, salt, self.params), ORDER_512),
        }
    }
}

/// Encodes a digest.
fn encode(digest: &[u8], order: &[&[usize]]) -> String {
    let mut text = String::new();
    for group in order {
        let byte = |at: &usize| u32::from(digest.get(*at).copied().unwrap_or_default());
        let mut bits = group.iter().fold(0, |bits, at| bits << 8 | byte(at));
        for _ in 0..=group.len() {
            let digit = usize::try_from(bits & 63).ok().and_then(|digit| DIGITS.get(digit));
            text.extend(digit.map(|digit| char::from(*digit)));
            bits >>= 6;
        }
    }
    text
}

impl Verifier for ShaCryptHash {
    fn verifies(&self, password: &str) -> bool {
        let round_bytes = count(password.len() + OTHER_BYTES) * u64::from(self.rounds);
        round_bytes <= ROUND_BYTES_MAX
            && is_equal(self.compute(password).as_bytes(), self.output.as_bytes())
    }

    fn verify_slowest(&self) {
        let longest = ROUND_BYTES_MAX / u64::from(self.rounds.max(1));
        let longest = usize::try_from(longest).unwrap_or(usize::MAX).saturating_sub(OTHER_BYTES);
        black_box(self.verifies(&"p".repeat(longest.min(BYTES_MAX))));
    }
}
