//! scrypt (RFC 7914) in the PHC string format, as passlib writes it, too:
//! `$scrypt$ln=16,r=8,p=1$SALT$HASH`. Also as Django and Werkzeug write it.

use std::hint::black_box;

use scrypt::{Params, scrypt};

use super::{
    Parsed, Verifier, hexadecimal_output, is_equal, number, output, parameter, pbkdf2::text_salt,
    salt,
};
use crate::factor::password::HashFlaw;

/// The most memory in KiB. The parallel parts are computed one after another, in the same memory.
const MEMORY_KIB_MAX: u64 = 128 * 1_024;
/// The greatest product of memory in KiB and parallelism.
const WORK_MAX: u64 = MEMORY_KIB_MAX;

pub(super) struct ScryptHash {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
    /// The parameters that take longest, among the hashes with an equal beginning.
    slowest: Params,
}

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let fields: Vec<&str> = text.split('$').collect();
    let parsed = match fields.as_slice() {
        ["", "scrypt", parameters, salt, output] => phc(parameters, salt, output),
        ["scrypt", n, salt, r, p, output] => django((n, r, p), salt, output),
        [kind, salt, output] if kind.starts_with("scrypt:") => werkzeug(kind, salt, output),
        _ if text.starts_with("$scrypt$") || text.starts_with("scrypt") => {
            Err(HashFlaw::Malformed("the number of its parts"))
        }
        _ => return None,
    };
    Some(parsed.map(|hash| Box::new(hash) as _))
}

fn phc(list: &str, encoded_salt: &str, encoded_output: &str) -> Result<ScryptHash, HashFlaw> {
    let one = |name, of| number(parameter(list, name).unwrap_or_default(), of);
    let log_n = one("ln", "its cost `ln`")?;
    let (r, p) = (one("r", "its block size `r`")?, one("p", "its parallelism `p`")?);
    let (salt, output) = (salt(encoded_salt)?, output(encoded_output)?);
    let params = params(log_n, r, p)?;
    Ok(ScryptHash { params, salt, output, slowest: params })
}

fn django(
    (n, r, p): (&str, &str, &str),
    salt: &str,
    encoded_output: &str,
) -> Result<ScryptHash, HashFlaw> {
    let params = params_with_n(n, r, p)?;
    let (salt, output) = (text_salt(salt)?, output(encoded_output)?);
    // The block size and the parallelism come after the salt.
    let slowest = slowest_with_n(params.log_n()).unwrap_or(params);
    Ok(ScryptHash { params, salt, output, slowest })
}

fn werkzeug(kind: &str, salt: &str, output: &str) -> Result<ScryptHash, HashFlaw> {
    let parameters: Vec<&str> = kind.split(':').skip(1).collect();
    let [n, r, p] = parameters.as_slice() else {
        return Err(HashFlaw::Malformed("the list of its parameters"));
    };
    let params = params_with_n(n, r, p)?;
    let (salt, output) = (text_salt(salt)?, hexadecimal_output(output)?);
    Ok(ScryptHash { params, salt, output, slowest: params })
}

fn params_with_n(n: &str, r: &str, p: &str) -> Result<Params, HashFlaw> {
    let n = number(n, "its cost `N`")?;
    if !n.is_power_of_two() {
        return Err(HashFlaw::Malformed("its cost `N`"));
    }
    params(n.ilog2(), number(r, "its block size `r`")?, number(p, "its parallelism `p`")?)
}

/// Returns the parameters with this cost that take longest within the limits.
fn slowest_with_n(log_n: u8) -> Option<Params> {
    // A block of r = 8 has 1 KiB, so the memory is N KiB, and the rest of the work is parallelism.
    let parallelism = WORK_MAX.checked_shr(log_n.into()).unwrap_or_default();
    params(log_n.into(), 8, u32::try_from(parallelism).ok()?).ok()
}

/// Checks the cost.
pub(super) fn params(log_n: u32, r: u32, p: u32) -> Result<Params, HashFlaw> {
    HashFlaw::check("its cost `ln`", log_n.into(), 20)?;
    // N blocks of 128 r bytes.
    let memory = (u64::from(r) << log_n) / 8;
    HashFlaw::check("its memory in KiB", memory, MEMORY_KIB_MAX)?;
    let work = memory.max(1).saturating_mul(p.into());
    HashFlaw::check("the product of its memory in KiB and its parallelism", work, WORK_MAX)?;
    let log_n = u8::try_from(log_n).ok().filter(|log_n| *log_n > 0);
    let params = log_n.and_then(|log_n| Params::new(log_n, r, p).ok());
    params.ok_or(HashFlaw::Malformed("the list of its parameters"))
}

/// Computes the hash of a password into a buffer.
pub(super) fn compute(params: &Params, password: &str, salt: &[u8], out: &mut [u8]) -> bool {
    scrypt(password.as_bytes(), salt, params, out).is_ok()
}

impl Verifier for ScryptHash {
    fn verifies(&self, password: &str) -> bool {
        let mut output = vec![0; self.output.len()];
        compute(&self.params, password, &self.salt, &mut output) && is_equal(&output, &self.output)
    }

    fn verify_slowest(&self) {
        let mut output = vec![0; self.output.len()];
        compute(&self.slowest, "a password of this length", &self.salt, &mut output);
        black_box(output);
    }
}
