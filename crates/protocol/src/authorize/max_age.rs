//! `max_age` (OpenID Connect Core §3.1.2.1): the maximum age of the user's authentication.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Seconds;

use crate::{difference::wrapping, parameters::Parameters};

/// Parses a whole number of seconds, zero included.
pub(super) fn check(parameters: &Parameters) -> Result<Option<Seconds>, Refusal> {
    let Some(text) = parameters.get("max_age") else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => Ok(Some(Seconds::new(seconds.into()))),
        _ => {
            let comparison = Comparison::new("max_age").received(text);
            let difference = wrapping(text).unwrap_or_else(|| Difference::new("not_a_number"));
            Err(refusal::max_age_malformed(text).with(comparison.with_difference(difference)))
        }
    }
}
