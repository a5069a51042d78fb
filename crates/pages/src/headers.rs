//! The security headers of pages: framing, caching, MIME sniffing, content security policy.

/// The kind of a page, which selects its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// A page of a sign-in flow, whose form may lead to the client: sign-in, stay signed in,
    /// account choice, consent.
    SignInFlow,
    /// A page of a sign-in flow that can ask the browser for a passkey, by a script.
    SignInFlowWithPasskey,
    /// The page that posts an authorization response to the client.
    FormPost,
    /// An error page, also in the popup window of an app.
    Error,
    /// A page about a sign-in flow that has ended or not begun, also in the popup window of an app.
    FlowStatus,
    /// A public page without a form that changes anything: error numbers, unknown addresses.
    Public,
    /// A page with a form that needs no cookie. The browser sends the origin with the form, so that
    /// the service can refuse cross-site requests (CSRF).
    UnauthenticatedForm,
    /// An administration page.
    Admin,
    /// An account page of a user.
    Account,
    /// The account page that adds a passkey, by a script.
    AccountWithPasskey,
    /// The HTML of a mail, in the mailbox of a service for development.
    Mail,
}

/// Returns the headers of a page, including `Content-Type`, as (lower-case name, value).
pub fn headers(kind: PageKind) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", content_security_policy(kind)),
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
    let is_opened_by_apps = !matches!(
        kind,
        PageKind::Public
            | PageKind::UnauthenticatedForm
            | PageKind::Admin
            | PageKind::Account
            | PageKind::AccountWithPasskey
            | PageKind::Mail
    );
    if !is_opened_by_apps {
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
     microphone=(), payment=(), usb=(), publickey-credentials-create=(self), \
     publickey-credentials-get=(self)";

/// Returns the policy of the page after a sign-out, which loads pages of these origins in frames.
pub fn policy_with_frames<'a>(origins: impl IntoIterator<Item = &'a str>) -> String {
    let policy = content_security_policy(PageKind::FlowStatus);
    let origins: Vec<&str> = origins.into_iter().collect();
    if origins.is_empty() { policy } else { format!("{policy}; frame-src {}", origins.join(" ")) }
}

/// The policy of a mail: its styles are in its tags and its image in its address. It runs and loads
/// nothing, and has an origin of its own.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     sandbox allow-top-navigation-by-user-activation";

fn content_security_policy(kind: PageKind) -> String {
    if kind == PageKind::Mail {
        return MAIL_POLICY.to_owned();
    }
    let has_script = matches!(
        kind,
        PageKind::FormPost | PageKind::SignInFlowWithPasskey | PageKind::AccountWithPasskey
    );
    let script = if has_script { "; script-src 'self'" } else { "" };
    // Chromium applies `form-action` to every redirect after a form: to the client, and from there
    // to wherever the client redirects next, which may be another origin, scheme or loopback port.
    // A policy cannot list those, and it would silently block the sign-in.
    let leads_to_client =
        matches!(kind, PageKind::SignInFlow | PageKind::SignInFlowWithPasskey | PageKind::FormPost);
    let form_action = if leads_to_client { "" } else { "; form-action 'self'" };
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{script}{form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [PageKind; 11] = [
        PageKind::SignInFlow,
        PageKind::FormPost,
        PageKind::Error,
        PageKind::FlowStatus,
        PageKind::Public,
        PageKind::UnauthenticatedForm,
        PageKind::Admin,
        PageKind::Account,
        PageKind::AccountWithPasskey,
        PageKind::SignInFlowWithPasskey,
        PageKind::Mail,
    ];

    fn value(kind: PageKind, name: &str) -> Option<String> {
        headers(kind).into_iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    #[test]
    fn sign_in_flow_page_allows_only_own_styles_and_images() {
        // Compares the complete policy.
        assert_eq!(
            value(PageKind::SignInFlow, "content-security-policy").unwrap_or_default(),
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
    }

    #[test]
    fn form_action_is_absent_only_where_a_form_leads_to_the_client() {
        // Reads the directive of every kind of page: none or exactly the own origin. The HTML of a
        // mail may send no form at all.
        for kind in ALL {
            let policy = value(kind, "content-security-policy").unwrap_or_default();
            let leads_to_client = matches!(
                kind,
                PageKind::SignInFlow | PageKind::SignInFlowWithPasskey | PageKind::FormPost
            );
            assert_eq!(policy.contains("form-action"), !leads_to_client, "{kind:?}");
            let targets = if kind == PageKind::Mail { "'none'" } else { "'self'" };
            let directive = format!("; form-action {targets};");
            assert_eq!(policy.contains(&directive), !leads_to_client, "{kind:?}");
        }
    }

    #[test]
    fn a_page_without_form_action_forbids_base_and_foreign_scripts() {
        // Reads the policy of the pages without `form-action`: what else stops an injected form.
        for kind in [PageKind::SignInFlow, PageKind::FormPost] {
            let policy = value(kind, "content-security-policy").unwrap_or_default();
            assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
            assert!(policy.contains("base-uri 'none'; frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("unsafe") && !policy.contains("https:"), "{policy}");
        }
    }

    #[test]
    fn page_after_a_sign_out_frames_the_named_origins_only() {
        // Compares the policy with that of the kind of page, without frames and with two.
        let plain = value(PageKind::FlowStatus, "content-security-policy").unwrap_or_default();
        assert_eq!(policy_with_frames([]), plain);
        let framed = policy_with_frames(["https://a.test", "http://localhost:3000"]);
        assert_eq!(framed, format!("{plain}; frame-src https://a.test http://localhost:3000"));
    }

    #[test]
    fn only_pages_that_need_a_script_may_run_one_of_this_origin() {
        // Searches for script-src in the policy of every kind of page.
        let with_script =
            [PageKind::FormPost, PageKind::SignInFlowWithPasskey, PageKind::AccountWithPasskey];
        for kind in ALL {
            let policy = value(kind, "content-security-policy").unwrap_or_default();
            let expected = with_script.contains(&kind);
            assert_eq!(policy.contains("; script-src 'self';"), expected, "{kind:?}");
            assert_eq!(policy.contains("script-src"), expected, "{kind:?}");
        }
    }

    #[test]
    fn coop_is_sent_only_for_pages_that_no_app_opens() {
        // Reads the header of every kind of page; sign-in pages in popups must not have it.
        let name = "cross-origin-opener-policy";
        let in_popups =
            [PageKind::SignInFlow, PageKind::FormPost, PageKind::Error, PageKind::FlowStatus];
        for kind in in_popups {
            assert_eq!(value(kind, name), None);
        }
        for kind in [PageKind::Public, PageKind::UnauthenticatedForm, PageKind::Admin] {
            assert_eq!(value(kind, name).as_deref(), Some("same-origin"));
        }
    }

    #[test]
    fn only_the_unauthenticated_form_page_sends_a_referrer() {
        // Reads the referrer policy of every kind of page; none sends a referrer to other sites.
        let name = "referrer-policy";
        for kind in ALL.into_iter().filter(|kind| *kind != PageKind::UnauthenticatedForm) {
            assert_eq!(value(kind, name).as_deref(), Some("no-referrer"), "{kind:?}");
        }
        assert_eq!(value(PageKind::UnauthenticatedForm, name).as_deref(), Some("same-origin"));
    }
}
