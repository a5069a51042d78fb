//! `max_age` (OpenID Connect Core §3.1.2.1): how long ago the person may have proved itself.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::Seconds;

use crate::{difference::wrapping, form::Form};

/// A whole number of seconds, zero included.
pub(super) fn check(form: &Form) -> Result<Option<Seconds>, Refusal> {
    let Some(text) = form.get("max_age") else { return Ok(None) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(seconds) if digits => Ok(Some(Seconds::new(seconds.into()))),
        _ => {
            let fact = Fact::about("max_age").received(text);
            let difference = wrapping(text).unwrap_or_else(|| Difference::of("not_a_number"));
            Err(refusal::max_age_malformed(text).with(fact.differing(difference)))
        }
    }
}
