//! `sid`, which Microsoft's browser client sends with silent requests: the claim of that name from
//! an ID token, for the account that is meant.

use catalogue::{Difference, Fact, Refusal, refusal};

use crate::form::Form;

/// Our own are 36 bytes long.
const BYTES_MAX: usize = 64;

/// The session's name, if it can be one. It is only a hint: the session itself is in a cookie.
/// Beside a user name it is refused: the two may mean different people.
pub(super) fn check(form: &Form) -> Result<Option<String>, Refusal> {
    let Some(sid) = form.get("sid") else { return Ok(None) };
    if form.get("login_hint").is_some() {
        let beside = Difference::of("not_beside").with("other", "login_hint");
        return Err(refusal::sid_with_login_hint().with(Fact::about("sid").differing(beside)));
    }
    Ok(Some(sid).filter(|sid| sid.len() <= BYTES_MAX).map(str::to_owned))
}
