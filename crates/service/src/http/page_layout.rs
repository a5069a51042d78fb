//! The layout of pages: the tenant with its look, and the language switch.

use axum::http::{Method, request::Parts, uri::PathAndQuery};
use catalogue::Language;
use jose::digest;
use model::{Logo, Tenant};
use pages::{LanguageSwitch, Layout, PageTenant};

/// Maximum length of a path that the language switch leads back to, in bytes.
const RETURN_BYTES_MAX: usize = 8 * 1_024;

/// Returns the layout of a tenant's pages, without a language switch.
pub(crate) fn of_tenant(tenant: &Tenant, language: Language) -> Layout {
    let file = |name: String| format!("/{}/branding/{name}", tenant.name);
    let tenant = PageTenant {
        name: tenant.display_name.in_language_or(language.tag(), &tenant.name).to_owned(),
        logo: tenant.branding.logo.as_ref().map(|logo| file(logo_file(logo))),
        stylesheet: tenant.branding.colour.as_deref().map(|colour| file(colour_file(colour))),
        contact: tenant.support.contact.clone(),
    };
    Layout { tenant: Some(tenant), ..Layout::default() }
}

/// Returns the file name of a logo, which contains its digest.
pub(crate) fn logo_file(logo: &Logo) -> String {
    let extension = if logo.media_type == "image/png" { "png" } else { "svg" };
    let digest = digest::base64url(logo.sha256);
    format!("logo-{}.{extension}", digest.get(..16).unwrap_or_default())
}

/// Returns the file name of the style sheet with a colour.
pub(crate) fn colour_file(colour: &str) -> String {
    format!("colour-{}.css", colour.trim_start_matches('#'))
}

/// Returns the switch that leads back to this request. There is none unless a GET can show the page
/// again.
pub(crate) fn language_switch(request: &Parts) -> LanguageSwitch {
    match request.uri.path_and_query().map(PathAndQuery::as_str) {
        Some(path) if request.method == Method::GET && is_return_path(path) => {
            LanguageSwitch::return_to(path)
        }
        _ => LanguageSwitch::default(),
    }
}

/// Returns whether a text is a path of this service. Prevents an open redirect.
pub(crate) fn is_return_path(path: &str) -> bool {
    path.len() <= RETURN_BYTES_MAX
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_path_never_leads_to_another_host() {
        // Paths of this service are accepted; texts that browsers read as another host are not.
        for path in ["/", "/demo/oauth2/v2.0/authorize?x=%2F%2Fy", "/error?q=a&code=1"] {
            assert!(is_return_path(path), "{path}");
        }
        let long = format!("/{}", "x".repeat(RETURN_BYTES_MAX));
        let others =
            ["", "//evil.test", "/\\evil.test", "https://evil.test", "/\t/evil.test", "x", &long];
        for path in others {
            assert!(!is_return_path(path), "{path:?}");
        }
    }
}
