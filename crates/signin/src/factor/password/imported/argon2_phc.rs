//! Argon2 (RFC 9106) in the PHC string format: `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH`. Django
//! writes `argon2` before it.

use argon2::{Algorithm, Params, PasswordHash, Version};

use super::{MALFORMED_HASH, MALFORMED_SALT, Parsed, Verifier, is_equal, is_output};
use crate::factor::password::{HashCost, HashFlaw, argon2_memory};

/// A hash of Argon2d, Argon2i or Argon2id.
struct Argon2Hash {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let text = text.strip_prefix("argon2").unwrap_or(text);
    text.starts_with("$argon2").then(|| Ok(Box::new(Argon2Hash::parse(text)?) as _))
}

impl Argon2Hash {
    fn parse(text: &str) -> Result<Self, HashFlaw> {
        const PARAMETERS: HashFlaw = HashFlaw::Malformed("the list of its parameters");
        let hash =
            PasswordHash::new(text).map_err(|_| HashFlaw::Malformed("its form of a PHC string"))?;
        let algorithm =
            Algorithm::try_from(hash.algorithm.as_str()).map_err(|_| HashFlaw::Unknown)?;
        // Without a version, it is that of the first release.
        let version = hash.version.map_or(Ok(Version::V0x10), Version::try_from);
        let params = Params::try_from(&hash).map_err(|_| PARAMETERS)?;
        // The secret key is not in the text, and the associated data are of one application.
        if !params.keyid().is_empty() || !params.data().is_empty() {
            return Err(PARAMETERS);
        }
        let (memory, work_max) = (u64::from(params.m_cost()), u64::from(HashCost::WORK_MAX));
        HashFlaw::check("its memory `m` in KiB", memory, HashCost::MEMORY_KIB_MAX.into())?;
        let work = memory * u64::from(params.t_cost());
        HashFlaw::check("the product of its memory `m` and passes `t`", work, work_max)?;
        let output: &[u8] = hash.hash.as_ref().ok_or(MALFORMED_HASH)?.as_ref();
        if !is_output(output) {
            return Err(MALFORMED_HASH);
        }
        Ok(Self {
            algorithm,
            version: version.map_err(|_| HashFlaw::Malformed("its version"))?,
            salt: AsRef::<[u8]>::as_ref(hash.salt.as_ref().ok_or(MALFORMED_SALT)?).to_vec(),
            output: output.to_vec(),
            params,
        })
    }
}

impl Verifier for Argon2Hash {
    fn verifies(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        let parameters = (self.algorithm, self.version, &self.params);
        argon2_memory::compute(parameters, password.as_bytes(), &self.salt, &mut output)
            .is_some_and(|()| is_equal(&output, &self.output))
    }

    fn own_cost(&self) -> Option<HashCost> {
        let is_own = self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.p_cost() == 1
            && self.salt.len() >= 16
            && self.output.len() == Params::DEFAULT_OUTPUT_LEN;
        let cost = HashCost::new(self.params.m_cost(), self.params.t_cost());
        cost.filter(|_| is_own)
    }
}
