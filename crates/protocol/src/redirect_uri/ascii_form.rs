//! The ASCII form of a URI with an international domain name (UTS #46, RFC 3987 §3.1).

use std::fmt::Write;

use super::{authority, host_and_port};

/// Returns a URI with its host as browsers send it, such as `xn--lwe-sna.example`, and with other
/// characters beyond ASCII percent-encoded. Returns `None` if the URI has only ASCII characters, or
/// if its host has no such form.
pub fn ascii_form(uri: &str) -> Option<String> {
    if uri.is_ascii() {
        return None;
    }
    let (scheme, rest) = uri.split_once("://")?;
    let written = authority(rest);
    let (host, port) = host_and_port(written);
    let host = idna::domain_to_ascii(host).ok().filter(|host| !host.is_empty())?;
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let mut ascii = format!("{}://{host}{port}", scheme.to_ascii_lowercase());
    for byte in rest.get(written.len()..)?.bytes() {
        if byte.is_ascii() {
            ascii.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(ascii, "%{byte:02X}").unwrap_or_default();
        }
    }
    ascii.is_ascii().then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_uri_has_an_ascii_form() {
        // Converts hosts and paths beyond ASCII, and URIs that need no conversion or have none.
        for (uri, ascii) in [
            ("https://Löwe.example/cb", Some("https://xn--lwe-sna.example/cb")),
            ("https://例え.test:8443/ö?q=ü", Some("https://xn--r8jz45g.test:8443/%C3%B6?q=%C3%BC")),
            ("https://app.test/ö", Some("https://app.test/%C3%B6")),
            ("https://app.test/cb", None),
            ("https://a\u{202e}b.test/", None),
            ("ö:/cb", None),
        ] {
            assert_eq!(ascii_form(uri).as_deref(), ascii, "{uri}");
        }
    }
}
