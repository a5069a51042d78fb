//! Rules for the registration of a redirect URI, which are stricter than those for its use: a URI
//! that was registered before a rule existed stays usable.

use model::is_loopback_host;

use super::{ascii_form, authority, flaw, host_and_port};
use crate::percent;

/// The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2, JARM §2.3, OpenID
/// Connect Session Management §3). If the redirect URI itself contains one, the response has it
/// twice, and which of the two counts is up to the app.
const RESPONSE_PARAMETERS: [&str; 13] = [
    "access_token",
    "client_info",
    "code",
    "error",
    "error_description",
    "error_subcode",
    "error_uri",
    "id_token",
    "iss",
    "response",
    "session_state",
    "state",
    "token_type",
];

/// The reason why a URI is not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationFlaw {
    /// The description of the flaw, which begins with "it" or "its".
    pub reason: String,
    /// The URI without the flaw, if that follows from the URI alone.
    pub corrected: Option<String>,
}

/// Returns the reason why a URI may not be registered as a redirect URI.
pub fn registration_flaw(uri: &str) -> Option<RegistrationFlaw> {
    if let Some(corrected) = ascii_form(uri) {
        let reason = "it has characters beyond ASCII, and browsers send its ASCII form".to_owned();
        let corrected = Some(corrected).filter(|corrected| flaw(corrected).is_none());
        return Some(RegistrationFlaw { reason, corrected });
    }
    if let Some(corrected) = with_missing_scheme(uri) {
        let reason = "its scheme is missing".to_owned();
        return Some(RegistrationFlaw { reason, corrected: Some(corrected) });
    }
    if let Some(reason) = flaw(uri) {
        let corrected = lower_case_scheme(uri).filter(|corrected| flaw(corrected).is_none());
        return Some(RegistrationFlaw { reason: reason.to_owned(), corrected });
    }
    if let Some(name) = response_parameter(uri) {
        let reason = format!(
            "its query has `{name}`, a parameter of the response that would then be there twice"
        );
        return Some(RegistrationFlaw { reason, corrected: None });
    }
    rewritten_authority(uri)
}

/// Returns the reason why a URI may not be registered for logout tokens or as the frame of a
/// sign-out: those of redirect URIs, a scheme of a native app, and a parameter of the frame.
pub fn logout_uri_flaw(uri: &str) -> Option<RegistrationFlaw> {
    let flaw = |reason: &str| RegistrationFlaw { reason: reason.to_owned(), corrected: None };
    let is_web = uri.starts_with("https:") || uri.starts_with("http:");
    registration_flaw(uri)
        .or_else(|| (!is_web).then(|| flaw("it is neither https nor http on a loopback host")))
        .or_else(|| {
            let has_sid = has_parameter(uri, "sid");
            has_sid.then(|| flaw("its query has `sid`, a parameter that would then be there twice"))
        })
}

/// Finds a parameter of the response in the query. Names are compared after decoding, because the
/// app decodes them too.
fn response_parameter(uri: &str) -> Option<&'static str> {
    RESPONSE_PARAMETERS.into_iter().find(|name| has_parameter(uri, name))
}

fn has_parameter(uri: &str, name: &str) -> bool {
    let query = uri.split_once('?').map_or("", |(_, query)| query);
    let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    // A name that cannot be decoded is none of these.
    names.any(|sent| percent::decode(sent.as_bytes()).is_ok_and(|sent| sent == name))
}

/// Describes an authority that browsers and URL libraries rewrite. A redirect URI is compared byte
/// for byte, so the written form would never be received.
fn rewritten_authority(uri: &str) -> Option<RegistrationFlaw> {
    let (scheme, rest) = uri.split_once("://")?;
    let default_port = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let written = authority(rest);
    let (host, port) = host_and_port(written);
    let path = rest.get(written.len()..).unwrap_or_default();
    let has_upper_case = host.bytes().any(|byte| byte.is_ascii_uppercase());
    let reason = match port {
        Some(port) if port == default_port => format!(
            "it has the port {default_port}, the default of {scheme}, which browsers and \
             libraries leave out: write it without the port"
        ),
        _ if has_upper_case => {
            "its host has upper-case letters: write the host in lower case".to_owned()
        }
        _ => return None,
    };
    let port = port.filter(|port| *port != default_port);
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let corrected = format!("{scheme}://{}{port}{path}", host.to_ascii_lowercase());
    Some(RegistrationFlaw { reason, corrected: Some(corrected) })
}

