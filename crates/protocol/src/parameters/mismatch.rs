//! What is wrong with the parameters of a request as such. Names and lengths only: a value may be
//! a secret.

use catalogue::{Difference, Fact};

use super::{Form, PARAMETER_BYTES_MAX, PARAMETERS_MAX};
use crate::difference::nearest;

/// Every parameter that means something here: none of them is another one misspelled.
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

/// Names that clients of other servers send for ours.
const OTHER_NAMES: [(&str, &str); 6] = [
    ("appid", "client_id"),
    ("application_id", "client_id"),
    ("callback_url", "redirect_uri"),
    ("redirect", "redirect_uri"),
    ("secret", "client_secret"),
    ("verifier", "code_verifier"),
];

/// A parameter that has to be there: sent empty, under almost its name, or not at all.
pub(super) fn missing(name: &'static str, form: &Form) -> Fact {
    let fact = Fact::about(name);
    let mut sent = form.parameters.iter().map(|(name, _)| name.as_str());
    if sent.clone().any(|sent| sent == name) {
        return fact.differing(Difference::of("empty"));
    }
    let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let unknown = sent.clone().filter(|sent| !KNOWN.contains(sent));
    let other = sent.find(|sent| OTHER_NAMES.contains(&(*sent, name)));
    let alike = other
        .or_else(|| unknown.clone().find(|sent| plain(sent) == plain(name)))
        .or_else(|| nearest(name, unknown));
    fact.differing(match alike {
        Some(sent) => Difference::of("almost_named").with("sent", sent),
        None => Difference::of("missing"),
    })
}

/// A parameter that stands twice, with the same value or with two.
pub(super) fn repeated(name: &str, value: &str, form: &Form) -> Fact {
    let same = form.parameters.iter().any(|(known, before)| known == name && before == value);
    let kind = if same { "twice_the_same" } else { "twice_differently" };
    Fact::about("parameter").received(name).differing(Difference::of(kind))
}

/// A parameter that is longer than any may be.
pub(super) fn too_long(name: &str, bytes: usize) -> Fact {
    let (most, received) = (format!("<= {PARAMETER_BYTES_MAX}"), format!("{name}: {bytes}"));
    let difference = Difference::of("bytes").with("received", bytes);
    Fact::mismatch("parameter", most, received)
        .differing(difference.with("most", PARAMETER_BYTES_MAX))
}

/// More parameters than any request may have.
pub(super) fn too_many(encoded: &[u8]) -> Fact {
    let count = encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count();
    Fact::mismatch("parameters", format!("<= {PARAMETERS_MAX}"), count)
}

/// Bytes whose form encoding cannot be undone: where, and how.
pub(super) fn malformed(encoded: &[u8], kind: &'static str, at: usize) -> Fact {
    let name = encoded.split(|byte| *byte == b'=').next().unwrap_or_default();
    let name = name.is_ascii().then(|| String::from_utf8_lossy(name).into_owned());
    let fact = Fact::about("parameter").differing(Difference::of(kind).with("position", at + 1));
    match name.filter(|name| KNOWN.contains(&name.as_str())) {
        Some(name) => fact.received(name),
        None => fact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(encoded: &str, name: &'static str) -> (&'static str, Option<String>) {
        let form = Form::parse(encoded.as_bytes()).expect("a form");
        let difference = missing(name, &form).difference.expect("one");
        (difference.kind, difference.arguments.into_iter().next().map(|(_, value)| value))
    }

    #[test]
    fn a_missing_parameter_is_found_under_almost_its_name() {
        // Sends it under other names, empty, and not at all; another known one is never it.
        for (encoded, name, sent) in [
            ("redirect_url=x", "redirect_uri", "redirect_url"),
            ("clientid=x", "client_id", "clientid"),
            ("clientId=x", "client_id", "clientId"),
            ("client-id=x", "client_id", "client-id"),
            ("grantType=x", "grant_type", "grantType"),
            ("secret=x", "client_secret", "secret"),
            ("scopes=x", "scope", "scopes"),
        ] {
            assert_eq!(said(encoded, name), ("almost_named", Some(sent.to_owned())), "{encoded}");
        }
        assert_eq!(said("client_id=", "client_id"), ("empty", None));
        assert_eq!(said("code=x&code_challenge=x", "code_verifier"), ("missing", None));
        assert_eq!(said("", "scope"), ("missing", None));
    }

    #[test]
    fn flaws_of_the_form_are_told_by_name_and_length() {
        // Breaks each limit with a value that must not be shown.
        let kind = |encoded: &str| {
            let refusal = Form::parse(encoded.as_bytes()).expect_err("refused");
            assert!(!format!("{:?}", refusal.facts()).contains("hunter2"), "{refusal:?}");
            refusal.facts()[0].difference.as_ref().map(|it| it.kind)
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
