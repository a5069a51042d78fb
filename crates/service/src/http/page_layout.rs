//! The layout of pages: the tenant with its look, the language switch, and times.

use axum::http::{request::Parts, uri::PathAndQuery};
use catalogue::{Language, Refusal};
use jose::digest;
use model::{Logo, Tenant, TimeZone, Timestamp};
use pages::{FormError, LanguageSwitch, Layout, PageTenant, PageTime};

use uuid::Uuid;

use crate::http::{report_token, request_context::RequestContext};

/// Maximum length of a path that the language switch leads back to, in bytes.
const RETURN_BYTES_MAX: usize = 8 * 1_024;

/// Returns the part of the layout that a tenant's pages share.
pub(crate) fn page_tenant(tenant: &Tenant, language: Language) -> PageTenant {
    let file = |name: String| format!("/{}/branding/{name}", tenant.name);
    PageTenant {
        name: tenant.display_name.in_language_or(language.tag(), &tenant.name).to_owned(),
        logo: tenant.branding.logo.as_ref().map(|logo| file(logo_file(logo))),
        stylesheet: tenant.branding.colour.as_deref().map(|colour| file(colour_file(colour))),
        contact: tenant.support.contact.clone(),
    }
}

/// Returns the layout of a tenant's page that a GET on the path of this request shows again.
pub(crate) fn of_tenant(tenant: &Tenant, language: Language, request: &Parts) -> Layout {
    let language_switch = language_switch(request);
    Layout { tenant: Some(page_tenant(tenant, language)), language_switch }
}

/// Returns a time for pages, in a time zone.
pub(crate) fn page_time(at: Timestamp, zone: &TimeZone) -> PageTime {
    PageTime {
        text: zone.format(at),
        utc: model::format_utc(at),
        datetime: model::format_rfc3339_seconds(at),
    }
}

/// Returns the time zone of a tenant's pages for users; UTC without a tenant.
pub(crate) fn zone(tenant: Option<&Tenant>) -> TimeZone {
    TimeZone::named(tenant.and_then(|tenant| tenant.time_zone.as_deref()))
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

/// Returns the switch that leads back to this request, without its query if that is too long.
pub(crate) fn language_switch(request: &Parts) -> LanguageSwitch {
    let path = request.uri.path_and_query().map(PathAndQuery::as_str);
    let mut paths = [path, Some(request.uri.path())].into_iter().flatten();
    LanguageSwitch::return_to(paths.find(|path| is_return_path(path)).unwrap_or("/"))
}

/// Returns the switch of an error page. A GET on the path of the request shows the error again, and
/// one on the address of a sign-in form leads to its flow. Any other request cannot be repeated:
/// the switch leads to the page about the error number.
pub(super) fn language_switch_of_error(
    context: &RequestContext,
    refusal: &Refusal,
) -> LanguageSwitch {
    let path = context.return_path().filter(|path| is_return_path(path));
    LanguageSwitch::return_to(path.map_or_else(
        || {
            let page = format!("/error?code={}", refusal.number());
            let token =
                (!context.is_report()).then(|| report_token::create(context, Some(refusal)));
            match token.flatten() {
                Some(token) => format!("{page}&report_token={token}"),
                None => page,
            }
        },
        str::to_owned,
    ))
}

/// Returns whether a text is a path of this service. Prevents an open redirect.
pub(crate) fn is_return_path(path: &str) -> bool {
    path.len() <= RETURN_BYTES_MAX
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// Returns the message above a form that was refused, with the ids of that request.
pub(crate) fn form_error(refusal: &Refusal, trace_id: Uuid, language: Language) -> FormError {
    let advice = first_step(&refusal.remedy(language));
    let text = format!("{} {advice}", refusal.description(language));
    FormError::new(refusal.title(language), text).with_ids(refusal, trace_id.to_string())
}

/// Returns the first step of a remedy, without its role prefix such as `User: `.
fn first_step(remedy: &str) -> String {
    let first = remedy.lines().next().unwrap_or_default();
    let step = first.split_once(": ").map_or(first, |(_, step)| step);
    let mut letters = step.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
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
