//! The host to which the browser goes after a sign-in, as pages show it.

/// Returns the host of a redirect URI, or the scheme of a native app's private-use URI.
pub(super) fn host(uri: &str) -> &str {
    let (scheme, rest) = uri.split_once(':').unwrap_or((uri, ""));
    match rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default()) {
        Some(host) if matches!(scheme, "http" | "https") => host,
        _ => scheme,
    }
}
