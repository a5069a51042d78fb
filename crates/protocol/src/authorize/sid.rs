//! `sid`, which Microsoft's browser client sends with silent requests: the claim of that name from
//! an ID token, for the account that is meant.

use crate::form::Form;

/// Our own are 36 bytes long.
const BYTES_MAX: usize = 64;

/// The session's name, if it can be one. It is only a hint: the session itself is in a cookie.
pub(super) fn read(form: &Form) -> Option<String> {
    form.get("sid").filter(|sid| sid.len() <= BYTES_MAX).map(str::to_owned)
}
