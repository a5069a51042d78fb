//! `login_hint` (OpenID Connect Core §3.1.2.1): a hint, so an unusable value is ignored.

use crate::parameters::Parameters;

/// The longest user name, in bytes.
const BYTES_MAX: usize = 256;

/// Returns the hint, if it can be a user name.
pub(super) fn parse(parameters: &Parameters) -> Option<String> {
    parameters.get("login_hint").filter(|hint| hint.len() <= BYTES_MAX).map(str::to_owned)
}
