//! The style sheet, the mark and the one script, embedded and named by their content.

use std::sync::LazyLock;

/// A file that pages load, fit to be cached for ever under its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The `Content-Type` to send.
    pub content_type: &'static str,
    /// The `Cache-Control` to send: another content has another name.
    pub cache_control: &'static str,
    /// The bytes of the file.
    pub body: &'static [u8],
}

/// The asset at an absolute path such as `/assets/admit-0123456789abcdef.css`, if there is one.
pub fn asset(path: &str) -> Option<Asset> {
    [&STYLESHEET, &MARK, &FORM_POST].into_iter().find(|file| file.path == path).map(|file| Asset {
        content_type: file.content_type,
        cache_control: "public, max-age=31536000, immutable",
        body: file.body,
    })
}

/// The path of the style sheet.
pub(crate) fn stylesheet() -> &'static str {
    &STYLESHEET.path
}

/// The path of the mark, also the icon of the browser's tab.
pub(crate) fn mark() -> &'static str {
    &MARK.path
}

/// The path of the script that submits the form post page.
pub(crate) fn form_post() -> &'static str {
    &FORM_POST.path
}

struct File {
    path: String,
    content_type: &'static str,
    body: &'static [u8],
}

static STYLESHEET: LazyLock<File> = LazyLock::new(|| {
    file("admit", "css", "text/css; charset=utf-8", include_bytes!("../assets/admit.css"))
});
static MARK: LazyLock<File> =
    LazyLock::new(|| file("admit", "svg", "image/svg+xml", include_bytes!("../assets/admit.svg")));
static FORM_POST: LazyLock<File> = LazyLock::new(|| {
    let body = include_bytes!("../assets/form-post.js");
    file("form-post", "js", "text/javascript; charset=utf-8", body)
});

fn file(name: &str, kind: &str, content_type: &'static str, body: &'static [u8]) -> File {
    let path = format!("/assets/{name}-{:016x}.{kind}", fingerprint(body));
    File { path, content_type, body }
}

/// FNV-1a: it tells versions of our own files apart and guards nothing.
fn fingerprint(body: &[u8]) -> u64 {
    body.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_its_name_and_by_no_other() {
        // Proof: the three paths give their own bodies; neighbours of them give nothing.
        let css = asset(stylesheet()).map(|a| (a.content_type, a.body));
        assert_eq!(css, Some((STYLESHEET.content_type, STYLESHEET.body)));
        assert!(asset(mark()).is_some_and(|a| a.body.starts_with(b"<svg")));
        assert!(asset(form_post()).is_some_and(|a| a.content_type.starts_with("text/javascript")));
        for path in ["/assets/admit.css", "/assets/../Cargo.toml", "/assets/", ""] {
            assert_eq!(asset(path), None, "{path}");
        }
    }

    #[test]
    fn another_content_has_another_name() {
        // Proof: one byte changed, one fingerprint changed.
        assert_ne!(fingerprint(b"a {}"), fingerprint(b"b {}"));
        assert_eq!(fingerprint(b""), 0xcbf2_9ce4_8422_2325);
    }
}
