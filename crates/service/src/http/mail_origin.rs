//! The origin of a request as mails, pages and sessions name it: time, address and browser.

use axum::http::{HeaderMap, header::USER_AGENT};
use model::{MailOrigin, SessionOrigin};

use crate::http::incoming::IncomingRequest;

/// Marks in the header `User-Agent`, and the browsers that send them. The first mark counts: most
/// browsers also send the marks of others.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Marks of operating systems, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Returns the origin of a request that causes a mail.
pub(crate) fn origin_of(incoming: &IncomingRequest) -> MailOrigin {
    MailOrigin {
        at: incoming.context.now(),
        address: incoming.context.remote_address(),
        browser: describe(&incoming.parts().headers),
    }
}

/// Returns the origin of a sign-in, which its session keeps.
pub(crate) fn of_sign_in(incoming: &IncomingRequest) -> SessionOrigin {
    let MailOrigin { address, browser, .. } = origin_of(incoming);
    SessionOrigin { address, browser }
}

/// Returns the names of the browser and its operating system. `None` if neither is known. The
/// header itself is never shown: anyone can write anything into it.
fn describe(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(USER_AGENT)?.to_str().ok()?;
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| sent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(name), None) | (None, Some(name)) => Some(name.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browser_is_named_by_known_words_only() {
        // Describes headers of browsers, and texts that a sender wants a user to read.
        for (sent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox, Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari, iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            ("Call +1 555 0100, Chrome/", "Chrome"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_str(sent).expect("a header"));
            assert_eq!(describe(&headers).as_deref(), Some(expected));
        }
        let mut headers = HeaderMap::new();
        assert_eq!(describe(&headers), None);
        headers
            .insert(USER_AGENT, HeaderValue::from_static("Your account is closed, see evil.test"));
        assert_eq!(describe(&headers), None);
    }
}
