//! Describes what is wrong with the parameters of a request. Shows names and lengths only: a value
//! may be a secret.

use catalogue::{Comparison, Difference};

use super::{PARAMETER_BYTES_MAX, PARAMETERS_MAX, Parameters};
use crate::difference::nearest;

/// The parameters that this service reads. None of them is a misspelling of another one.
const KNOWN: [&str; 28] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "client_info",
    "grant_type",
    "code",
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "response_type",
    "response_mode",
    "refresh_token",
    "access_token",
    "scope",
    "resource",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "claims",
    "dpop_jkt",
    "token",
    "token_type_hint",
    "ui_locales",
];

/// Names that other servers use for these parameters.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("appid", "client_id"),
    ("application_id", "client_id"),
    ("callback_url", "redirect_uri"),
    ("redirect", "redirect_uri"),
    ("secret", "client_secret"),
    ("verifier", "code_verifier"),
];

/// Describes a missing parameter: it is empty, misnamed or absent.
pub(super) fn missing(name: &'static str, parameters: &Parameters) -> Comparison {
    let comparison = Comparison::new(name);
    let mut sent = parameters.pairs().map(|(name, _)| name);
    if sent.clone().any(|sent| sent == name) {
        return comparison.with_difference(Difference::new("empty"));
    }
    let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let unknown = sent.clone().filter(|sent| !KNOWN.contains(sent));
    let other = sent.find(|sent| OTHER_NAMES.contains(&(*sent, name)));
    let similar = other
        .or_else(|| unknown.clone().find(|sent| plain(sent) == plain(name)))
        .or_else(|| nearest(name, unknown));
    comparison.with_difference(match similar {
        Some(sent) => Difference::new("almost_named").with("sent", sent),
        None => Difference::new("missing"),
    })
}

/// Describes a repeated parameter, with the same value or with another one.
pub(super) fn repeated(name: &str, value: &str, parameters: &Parameters) -> Comparison {
    let same = parameters.pairs().any(|pair| pair == (name, value));
    let kind = if same { "twice_the_same" } else { "twice_differently" };
    Comparison::new("parameter").received(name).with_difference(Difference::new(kind))
}

/// Describes a parameter that is too long.
pub(super) fn too_long(name: &str, bytes: usize) -> Comparison {
    let (most, received) = (format!("<= {PARAMETER_BYTES_MAX}"), format!("{name}: {bytes}"));
    let difference = Difference::new("bytes").with("received", bytes);
    Comparison::mismatch("parameter", most, received)
        .with_difference(difference.with("most", PARAMETER_BYTES_MAX))
}

/// Describes a request with too many parameters.
pub(super) fn too_many(encoded: &[u8]) -> Comparison {
    let count = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count();
    Comparison::mismatch("parameters", format!("<= {PARAMETERS_MAX}"), count)
}

/// Returns at which byte the form encoding is malformed.
pub(super) fn malformed(encoded: &[u8], kind: &'static str, at: usize) -> Comparison {
    let name = encoded.split(|byte| *byte == b'=').next().unwrap_or_default();
    let name = name.is_ascii().then(|| String::from_utf8_lossy(name).into_owned());
    let comparison = Comparison::new("parameter")
        .with_difference(Difference::new(kind).with("position", at + 1));
    match name.filter(|name| KNOWN.contains(&name.as_str())) {
        Some(name) => comparison.received(name),
        None => comparison,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(encoded: &str, name: &'static str) -> (&'static str, Option<String>) {
        let parameters = Parameters::parse(encoded.as_bytes()).expect("parameters");
        let difference = missing(name, &parameters).difference.expect("one");
        (difference.kind, difference.arguments.into_iter().next().map(|(_, value)| value))
    }

    #[test]
    fn missing_parameter_is_found_under_a_similar_name() {
        // Sends it misnamed, empty, and not at all. A known parameter is never taken for a
        // misspelling.
        for (encoded, name, sent) in [
            ("redirect_url=x", "redirect_uri", "redirect_url"),
            ("clientid=x", "client_id", "clientid"),
            ("clientId=x", "client_id", "clientId"),
            ("client-id=x", "client_id", "client-id"),
            ("grantType=x", "grant_type", "grantType"),
            ("secret=x", "client_secret", "secret"),
            ("scopes=x", "scope", "scopes"),
        ] {
            assert_eq!(
                described(encoded, name),
                ("almost_named", Some(sent.to_owned())),
                "{encoded}"
            );
        }
        assert_eq!(described("client_id=", "client_id"), ("empty", None));
        assert_eq!(described("code=x&code_challenge=x", "code_verifier"), ("missing", None));
        assert_eq!(described("", "scope"), ("missing", None));
    }

    #[test]
    fn malformed_parameters_are_described_without_values() {
        // Violates each limit with a value that must not be shown.
        let kind = |encoded: &str| {
            let refusal = Parameters::parse(encoded.as_bytes()).expect_err("refused");
            assert!(!format!("{:?}", refusal.comparisons()).contains("hunter2"), "{refusal:?}");
            refusal.comparisons()[0].difference.as_ref().map(|it| it.kind)
        };
        assert_eq!(kind("client_secret=hunter2&client_secret=hunter2"), Some("twice_the_same"));
        assert_eq!(kind("client_secret=hunter2&client_secret=x"), Some("twice_differently"));
        assert_eq!(kind("client_secret=hunter2%"), Some("broken_escape_at"));
        assert_eq!(kind("client_secret=hunter2%ff"), Some("not_utf8_at"));
        assert_eq!(kind(&format!("state=hunter2{}", "x".repeat(9_000))), Some("bytes"));
        let many = (0..101).map(|n| format!("p{n}=hunter2")).collect::<Vec<_>>().join("&");
        assert_eq!(kind(&many), None);
    }
}
