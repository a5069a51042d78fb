//! The secrets in a request. They are redacted from every text about that request.

use jose::digest;

/// The full names of parameters and headers that hold secrets.
const SECRET_NAMES: [&str; 9] = [
    "access_pass",
    "authorization",
    "code",
    "cookie",
    "dpop",
    "flow",
    "recovery_code",
    "request",
    "sent",
];
/// The words in the names of other parameters and headers that hold secrets.
const SECRET_WORDS: [&str; 9] =
    ["secret", "passw", "pwd", "token", "assertion", "verifier", "api_key", "apikey", "credential"];
/// The names of frequent parameters that hold secrets. They need no search for the words in them.
const FREQUENT_NAMES: [&str; 5] =
    ["client_secret", "refresh_token", "code_verifier", "client_assertion", "token"];
/// The names of frequent parameters that hold none, so that most names need no search.
const OTHER_NAMES: [&str; 6] =
    ["client_id", "grant_type", "redirect_uri", "resource", "response_type", "scope"];
/// The suffixes of names that describe a secret and hold none.
const METADATA_SUFFIXES: [&str; 4] = ["_type", "_type_hint", "_method", "_expires_in"];

/// Returns the secrets among encoded parameters.
pub fn in_parameters(encoded: &[u8]) -> impl Iterator<Item = String> {
    // Parameters that hold none are not decoded.
    let pairs = encoded.split(|byte| *byte == b'&').filter(|pair| !has_other_name(pair));
    let pairs = pairs.flat_map(form_urlencoded::parse);
    let secrets = pairs.filter(|(name, value)| is_secret(name) && !value.is_empty());
    secrets.map(|(_, value)| value.into_owned())
}

/// Returns the secrets in the value of an `Authorization` header, encoded and decoded.
pub fn in_authorization(header: &str) -> Vec<String> {
    let credentials = header.split_once(' ').map_or(header, |(_, rest)| rest).trim();
    let mut secrets = vec![credentials.to_owned()];
    let decoded = digest::base64_decode(credentials).ok();
    let decoded = decoded.and_then(|decoded| String::from_utf8(decoded).ok());
    if let Some((_, secret)) = decoded.as_deref().and_then(|decoded| decoded.split_once(':')) {
        secrets.extend(in_parameters(format!("secret={secret}").as_bytes()));
        secrets.push(secret.to_owned());
    }
    secrets
}

/// Returns whether a parameter or header holds a secret.
pub fn is_secret(name: &str) -> bool {
    FREQUENT_NAMES.contains(&name) || (!OTHER_NAMES.contains(&name) && has_secret_name(name))
}

/// Returns whether an encoded parameter has the name of one that holds no secret.
fn has_other_name(pair: &[u8]) -> bool {
    let is_named = |name: &&str| {
        let rest = pair.strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'=')))
    };
    OTHER_NAMES.iter().any(is_named)
}

fn has_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_named = SECRET_NAMES.contains(&name.as_str())
        || SECRET_WORDS.iter().any(|word| name.contains(word));
    is_named && !is_metadata(&name)
}

/// Returns whether a parameter or header describes a secret and holds none.
pub fn is_metadata(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    METADATA_SUFFIXES.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_parameters_are_found_by_name() {
        // Searches a form with secrets, with similar names, and with names that describe a secret.
        let form =
            b"client_secret=a&code=b&passwd=c&client_assertion_type=d&scope=e&code_challenge=f\
            &token_type_hint=g&Client_Secret=h&code_challenge_method=i&token=\
            &api_key=j&id_token_hint=k&scope_token=l&scop%65_secret=m&&client_id&=n&scope%3Dpwd=o";
        assert_eq!(
            in_parameters(form).collect::<Vec<_>>(),
            ["a", "b", "c", "h", "j", "k", "l", "m", "o"]
        );
        assert!(!OTHER_NAMES.into_iter().any(has_secret_name));
        assert!(FREQUENT_NAMES.into_iter().all(has_secret_name));
    }

    #[test]
    fn the_secret_in_an_authorization_header_is_found_in_every_encoding() {
        // Reads HTTP Basic of `a:b%20c`, and a bearer token.
        let basic = in_authorization("Basic YTpiJTIwYw==");
        assert_eq!(basic, ["YTpiJTIwYw==", "b c", "b%20c"]);
        assert_eq!(in_authorization("Bearer x.y"), ["x.y"]);
    }
}
