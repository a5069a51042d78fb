//! `nonce` (OpenID Connect Core §3.1.2.1): any text, given back in the ID token.

use catalogue::{Difference, Fact, Refusal, refusal};

use crate::form::Form;

/// It travels in the code, which travels in a URL.
pub(super) const BYTES_MAX: usize = 1_024;

/// The nonce, if there is one.
pub(super) fn check(form: &Form) -> Result<Option<String>, Refusal> {
    match form.get("nonce") {
        Some(nonce) if nonce.len() > BYTES_MAX => {
            let bytes = Difference::of("bytes").with("received", nonce.len());
            let fact = Fact::about("nonce").differing(bytes.with("most", BYTES_MAX));
            Err(refusal::parameter_too_long("nonce", BYTES_MAX).with(fact))
        }
        nonce => Ok(nonce.map(str::to_owned)),
    }
}
