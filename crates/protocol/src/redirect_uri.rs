//! Redirect URIs: exact comparison (RFC 9700 §2.1), and the rules for registration. Both prevent
//! open redirects.

use catalogue::{Comparison, Difference};
use model::{Client, Platform, RedirectUri, is_loopback_host, is_loopback_url};

use crate::difference;

mod ascii_form;
mod registration;

pub use ascii_form::ascii_form;
pub use registration::{RegistrationFlaw, logout_uri_flaw, registration_flaw};

/// The longest redirect URI, in bytes.
pub const BYTES_MAX: usize = 2_048;

/// Finds the registered redirect URI that equals the sent one. Every byte must be equal, except the
/// loopback port of a native app (RFC 8252 §7.3).
///
/// If the client takes any loopback URL, which happens only in a service for development, the most
/// similar registered URI stands for the sent one.
pub fn find<'c>(sent: &str, client: &'c Client) -> Option<&'c RedirectUri> {
    let registered = || client.redirect_uris.iter().filter(|it| flaw(&it.uri).is_none());
    let found = registered().find(|it| it.uri == sent || is_same_loopback(sent, it));
    if found.is_some() || !client.any_loopback || !is_loopback_url(sent) || flaw(sent).is_some() {
        return found;
    }
    registered().max_by_key(|it| similarity(sent, &it.uri))
}

/// Compares a URI that is not registered with the most similar registered one.
pub fn mismatch(sent: &str, client: &Client) -> Comparison {
    let nearest = client.redirect_uris.iter().max_by_key(|it| similarity(sent, &it.uri));
    let comparison = Comparison::new("redirect_uri").received(sent);
    match nearest {
        Some(registered) => {
            comparison.expected(&registered.uri).with_difference(difference(sent, registered))
        }
        None => comparison,
    }
}

/// Returns whether a text is an absolute URI: a scheme, a non-empty rest, and only characters of
/// URIs.
pub fn is_absolute(uri: &str) -> bool {
    let has_scheme = |scheme: &str| is_scheme(&scheme.to_ascii_lowercase());
    uri.split_once(':').is_some_and(|(scheme, rest)| has_scheme(scheme) && !rest.is_empty())
        && uri.bytes().all(is_uri_byte)
}

/// Returns the reason why a URI may not be registered as a redirect URI.
pub fn flaw(uri: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = uri.split_once(':') else {
        return Some("it is not an absolute URI");
    };
    if uri.len() > BYTES_MAX {
        return Some("it is longer than 2048 bytes");
    }
    if !uri.bytes().all(|byte| is_uri_byte(byte) && byte != b'*') {
        return Some("it has a character that no URI has, or a wildcard");
    }
    if uri.contains('#') {
        return Some("it has a fragment");
    }
    match scheme {
        "https" | "http" => web_flaw(scheme, rest),
        _ if is_web_scheme(scheme) => Some(UPPER_CASE_SCHEME),
        // Browsers run or display the content of a URI with these schemes themselves.
        _ if DANGEROUS.iter().any(|it| scheme.eq_ignore_ascii_case(it)) => {
            Some("its scheme is not one that an app can own")
        }
        _ if is_scheme(scheme) && !rest.is_empty() => None,
        _ if is_scheme(&scheme.to_ascii_lowercase()) && !rest.is_empty() => Some(UPPER_CASE_SCHEME),
        _ => Some("its scheme is malformed"),
    }
}

const DANGEROUS: [&str; 7] =
    ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem"];

const UPPER_CASE_SCHEME: &str = "its scheme has upper-case letters: write the scheme in lower case";

fn is_web_scheme(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn web_flaw(scheme: &str, rest: &str) -> Option<&'static str> {
    let Some(authority) = rest.strip_prefix("//").map(authority) else {
        return Some("it has no host");
    };
    let (host, port) = host_and_port(authority);
    if authority.contains('@') {
        return Some("it has a user name in front of the host");
    }
    if host.is_empty() || port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some("its host or port is malformed");
    }
    (scheme == "http" && !is_loopback_host(host)).then_some("plain http is for loopback hosts only")
}

fn is_uri_byte(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && !b"\"<>\\^`{|}".contains(&byte)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        })
}

/// Returns whether a loopback URI of a native app differs at most in the port. The app listens on
/// any free port.
fn is_same_loopback(sent: &str, registered: &RedirectUri) -> bool {
    registered.platform == Platform::Native
        && without_port(&registered.uri).is_some()
        && without_port(sent) == without_port(&registered.uri)
}

/// Returns the host and everything after the port of an `http` URI on a loopback host. A port must
/// be a number.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let authority = authority(rest);
    let (host, port) = host_and_port(authority);
    let valid_port = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
    });
    (is_loopback_host(host) && valid_port)
        .then(|| (host, rest.get(authority.len()..).unwrap_or_default()))
}

fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let after_brackets = authority.rfind(']').map_or(0, |at| at + 1);
    match authority.get(after_brackets..).and_then(|rest| rest.find(':')) {
        Some(at) => authority
            .split_at_checked(after_brackets + at)
            .map_or((authority, None), |(host, port)| (host, port.strip_prefix(':'))),
        None => (authority, None),
    }
}

/// Returns the number of bytes that two URIs have in common at both ends.
fn similarity(sent: &str, registered: &str) -> usize {
    let same = |(left, right): &(u8, u8)| left.eq_ignore_ascii_case(right);
    let front = sent.bytes().zip(registered.bytes()).take_while(same).count();
    let back = sent.bytes().rev().zip(registered.bytes().rev()).take_while(same).count();
    front + back
}

/// Describes how a URI differs from a registered one.
fn difference(sent: &str, registered: &RedirectUri) -> Option<Difference> {
    let difference = difference::url(sent, &registered.uri);
    let is_port = difference.as_ref().is_some_and(|it| it.kind == "port");
    if is_port && registered.platform != Platform::Native && without_port(sent).is_some() {
        let platform = match registered.platform {
            Platform::Web => "web",
            Platform::SinglePage => "single_page",
            Platform::Native => "native",
        };
        return Some(Difference::new("port_of_platform").with("platform", platform));
    }
    difference
}

#[cfg(test)]
mod tests;
