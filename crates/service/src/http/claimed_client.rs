//! Extracts the client id that a request names, even from an invalid request, so that the
//! client's developer can look it up.

use std::borrow::Cow;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use jose::digest;
use protocol::parameters::Parameters;
use serde_json::Value;

const NAME: &str = "client_id";

/// Returns the `client_id` of a body or query: of encoded parameters, or of a JSON object.
pub fn from_bytes(bytes: &[u8]) -> Option<String> {
    let mut pairs = form_urlencoded::parse(bytes);
    let parameter = pairs.find(|(name, value)| name == NAME && !value.is_empty());
    let parameter = parameter.map(|(_, value)| Cow::into_owned(value));
    parameter.or_else(|| {
        let json: Value = serde_json::from_slice(bytes).ok()?;
        json.get(NAME).and_then(Value::as_str).map(str::to_owned)
    })
}

/// Returns the client id of HTTP Basic credentials.
pub fn from_basic_credentials(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = header.split_once(' ')?;
    let decoded = digest::base64_decode(credentials.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (client, _) = decoded.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("Basic"))?;
    // The client id is form-encoded inside (RFC 6749 §2.3.1).
    let encoded = format!("{NAME}={client}");
    form_urlencoded::parse(encoded.as_bytes()).next().map(|(_, value)| value.into_owned())
}

/// Returns the client id of the credentials of a request without `client_id`: of HTTP Basic, or
/// `sub` or `iss` of the client assertion. Verifies nothing.
pub fn from_credentials(parameters: &Parameters, headers: &HeaderMap) -> Option<String> {
    let from_assertion = || {
        let payload = parameters.get("client_assertion")?.split('.').nth(1)?;
        let claims: Value =
            serde_json::from_slice(&digest::base64url_decode(payload).ok()?).ok()?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        claim("sub").or_else(|| claim("iss"))
    };
    from_basic_credentials(headers).or_else(from_assertion)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_id_is_found_in_parameters_and_in_json() {
        // Twice in parameters, once in JSON, then in bodies without one.
        assert_eq!(from_bytes(b"x=1&client_id=a%2Fb&client_id=c").as_deref(), Some("a/b"));
        assert_eq!(from_bytes(br#"{"client_id": "web", "x": 1}"#).as_deref(), Some("web"));
        for none in [&b"client_id="[..], b"", b"\xff\xfe", b"[1]", br#"{"client_id": 7}"#] {
            assert_eq!(from_bytes(none), None);
        }
    }

    #[test]
    fn the_client_id_is_found_in_credentials_without_the_secret() {
        // `a%20b:secret` in HTTP Basic, other schemes, and a client assertion.
        let headers =
            |value: &str| HeaderMap::from_iter([(AUTHORIZATION, value.parse().expect("a header"))]);
        let basic = format!("Basic {}", "YSUyMGI6c2VjcmV0");
        assert_eq!(from_basic_credentials(&headers(&basic)).as_deref(), Some("a b"));
        assert_eq!(from_basic_credentials(&headers("Bearer YSUyMGI6c2VjcmV0")), None);
        assert_eq!(from_basic_credentials(&headers("Basic ???")), None);
        let payload = digest::base64url(br#"{"sub":"keyed"}"#);
        let form = format!("client_assertion=x.{payload}.y");
        let parameters = Parameters::parse(form.as_bytes()).expect("parameters");
        assert_eq!(from_credentials(&parameters, &HeaderMap::new()).as_deref(), Some("keyed"));
    }
}
