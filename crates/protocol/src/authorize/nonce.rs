//! `nonce` (OpenID Connect Core §3.1.2.1): any text, returned in the ID token.

use catalogue::{Comparison, Difference, Refusal, refusal};

use crate::parameters::Parameters;

/// The longest nonce, in bytes: it is part of the code, which is part of a URL.
pub(super) const BYTES_MAX: usize = 1_024;

/// Returns the nonce, if the request has one.
pub(super) fn check(parameters: &Parameters) -> Result<Option<String>, Refusal> {
    match parameters.get("nonce") {
        Some(nonce) if nonce.len() > BYTES_MAX => {
            let bytes = Difference::new("bytes").with("received", nonce.len());
            let comparison =
                Comparison::new("nonce").with_difference(bytes.with("most", BYTES_MAX));
            Err(refusal::parameter_too_long("nonce", BYTES_MAX).with(comparison))
        }
        nonce => Ok(nonce.map(str::to_owned)),
    }
}
