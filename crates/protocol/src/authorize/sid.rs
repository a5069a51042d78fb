//! `sid`, which Microsoft's browser library sends with silent requests: the claim `sid` of an ID
//! token, which names the expected account.

use catalogue::{Comparison, Difference, Refusal, refusal};

use crate::parameters::Parameters;

/// The longest value, in bytes. The values of this service have 36 bytes.
const BYTES_MAX: usize = 64;

/// Returns the session id, if it can be one. It is only a hint: the session itself is in a cookie.
/// A request with `sid` and `login_hint` is refused, because they may name different users.
pub(super) fn check(parameters: &Parameters) -> Result<Option<String>, Refusal> {
    let Some(sid) = parameters.get("sid") else { return Ok(None) };
    if parameters.get("login_hint").is_some() {
        let beside = Difference::new("not_beside").with("other", "login_hint");
        return Err(
            refusal::sid_with_login_hint().with(Comparison::new("sid").with_difference(beside))
        );
    }
    Ok(Some(sid).filter(|sid| sid.len() <= BYTES_MAX).map(str::to_owned))
}
