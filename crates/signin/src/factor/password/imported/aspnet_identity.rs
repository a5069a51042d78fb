//! ASP.NET Core Identity, versions 2 and 3: the column `PasswordHash`, which is Base64 of a block
//! that begins with 0 or 1.

use super::{
    MALFORMED_HASH, MALFORMED_SALT, Parsed, base64, is_output, is_salt,
    pbkdf2::{Function, Pbkdf2Hash},
};
use crate::factor::password::HashFlaw;

/// The iterations of version 2, and the lengths of its salt and hash.
const ITERATIONS_2: &str = "1000";
const SALT_BYTES_2: usize = 16;
const OUTPUT_BYTES_2: usize = 32;

pub(super) fn parse(text: &str) -> Option<Parsed> {
    let block = base64(text)?;
    let parsed = match block.split_first()? {
        (0, rest) => version_2(rest),
        (1, rest) => version_3(rest),
        _ => return None,
    };
    Some(parsed.map(|hash| Box::new(hash) as _))
}

fn version_2(block: &[u8]) -> Result<Pbkdf2Hash, HashFlaw> {
    let (salt, output) = block.split_at_checked(SALT_BYTES_2).ok_or(MALFORMED_SALT)?;
    if output.len() != OUTPUT_BYTES_2 {
        return Err(MALFORMED_HASH);
    }
    Pbkdf2Hash::new(Function::HmacSha1, ITERATIONS_2, salt.to_vec(), output.to_vec())
}

/// The block has the function, the iterations and the length of the salt, each as 32 bits in
/// network byte order, then the salt and the hash.
fn version_3(block: &[u8]) -> Result<Pbkdf2Hash, HashFlaw> {
    let (function, block) = word(block)?;
    let (iterations, block) = word(block)?;
    let (salt_bytes, block) = word(block)?;
    let function = match function {
        0 => Function::HmacSha1,
        1 => Function::HmacSha256,
        2 => Function::HmacSha512,
        _ => return Err(HashFlaw::Malformed("the number of its function")),
    };
    let salt_bytes = usize::try_from(salt_bytes).map_err(|_| MALFORMED_SALT)?;
    let (salt, output) = block.split_at_checked(salt_bytes).ok_or(MALFORMED_SALT)?;
    if !is_salt(salt) {
        return Err(MALFORMED_SALT);
    }
    if !is_output(output) {
        return Err(MALFORMED_HASH);
    }
    Pbkdf2Hash::new(function, &iterations.to_string(), salt.to_vec(), output.to_vec())
}

fn word(block: &[u8]) -> Result<(u32, &[u8]), HashFlaw> {
    let (bytes, rest) = block.split_first_chunk().ok_or(HashFlaw::Malformed("its block"))?;
    Ok((u32::from_be_bytes(*bytes), rest))
}
