//! Starts the sign-in of an administrator.

use axum::response::Response;
use model::{Fault, is_tenant_path_segment};

use super::{access::AccessDenied, error_page};
use crate::{
    http::{incoming::IncomingRequest, response},
    own_sign_in::{
        session::LIFETIME,
        start::{SignInStart, has_dot_segment, start_sign_in},
    },
    tenants::built_in_client::BuiltInClient,
};

/// The first administration page, the default target after the sign-in.
pub(super) const HOME: &str = "/admin/requests";
/// Maximum length of the path to return to after the sign-in, in bytes.
const NEXT_BYTES_MAX: usize = 1_024;

/// Responds to a request without administrator: redirects to the sign-in, or explains that the user
/// is not an administrator.
pub(super) fn sign_in_or_forbidden(incoming: &IncomingRequest, denied: AccessDenied) -> Response {
    let language = incoming.context.language();
    let response = match denied {
        AccessDenied::NotAdministrator(tenant, refusal) => {
            let again = format!("/admin?tenant={}&other=1", tenant.row.name);
            let error = refusal.into();
            return error_page::render_for_tenant(incoming, &tenant, language, &error, &again);
        }
        AccessDenied::SignedOut(cookie_tenant) => {
            let path = incoming.parts().uri.path_and_query().map_or(HOME, |path| path.as_str());
            let query = incoming.query().unwrap_or_default();
            let tenant =
                query.get("tenant").filter(|name| is_tenant_path_segment(name)).map(str::to_owned);
            match tenant.or(cookie_tenant) {
                Some(tenant) => start(incoming, &tenant, return_path(path), false),
                None => response::redirect(&format!("/admin?next={}", encode(&return_path(path)))),
            }
        }
    };
    response.unwrap_or_else(|fault| error_page::render(incoming, language, &fault.into()))
}

/// Redirects the browser to the tenant's authorization endpoint. With `other`, the user chooses an
/// account there.
pub(super) fn start(
    incoming: &IncomingRequest,
    tenant: &str,
    next: String,
    other: bool,
) -> Result<Response, Fault> {
    let (pages, max_age) = (BuiltInClient::Administration, LIFETIME);
    start_sign_in(incoming, SignInStart { pages, tenant, next, other, max_age, two_factors: false })
}

/// Returns the path to open after the sign-in: `requested` if it is a page below `/admin`, else the
/// first page. Prevents an open redirect.
pub(super) fn return_path(requested: &str) -> String {
    let path = requested.split(['?', '#']).next().unwrap_or_default();
    let is_page = requested.starts_with("/admin/")
        && !has_dot_segment(path)
        && !requested.starts_with("/admin/sign")
        && requested.len() <= NEXT_BYTES_MAX
        && requested.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_page { requested.to_owned() } else { HOME.to_owned() }
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_path_is_a_page_below_admin_or_the_first_page() {
        // Paths of administration pages pass unchanged; every other one becomes the first page.
        for path in ["/admin/requests?number=50011", "/admin/tickets/T-1?x=%2F..", "/admin/a..b"] {
            assert_eq!(return_path(path), path);
        }
        let long = format!("/admin/{}", "x".repeat(NEXT_BYTES_MAX));
        let others = [
            "",
            "//evil.test",
            "https://evil.test/admin/",
            "/admin/\\evil.test",
            "/admin/\r\nset-cookie:x",
            "/admin/../../x",
            "/admin/..",
            "/admin/%2e%2E/x",
            "/admin/.%2e/x",
            "/admin/./sign-out",
            "/admin/requests/%2e%2e%2fsign-out",
            "/admin/sign-out",
            "/admin/signed-in?code=x",
            "/demo/oauth2/v2.0/authorize",
            &long,
        ];
        for path in others {
            assert_eq!(return_path(path), HOME, "{path:?}");
        }
    }
}
