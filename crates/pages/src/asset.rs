//! The embedded style sheet, logo and script, each with a path that contains a content hash.

use std::sync::LazyLock;

/// A file that pages load. It can be cached forever, because its path contains a content hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The bytes of the file.
    pub body: &'static [u8],
}

/// Returns the asset at a path such as `/assets/admit-0123456789abcdef.css`, or `None`.
pub fn asset(path: &str) -> Option<Asset> {
    [&STYLESHEET, &LOGO, &FORM_POST, &PASSKEY]
        .into_iter()
        .find(|file| file.path == path)
        .map(|file| Asset { content_type: file.content_type, body: file.body })
}

/// Returns the path of the style sheet.
pub(crate) fn stylesheet() -> &'static str {
    &STYLESHEET.path
}

/// Returns the path of the logo, which is also the favicon.
pub(crate) fn logo() -> &'static str {
    &LOGO.path
}

/// Returns the path of the script that submits the form post page.
pub(crate) fn form_post() -> &'static str {
    &FORM_POST.path
}

/// Returns the path of the script that asks the browser for a passkey.
pub(crate) fn passkey() -> &'static str {
    &PASSKEY.path
}

struct File {
    path: String,
    content_type: &'static str,
    body: &'static [u8],
}

static STYLESHEET: LazyLock<File> = LazyLock::new(|| {
    file("admit", "css", "text/css; charset=utf-8", include_bytes!("../assets/admit.css"))
});
static LOGO: LazyLock<File> =
    LazyLock::new(|| file("admit", "svg", "image/svg+xml", include_bytes!("../assets/admit.svg")));
static FORM_POST: LazyLock<File> = LazyLock::new(|| {
    let body = include_bytes!("../assets/form-post.js");
    file("form-post", "js", "text/javascript; charset=utf-8", body)
});

static PASSKEY: LazyLock<File> = LazyLock::new(|| {
    let body = include_bytes!("../assets/passkey.js");
    file("passkey", "js", "text/javascript; charset=utf-8", body)
});

fn file(name: &str, kind: &str, content_type: &'static str, body: &'static [u8]) -> File {
    let path = format!("/assets/{name}-{:016x}.{kind}", content_hash(body));
    File { path, content_type, body }
}

/// FNV-1a. Not cryptographic: it only distinguishes versions of the embedded files.
fn content_hash(body: &[u8]) -> u64 {
    body.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_its_path_only() {
        // The three paths return their files; similar paths return nothing.
        let css = asset(stylesheet()).map(|a| (a.content_type, a.body));
        assert_eq!(css, Some((STYLESHEET.content_type, STYLESHEET.body)));
        assert!(asset(logo()).is_some_and(|a| a.body.starts_with(b"<svg")));
        assert!(asset(form_post()).is_some_and(|a| a.content_type.starts_with("text/javascript")));
        for path in ["/assets/admit.css", "/assets/../Cargo.toml", "/assets/", ""] {
            assert_eq!(asset(path), None, "{path}");
        }
    }

    #[test]
    fn content_hash_differs_for_other_content() {
        // Hashes two texts that differ in one byte.
        assert_ne!(content_hash(b"a {}"), content_hash(b"b {}"));
        assert_eq!(content_hash(b""), 0xcbf2_9ce4_8422_2325);
    }
}
