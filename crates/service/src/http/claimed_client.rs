//! Whom a request claims to be from, whatever else is wrong with it: so that the one who sent it
//! can find out what.

use std::borrow::Cow;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use jose::digest;
use protocol::form::Form;
use serde_json::Value;

const NAME: &str = "client_id";

/// The client that a body or a query names, be it a form that breaks a rule or no form at all.
pub fn within(bytes: &[u8]) -> Option<String> {
    let mut pairs = form_urlencoded::parse(bytes);
    let in_form = pairs.find(|(name, value)| name == NAME && !value.is_empty());
    let in_form = in_form.map(|(_, value)| Cow::into_owned(value));
    in_form.or_else(|| {
        let json: Value = serde_json::from_slice(bytes).ok()?;
        json.get(NAME).and_then(Value::as_str).map(str::to_owned)
    })
}

/// The client that HTTP Basic names.
pub fn in_headers(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = header.split_once(' ')?;
    let decoded = digest::base64_decode(credentials.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (client, _) = decoded.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("Basic"))?;
    // Form-encoded first (RFC 6749 section 2.3.1).
    let encoded = format!("{NAME}={client}");
    form_urlencoded::parse(encoded.as_bytes()).next().map(|(_, value)| value.into_owned())
}

/// The client that a form without `client_id` is from: by what it would prove itself with.
pub fn proven(form: &Form, headers: &HeaderMap) -> Option<String> {
    let assertion = || {
        let payload = form.get("client_assertion")?.split('.').nth(1)?;
        let claims: Value =
            serde_json::from_slice(&digest::base64url_decode(payload).ok()?).ok()?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        claim("sub").or_else(|| claim("iss"))
    };
    in_headers(headers).or_else(assertion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_found_in_whatever_names_it() {
        // Twice in a form, in JSON, and in nothing that names one.
        assert_eq!(within(b"x=1&client_id=a%2Fb&client_id=c").as_deref(), Some("a/b"));
        assert_eq!(within(br#"{"client_id": "web", "x": 1}"#).as_deref(), Some("web"));
        for nothing in [&b"client_id="[..], b"", b"\xff\xfe", b"[1]", br#"{"client_id": 7}"#] {
            assert_eq!(within(nothing), None);
        }
    }

    #[test]
    fn a_client_is_found_in_its_proof_and_its_secret_is_not() {
        // `a+b:secret` in HTTP Basic, other schemes, and an assertion.
        let headers =
            |value: &str| HeaderMap::from_iter([(AUTHORIZATION, value.parse().expect("a header"))]);
        let basic = format!("Basic {}", "YSUyMGI6c2VjcmV0");
        assert_eq!(in_headers(&headers(&basic)).as_deref(), Some("a b"));
        assert_eq!(in_headers(&headers("Bearer YSUyMGI6c2VjcmV0")), None);
        assert_eq!(in_headers(&headers("Basic ???")), None);
        let payload = digest::base64url(br#"{"sub":"keyed"}"#);
        let form = format!("client_assertion=x.{payload}.y");
        let form = Form::parse(form.as_bytes()).expect("a form");
        assert_eq!(proven(&form, &HeaderMap::new()).as_deref(), Some("keyed"));
    }
}
