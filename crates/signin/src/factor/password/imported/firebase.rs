//! The scrypt of Firebase Authentication, with the parameters of the project in the text:
//! `$fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=KEY$SALT$HASH`.
//!
//! The stored hash is the signer key of the project, encrypted with AES-256-CTR under a key that
//! scrypt derives from the password, and from the salt with the separator after it.

use aws_lc_rs::{
    cipher::{AES_256, AES_256_KEY_LEN, EncryptingKey, EncryptionContext, UnboundCipherKey},
    iv::FixedLength,
};
use scrypt::Params;

use super::{
    MALFORMED_HASH, Parsed, Verifier, base64, is_equal, number, parameter, salt, scrypt_text,
};
use crate::factor::password::HashFlaw;

const KEY: HashFlaw = HashFlaw::Malformed("its signer key `sk`");
/// The longest signer key. That of Firebase has 64 bytes.
const KEY_BYTES_MAX: usize = 128;

struct FirebaseHash {
    params: Params,
    /// The salt with the separator of the project.
    salt: Vec<u8>,
    signer_key: Vec<u8>,
    output: Vec<u8>,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let fields = text.strip_prefix("$fbscrypt$")?;
    Some(FirebaseHash::parse(fields).map(|hash| Box::new(hash) as _))
}

impl FirebaseHash {
    fn parse(fields: &str) -> Result<Self, HashFlaw> {
        let fields: Vec<&str> = fields.split('$').collect();
        let [list, encoded_salt, encoded_output] = fields.as_slice() else {
            return Err(HashFlaw::Malformed("the number of its parts"));
        };
        if parameter(list, "v") != Some("1") {
            return Err(HashFlaw::Malformed("its version `v`"));
        }
        let one = |name, of| number(parameter(list, name).unwrap_or_default(), of);
        let log_n = one("n", "its cost `n`")?;
        let (r, p) = (one("r", "its block size `r`")?, one("p", "its parallelism `p`")?);
        let separator = parameter(list, "ss").and_then(base64);
        let mut salt = salt(encoded_salt)?;
        salt.extend(separator.ok_or(HashFlaw::Malformed("its salt separator `ss`"))?);
        let signer_key = parameter(list, "sk").and_then(base64).ok_or(KEY)?;
        if !(AES_256_KEY_LEN..=KEY_BYTES_MAX).contains(&signer_key.len()) {
            return Err(KEY);
        }
        let output = base64(encoded_output).filter(|output| output.len() == signer_key.len());
        let params = scrypt_text::params(log_n, r, p)?;
        Ok(Self { params, salt, signer_key, output: output.ok_or(MALFORMED_HASH)? })
    }

    fn compute(&self, password: &str) -> Option<Vec<u8>> {
        let mut key = [0; AES_256_KEY_LEN];
        if !scrypt_text::compute(&self.params, password, &self.salt, &mut key) {
            return None;
        }
        let key = UnboundCipherKey::new(&AES_256, &key).ok()?;
        let mut output = self.signer_key.clone();
        let counter = EncryptionContext::Iv128(FixedLength::from([0; 16]));
        EncryptingKey::ctr(key).ok()?.less_safe_encrypt(&mut output, counter).ok()?;
        Some(output)
    }
}

impl Verifier for FirebaseHash {
    fn verifies(&self, password: &str) -> bool {
        self.compute(password).is_some_and(|output| is_equal(&output, &self.output))
    }
}