/// Returns a URI that begins with `HOST:PORT` with the scheme that is probably meant. By its
/// syntax, `localhost:3000/cb` has the scheme `localhost`, so nothing would ever match it.
fn with_missing_scheme(uri: &str) -> Option<String> {
    let written = uri.split(['/', '?', '#']).next()?;
    let (host, port) = written.rsplit_once(':')?;
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if host.is_empty() || !is_port {
        return None;
    }
    let scheme = if is_loopback_host(host) { "http" } else { "https" };
    let corrected = format!("{scheme}://{uri}");
    flaw(&corrected).is_none().then_some(corrected)
}

fn lower_case_scheme(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    let lower = scheme.to_ascii_lowercase();
    (lower != scheme).then(|| format!("{lower}:{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrected(uri: &str) -> Option<String> {
        registration_flaw(uri).expect("a flaw").corrected
    }

    #[test]
    fn response_parameters_in_the_query_of_a_redirect_uri_are_refused() {
        // Puts each name into the query: alone, encoded, second, and as a part of another name.
        for name in RESPONSE_PARAMETERS {
            let encoded = format!("%{:02x}{}", name.as_bytes()[0], &name[1..]);
            for query in [format!("{name}=x"), format!("a=1&{name}"), format!("{encoded}=x")] {
                let flaw = registration_flaw(&format!("https://c.test/cb?{query}"));
                let reason = flaw.expect(&query).reason;
                assert!(reason.contains(&format!("`{name}`")), "{query}: {reason}");
            }
            let other = format!("https://c.test/{name}?x{name}=1&y={name}&z={name}%3D1");
            assert_eq!(registration_flaw(&other), None, "{other}");
        }
        assert!(registration_flaw("com.example.app:/cb?code=1").is_some());
    }

    #[test]
    fn logout_uri_is_a_web_url_without_the_parameters_of_its_frame() {
        // Registers allowed URIs, and those with a flaw of redirect URIs or one of their own.
        for uri in ["https://c.test/bc?tenant=1", "http://localhost:3000/fc"] {
            assert_eq!(logout_uri_flaw(uri), None, "{uri}");
        }
        for (uri, words) in [
            ("http://c.test/bc", "plain http"),
            ("https://c.test/bc#x", "a fragment"),
            ("com.example.app:/bc", "neither https"),
            ("https://c.test/fc?sid=1", "`sid`"),
            ("https://c.test/fc?iss=1", "`iss`"),
        ] {
            let reason = logout_uri_flaw(uri).expect(uri).reason;
            assert!(reason.contains(words), "{uri}: {reason}");
        }
    }

    #[test]
    fn a_host_and_port_without_a_scheme_gets_the_one_that_is_meant() {
        // Registers hosts with a port, and private schemes, whose path may be a number.
        for (uri, expected) in [
            ("localhost:3000/cb", "http://localhost:3000/cb"),
            ("127.0.0.1:3000/cb", "http://127.0.0.1:3000/cb"),
            ("[::1]:3000", "http://[::1]:3000"),
            ("app.example:8443/cb?x=1", "https://app.example:8443/cb?x=1"),
        ] {
            assert_eq!(corrected(uri).as_deref(), Some(expected));
        }
        for uri in ["com.example.app:/cb", "myapp:/8080", "https://c.test:8443/cb"] {
            assert_eq!(registration_flaw(uri), None, "{uri}");
        }
    }

    #[test]
    fn scheme_host_and_port_that_libraries_rewrite_are_named() {
        // Registers each written form, and expects the form that is received.
        for (uri, words, expected) in [
            ("HTTPS://c.test/cb", "scheme in lower case", "https://c.test/cb"),
            ("Http://localhost/cb", "scheme in lower case", "http://localhost/cb"),
            ("MyApp:/cb", "scheme in lower case", "myapp:/cb"),
            ("https://c.test:443/cb?x=1", "without the port", "https://c.test/cb?x=1"),
            ("http://localhost:80", "without the port", "http://localhost"),
            ("http://[::1]:80/", "without the port", "http://[::1]/"),
            ("https://C.test:8443/Cb", "host in lower case", "https://c.test:8443/Cb"),
        ] {
            let reason = registration_flaw(uri).expect(uri).reason;
            assert!(reason.contains(words), "{uri}: {reason}");
            assert_eq!(corrected(uri).as_deref(), Some(expected));
            assert_eq!(registration_flaw(expected), None, "{expected}");
        }
        for uri in ["https://c.test:4443/", "http://localhost:443/", "https://c.test/:443/"] {
            assert_eq!(registration_flaw(uri), None, "{uri}");
        }
        assert_eq!(corrected("HTTP://c.test/cb"), None);
        let international = corrected("HTTPS://löwe.test/cb");
        assert_eq!(international.as_deref(), Some("https://xn--lwe-sna.test/cb"));
        assert_eq!(corrected("http://löwe.test/cb"), None);
    }
}
