//! The secrets that a request carries, so that none of them is said again where it also stands.

use axum::http::HeaderValue;
use jose::digest;

/// Words within the names of parameters that hold secrets.
const WORDS: [&str; 5] = ["secret", "passw", "token", "assertion", "verifier"];
/// Whole names of others.
const NAMES: [&str; 2] = ["code", "flow"];
/// Ends of names that only tell of a secret.
const TELLING: [&str; 3] = ["_type", "_hint", "_method"];

/// What stands as a secret among encoded parameters.
pub fn within(encoded: &[u8]) -> impl Iterator<Item = String> {
    let pairs = form_urlencoded::parse(encoded);
    let secrets = pairs.filter(|(name, value)| is_of_secret(name) && !value.is_empty());
    secrets.map(|(_, value)| value.into_owned())
}

/// What stands as a secret in an `Authorization` header.
pub fn in_header(header: &HeaderValue) -> Vec<String> {
    let Ok(header) = header.to_str() else { return Vec::new() };
    let credentials = header.split_once(' ').map_or(header, |(_, rest)| rest).trim();
    let mut secrets = vec![credentials.to_owned()];
    let decoded = digest::base64_decode(credentials).ok();
    let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
    if let Some((_, secret)) = decoded.as_deref().and_then(|decoded| decoded.split_once(':')) {
        secrets.extend(within(format!("secret={secret}").as_bytes()));
        secrets.push(secret.to_owned());
    }
    secrets
}

fn is_of_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_named = WORDS.iter().any(|word| name.contains(word)) || NAMES.contains(&name.as_str());
    is_named && !TELLING.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_the_name_that_it_stands_under() {
        // A form with secrets, near names of them, and names that only tell of one.
        let form =
            b"client_secret=a&code=b&passwd=c&client_assertion_type=d&scope=e&code_challenge=f\
            &token_type_hint=g&Client_Secret=h&code_challenge_method=i&token=";
        assert_eq!(within(form).collect::<Vec<_>>(), ["a", "b", "c", "h"]);
    }

    #[test]
    fn the_secret_of_a_header_is_found_however_it_is_encoded() {
        // HTTP Basic of `a:b%20c`, and a token.
        let basic = in_header(&HeaderValue::from_static("Basic YTpiJTIwYw=="));
        assert_eq!(basic, ["YTpiJTIwYw==", "b c", "b%20c"]);
        assert_eq!(in_header(&HeaderValue::from_static("Bearer x.y")), ["x.y"]);
    }
}
