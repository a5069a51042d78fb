//! `login_hint` (OpenID Connect Core §3.1.2.1): only a hint, so whatever does not help is left out.

use crate::form::Form;

/// The longest user name, in bytes.
const BYTES_MAX: usize = 256;

/// The hint, if it can be a user name.
pub(super) fn read(form: &Form) -> Option<String> {
    form.get("login_hint").filter(|hint| hint.len() <= BYTES_MAX).map(str::to_owned)
}
