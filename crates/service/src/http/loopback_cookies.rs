//! Cookies of a service at an `http` origin, which is always on the loopback interface.
//!
//! Everywhere else the service sets cookies with the prefix `__Host-` and `Secure`. Over plain
//! HTTP, Safari refuses these, on `localhost` too. They are renamed on the way out, and back on the
//! way in. The new name contains the port: browsers share the cookies of a host among all
//! its ports.

use axum::http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

const SECURE_PREFIX: &str = "__Host-";

/// Returns the prefix of cookies of a service at this host and port.
fn prefix(host: &str) -> String {
    let port = host.rsplit(':').next().filter(|port| port.parse::<u16>().is_ok());
    format!("http-{}-", port.unwrap_or("80"))
}

/// Renames the cookies of a request to a service at this host and port.
pub(super) fn rename_received(headers: &mut HeaderMap, host: &str) {
    if !headers.contains_key(COOKIE) {
        return;
    }
    let prefix = prefix(host);
    let rename = |pair: &str| {
        let pair = pair.trim();
        match pair.strip_prefix(&prefix) {
            Some(rest) => Some(format!("{SECURE_PREFIX}{rest}")),
            // Set by a service at an `https` origin of this host.
            None if pair.starts_with(SECURE_PREFIX) => None,
            None => Some(pair.to_owned()),
        }
    };
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs: Vec<String> = texts.flat_map(|text| text.split(';')).filter_map(rename).collect();
    headers.remove(COOKIE);
    if let Ok(value) = HeaderValue::from_str(&pairs.join("; "))
        && !pairs.is_empty()
    {
        headers.insert(COOKIE, value);
    }
}

/// Renames the cookies of a response of a service at this host and port.
pub(super) fn rename_sent(headers: &mut HeaderMap, host: &str) {
    if !headers.contains_key(SET_COOKIE) {
        return;
    }
    let prefix = prefix(host);
    let rename = |value: &HeaderValue| {
        let rest = value.to_str().ok()?.strip_prefix(SECURE_PREFIX)?;
        HeaderValue::from_str(&format!("{prefix}{}", rest.replace("; Secure", ""))).ok()
    };
    let sent: Vec<HeaderValue> = headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| rename(value).unwrap_or_else(|| value.clone()))
        .collect();
    headers.remove(SET_COOKIE);
    for value in sent {
        headers.append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_over_http_loses_prefix_and_secure_and_keeps_the_rest() {
        // Renames two cookies of a response: one with the prefix, one without.
        let mut headers = HeaderMap::new();
        let secure = "__Host-admin=v; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";
        headers.append(SET_COOKIE, HeaderValue::from_static(secure));
        headers.append(SET_COOKIE, HeaderValue::from_static("other=w; Path=/x; Secure"));
        rename_sent(&mut headers, "localhost:8080");
        let sent: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            sent,
            [
                "http-8080-admin=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
                "other=w; Path=/x; Secure"
            ]
        );
    }

    #[test]
    fn a_service_over_http_reads_its_own_cookies_only() {
        // Sends cookies of this port, of another port and of an https service, in two headers.
        let mut headers = HeaderMap::new();
        let first = "http-8080-admin=mine; __Host-admin=https; http-9090-admin=other";
        headers.append(COOKIE, HeaderValue::from_static(first));
        headers.append(COOKIE, HeaderValue::from_static("theme=dark"));
        rename_received(&mut headers, "localhost:8080");
        let received: Vec<_> = headers.get_all(COOKIE).iter().collect();
        assert_eq!(received, ["__Host-admin=mine; http-9090-admin=other; theme=dark"]);
        assert_eq!(prefix("localhost"), "http-80-");
        assert_eq!(prefix("[::1]:8080"), "http-8080-");
    }
}
