//! The URI to which the browser is sent after a sign-out.

use serde::{Deserialize, Serialize};

use crate::percent;

/// A registered `post_logout_redirect_uri` with the `state` of the request. Only
/// [`decide`](super::decide) creates one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutTarget {
    uri: String,
    state: Option<String>,
}

impl LogoutTarget {
    pub(super) fn new(uri: &str, state: Option<&str>) -> Self {
        Self { uri: uri.to_owned(), state: state.map(str::to_owned) }
    }

    /// Returns the address: the URI with `state`, and nothing else (RP-Initiated Logout §3).
    pub fn location(&self) -> String {
        let Some(state) = &self.state else { return self.uri.clone() };
        let separator = if self.uri.contains('?') { '&' } else { '?' };
        let mut location = format!("{}{separator}state=", self.uri);
        percent::encode_into(&mut location, state);
        location
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn location_has_the_state_and_no_other_parameter() {
        // Formats targets with and without a query, and with a state of reserved characters.
        let location = |uri, state| LogoutTarget::new(uri, state).location();
        assert_eq!(location("https://a.test/out", None), "https://a.test/out");
        assert_eq!(
            location("https://a.test/out", Some("x y&z=1")),
            "https://a.test/out?state=x%20y%26z%3D1"
        );
        assert_eq!(location("https://a.test/out?a=1", Some("s")), "https://a.test/out?a=1&state=s");
    }
}
