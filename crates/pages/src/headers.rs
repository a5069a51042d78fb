//! The headers that keep a page from being framed, cached, sniffed or made to load foreign things.

/// What a page is for, as far as its headers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A step of a sign-in: sign-in, stay signed in, choice of accounts, consent, error page.
    Journey,
    /// The page that posts an authorization response to the client.
    FormPost,
    /// A page that anyone may read: the error look-up, wrong addresses.
    Public,
    /// A page with a form that anyone may send, without a cookie: its origin goes with the form.
    OpenForm,
    /// A page of the administration.
    Admin,
}

/// Every header of a page, `Content-Type` among them, as (lower-case name, value).
///
/// `redirect_uris` are where an answer to the page's form may lead: the checked redirect URI of the
/// client. What does not look like a safe URI is left out.
pub fn headers(purpose: Purpose, redirect_uris: &[&str]) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", content_security_policy(purpose, redirect_uris)),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", referrer_policy(purpose).to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("x-frame-options", "DENY".to_owned()),
        ("permissions-policy", PERMISSIONS_POLICY.to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
    ];
    // A single-page app opens the journey in a popup and watches the window it holds. Any COOP but
    // `unsafe-none` on any page of the popup cuts that tie: the app sees its popup as closed and
    // reports that the user cancelled. `same-origin-allow-popups` cuts it too, for it spares only
    // windows that the page itself opens. No page of the journey reads `window.opener`.
    if matches!(purpose, Purpose::Public | Purpose::OpenForm | Purpose::Admin) {
        headers.push(("cross-origin-opener-policy", "same-origin".to_owned()));
    }
    headers
}

/// Without a referrer, browsers hide the origin of a form: `Origin: null`.
fn referrer_policy(purpose: Purpose) -> &'static str {
    if purpose == Purpose::OpenForm { "same-origin" } else { "no-referrer" }
}

const PERMISSIONS_POLICY: &str = "camera=(), display-capture=(), geolocation=(), \
     microphone=(), payment=(), usb=(), publickey-credentials-get=(self)";

fn content_security_policy(purpose: Purpose, redirect_uris: &[&str]) -> String {
    let script = if purpose == Purpose::FormPost { "; script-src 'self'" } else { "" };
    // Chromium holds `form-action` against every redirect that follows a form: back to the client,
    // and on from there to wherever the client sends the person next, which may be another origin.
    // A policy that named only the client's origin would silently stop such sign-ins at our page.
    let mut form_action = vec!["'self'".to_owned()];
    for source in redirect_uris.iter().filter_map(|uri| form_source(uri)) {
        if !form_action.contains(&source) {
            form_action.push(source);
        }
    }
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{script}; form-action {}; \
         base-uri 'none'; frame-ancestors 'none'",
        form_action.join(" ")
    )
}

/// The CSP sources where a redirect URI may lead: the web, or the scheme of a native app.
fn form_source(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !is_scheme(scheme) {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => web_source(&scheme, rest),
        // Schemes in which the browser itself would run or show what the page says.
        "javascript" | "data" | "blob" | "vbscript" | "about" | "file" | "filesystem" => None,
        _ => Some(format!("{scheme}:")),
    }
}

const LOOPBACK: &str = "http://localhost:* http://127.0.0.1:* https:";

fn web_source(scheme: &str, rest: &str) -> Option<String> {
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#', '\\']).next()?;
    // CSP has no word for an IPv6 address, so the loopback app at `[::1]` gets its whole scheme.
    if authority.starts_with("[::1]") {
        return Some("http: https:".to_owned());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
    let clean = !authority.is_empty() && authority.chars().all(plain);
    // Plain HTTP is registered for loopback only, and stays there or goes on to HTTPS.
    let sources = if scheme == "https" { "https:" } else { LOOPBACK };
    clean.then(|| sources.to_owned())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(purpose: Purpose, uris: &[&str], name: &str) -> Option<String> {
        headers(purpose, uris).into_iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    fn policy(uris: &[&str]) -> String {
        value(Purpose::Journey, uris, "content-security-policy").unwrap_or_default()
    }

    #[test]
    fn a_journey_page_allows_its_own_styles_and_forms_and_nothing_else() {
        // Proof: the whole policy, letter by letter.
        assert_eq!(
            policy(&[]),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn only_the_form_post_page_may_run_a_script() {
        // Proof: script-src in one policy, in no other.
        for purpose in [Purpose::Journey, Purpose::Public, Purpose::OpenForm, Purpose::Admin] {
            let policy = value(purpose, &[], "content-security-policy");
            assert!(!policy.is_some_and(|p| p.contains("script-src")), "{purpose:?}");
        }
        let policy = value(Purpose::FormPost, &[], "content-security-policy");
        assert!(policy.is_some_and(|p| p.contains("script-src 'self';")));
    }

    #[test]
    fn a_redirect_uri_opens_the_web_or_its_own_scheme() {
        // Proof: one row per kind of client, and the source that its URI becomes.
        let rows = [
            ("https://app.test/cb?x=1", "https:"),
            ("https://app.test:8443/cb", "https:"),
            ("http://127.0.0.1:51234/", LOOPBACK),
            ("http://localhost:3000", LOOPBACK),
            ("http://[::1]:4000/cb", "http: https:"),
            ("HTTPS://app.test/cb", "https:"),
            ("com.example.app:/cb", "com.example.app:"),
            ("msal1234://auth", "msal1234:"),
        ];
        for (uri, source) in rows {
            assert!(policy(&[uri]).contains(&format!("form-action 'self' {source};")), "{uri}");
        }
    }

    #[test]
    fn a_hostile_redirect_uri_adds_nothing_to_the_policy() {
        // Proof: each would widen the policy or split the header; the policy equals the bare one.
        let hostile = [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.test; script-src *",
            "https://a.test@evil.test/",
            "https://*/",
            "https:evil",
            "https:///evil",
            "x y:z",
            "a;script-src:b",
            "https://a.test\r\nset-cookie: x",
            "no scheme",
            "",
        ];
        for uri in hostile {
            assert_eq!(policy(&[uri]), policy(&[]), "{uri:?}");
        }
    }

    #[test]
    fn a_popup_keeps_its_tie_to_the_app_and_a_public_page_has_none() {
        // Proof: COOP is present on pages that no app opens, and on them only.
        let name = "cross-origin-opener-policy";
        assert_eq!(value(Purpose::Journey, &[], name), None);
        assert_eq!(value(Purpose::FormPost, &[], name), None);
        for purpose in [Purpose::Public, Purpose::OpenForm, Purpose::Admin] {
            assert_eq!(value(purpose, &[], name).as_deref(), Some("same-origin"));
        }
    }

    #[test]
    fn only_the_page_whose_form_no_cookie_guards_says_where_it_is_from() {
        // Proof: the referrer policy of every page; no other site ever learns of a page.
        let name = "referrer-policy";
        let purposes = [Purpose::Journey, Purpose::FormPost, Purpose::Public, Purpose::Admin];
        for purpose in purposes {
            assert_eq!(value(purpose, &[], name).as_deref(), Some("no-referrer"), "{purpose:?}");
        }
        assert_eq!(value(Purpose::OpenForm, &[], name).as_deref(), Some("same-origin"));
    }

    #[test]
    fn one_source_is_named_once() {
        // Proof: two URIs of one origin, counted in the policy.
        let policy = policy(&["https://app.test/a", "https://app.test/b"]);
        assert_eq!(policy.matches("https:").count(), 1);
    }
}
