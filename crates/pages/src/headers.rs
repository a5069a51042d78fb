//! The security headers of pages: framing, caching, MIME sniffing, content security policy.

/// The kind of a page, which selects its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// A page of a sign-in flow: sign-in, stay signed in, account choice, consent, error page.
    SignInFlow,
    /// The page that posts an authorization response to the client.
    FormPost,
    /// A public page without a form that changes anything: error numbers, unknown addresses.
    Public,
    /// A page with a form that needs no cookie. The browser sends the origin with the form, so that
    /// the service can refuse cross-site requests (CSRF).
    UnauthenticatedForm,
    /// An administration page.
    Admin,
}

/// Returns the headers of a page, including `Content-Type`, as (lower-case name, value).
///
/// `redirect_uris` are the verified redirect URIs to which a response to the page's form may
/// redirect. A URI with an unsafe scheme or malformed authority is ignored.
pub fn headers(kind: PageKind, redirect_uris: &[&str]) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", content_security_policy(kind, redirect_uris)),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", referrer_policy(kind).to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("x-frame-options", "DENY".to_owned()),
        ("permissions-policy", PERMISSIONS_POLICY.to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
    ];
    // A single-page app opens the sign-in flow in a popup and watches that window. Any COOP other
    // than `unsafe-none` on a page of the popup separates the two: the app sees its popup as closed
    // and reports that the user cancelled. `same-origin-allow-popups` does that too, because it
    // only keeps windows that the page itself opens. No page of the flow reads `window.opener`.
    if matches!(kind, PageKind::Public | PageKind::UnauthenticatedForm | PageKind::Admin) {
        headers.push(("cross-origin-opener-policy", "same-origin".to_owned()));
    }
    headers
}

/// With `no-referrer`, browsers send `Origin: null` with a form, so the CSRF check needs
/// `same-origin`.
fn referrer_policy(kind: PageKind) -> &'static str {
    if kind == PageKind::UnauthenticatedForm { "same-origin" } else { "no-referrer" }
}

const PERMISSIONS_POLICY: &str = "camera=(), display-capture=(), geolocation=(), \
     microphone=(), payment=(), usb=(), publickey-credentials-get=(self)";

fn content_security_policy(kind: PageKind, redirect_uris: &[&str]) -> String {
    let script = if kind == PageKind::FormPost { "; script-src 'self'" } else { "" };
    // Chromium applies `form-action` to every redirect after a form: to the client, and from there
    // to wherever the client redirects next, which may be another origin. A policy with only the
    // client's origin would silently block such sign-ins.
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

/// Returns the CSP sources for a redirect URI: the web, or the scheme of a native app.
fn form_source(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !is_scheme(scheme) {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => web_source(&scheme, rest),
        // The browser itself executes or displays the content of these schemes.
        "javascript" | "data" | "blob" | "vbscript" | "about" | "file" | "filesystem" => None,
        _ => Some(format!("{scheme}:")),
    }
}

const LOOPBACK: &str = "http://localhost:* http://127.0.0.1:* https:";

fn web_source(scheme: &str, rest: &str) -> Option<String> {
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#', '\\']).next()?;
    // CSP cannot express an IPv6 address, so an app at `[::1]` gets the whole scheme.
    if authority.starts_with("[::1]") {
        return Some("http: https:".to_owned());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
    let is_valid = !authority.is_empty() && authority.chars().all(is_plain);
    // Plain HTTP is registered for loopback only, which redirects to loopback or HTTPS.
    let sources = if scheme == "https" { "https:" } else { LOOPBACK };
    is_valid.then(|| sources.to_owned())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: PageKind, uris: &[&str], name: &str) -> Option<String> {
        headers(kind, uris).into_iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    fn policy(uris: &[&str]) -> String {
        value(PageKind::SignInFlow, uris, "content-security-policy").unwrap_or_default()
    }

    #[test]
    fn sign_in_flow_page_allows_only_own_styles_images_and_forms() {
        // Compares the complete policy.
        assert_eq!(
            policy(&[]),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
    }

    #[test]
    fn only_the_form_post_page_may_run_a_script() {
        // Searches for script-src in the policy of every kind of page.
        for kind in
            [PageKind::SignInFlow, PageKind::Public, PageKind::UnauthenticatedForm, PageKind::Admin]
        {
            let policy = value(kind, &[], "content-security-policy");
            assert!(!policy.is_some_and(|p| p.contains("script-src")), "{kind:?}");
        }
        let policy = value(PageKind::FormPost, &[], "content-security-policy");
        assert!(policy.is_some_and(|p| p.contains("script-src 'self';")));
    }

    #[test]
    fn form_action_allows_the_web_or_the_scheme_of_the_redirect_uri() {
        // One row per kind of client with the CSP source for its redirect URI.
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
    fn hostile_redirect_uri_does_not_change_the_policy() {
        // Passes URIs that would widen the policy or split the header.
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
    fn coop_is_sent_only_for_pages_that_no_app_opens() {
        // Reads the header of every kind of page; sign-in pages in popups must not have it.
        let name = "cross-origin-opener-policy";
        assert_eq!(value(PageKind::SignInFlow, &[], name), None);
        assert_eq!(value(PageKind::FormPost, &[], name), None);
        for kind in [PageKind::Public, PageKind::UnauthenticatedForm, PageKind::Admin] {
            assert_eq!(value(kind, &[], name).as_deref(), Some("same-origin"));
        }
    }

    #[test]
    fn only_the_unauthenticated_form_page_sends_a_referrer() {
        // Reads the referrer policy of every kind of page; none sends a referrer to other sites.
        let name = "referrer-policy";
        let kinds = [PageKind::SignInFlow, PageKind::FormPost, PageKind::Public, PageKind::Admin];
        for kind in kinds {
            assert_eq!(value(kind, &[], name).as_deref(), Some("no-referrer"), "{kind:?}");
        }
        assert_eq!(value(PageKind::UnauthenticatedForm, &[], name).as_deref(), Some("same-origin"));
    }

    #[test]
    fn form_action_contains_each_source_once() {
        // Passes two URIs with the same source and counts it.
        let policy = policy(&["https://app.test/a", "https://app.test/b"]);
        assert_eq!(policy.matches("https:").count(), 1);
    }
}
