//! The environment of all templates: auto-escaping, strict about undefined values, safe links.

use std::sync::LazyLock;

use catalogue::Language;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, context};
use serde::Serialize;

use crate::asset;

/// Renders a page. A template error gives the fallback page instead of a panic. It does not occur:
/// a test renders every page in every language.
pub(crate) fn render(name: &str, language: Language, page: &impl Serialize) -> String {
    try_render(name, language, page).unwrap_or_else(|_| FALLBACK_PAGE.to_owned())
}

/// Renders a page like [`render`], but returns the error of the template.
pub(crate) fn try_render(
    name: &str,
    language: Language,
    page: &impl Serialize,
) -> Result<String, Error> {
    let text = move |id: &str, arguments: Kwargs| text(language, id, &arguments);
    ENVIRONMENT.get_template(name)?.render(context! {
        page => Value::from(Serde(page)),
        lang => language.tag(),
        text => Value::from_function(text),
    })
}

const FALLBACK_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Admit</title>\
     <p>This page could not be shown.</p></html>";

pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("layout", include_str!("layout.html")),
    ("help", include_str!("help.html")),
    ("development", include_str!("errors/development.html")),
    ("icon", include_str!("icon.html")),
    ("request_rows", include_str!("admin/request_rows.html")),
    ("account", include_str!("sign_in/account.html")),
    ("account_add_passkey", include_str!("account/add_passkey.html")),
    ("passkey", include_str!("sign_in/passkey.html")),
    ("app_steps", include_str!("account/app_steps.html")),
    ("app_fields", include_str!("account/app_fields.html")),
    ("account_layout", include_str!("account/account_layout.html")),
    ("account_sessions", include_str!("account/sessions.html")),
    ("account_apps", include_str!("account/apps.html")),
    ("account_activity", include_str!("account/activity.html")),
    ("account_data", include_str!("account/data.html")),
    ("account_profile", include_str!("account/profile.html")),
    ("account_email", include_str!("account/email.html")),
    ("account_email_code", include_str!("account/email_code.html")),
    ("account_delete", include_str!("account/delete.html")),
    ("account_deleted", include_str!("account/deleted.html")),
    ("account_reported", include_str!("account/reported.html")),
    ("account_confirm", include_str!("account/confirm.html")),
    ("account_password", include_str!("account/password.html")),
    ("account_overview", include_str!("account/overview.html")),
    ("account_add_app", include_str!("account/add_app.html")),
    ("admin_layout", include_str!("admin/admin_layout.html")),
    ("admin_refusals", include_str!("admin/refusals.html")),
    ("admin_request", include_str!("admin/request.html")),
    ("admin_requests", include_str!("admin/requests.html")),
    ("admin_changes", include_str!("admin/changes.html")),
    ("admin_nodes", include_str!("admin/nodes.html")),
    ("admin_ticket", include_str!("admin/ticket.html")),
    ("admin_tickets", include_str!("admin/tickets.html")),
    ("admin_revoke", include_str!("admin/revoke.html")),
    ("admin_sign_in", include_str!("admin/sign_in.html")),
    ("choose_account", include_str!("sign_in/choose_account.html")),
    ("consent", include_str!("sign_in/consent.html")),
    ("demo_app", include_str!("dev/demo_app.html")),
    ("dev_start", include_str!("dev/start_page.html")),
    ("dev_mailbox", include_str!("dev/mailbox.html")),
    ("user_mail", include_str!("mail/user_mail.html")),
    ("error", include_str!("errors/error_page.html")),
    ("error_index", include_str!("errors/error_index.html")),
    ("flow_status", include_str!("sign_in/flow_status.html")),
    ("form_post", include_str!("sign_in/form_post.html")),
    ("error_detail", include_str!("errors/error_detail.html")),
    ("not_found", include_str!("errors/not_found.html")),
    ("confirm_address", include_str!("support/confirm_address.html")),
    ("report", include_str!("support/report.html")),
    ("report_confirmation", include_str!("support/report_confirmation.html")),
    ("problem", include_str!("sign_in/problem.html")),
    ("recovery_codes", include_str!("sign_in/recovery_codes.html")),
    ("reset_password", include_str!("sign_in/reset_password.html")),
    ("mailed_code", include_str!("sign_in/mailed_code.html")),
    ("reset_code", include_str!("sign_in/reset_code.html")),
    ("reset_link", include_str!("sign_in/reset_link.html")),
    ("new_password", include_str!("sign_in/new_password.html")),
    ("sign_up", include_str!("sign_in/sign_up.html")),
    ("sign_up_code", include_str!("sign_in/sign_up_code.html")),
    ("create_account", include_str!("sign_in/create_account.html")),
    ("accept_terms", include_str!("sign_in/accept_terms.html")),
    ("terms", include_str!("sign_in/terms.html")),
    ("invitation", include_str!("sign_in/invitation.html")),
    ("second_factor", include_str!("sign_in/second_factor.html")),
    ("set_up_authenticator_app", include_str!("sign_in/set_up_authenticator_app.html")),
    ("sign_in", include_str!("sign_in/username_password.html")),
    ("continue_to", include_str!("sign_in/continue_to.html")),
    ("sign_out", include_str!("sign_out/sign_out.html")),
    ("signed_out", include_str!("sign_out/signed_out.html")),
    ("after_access_pass", include_str!("sign_in/after_access_pass.html")),
    ("stay_signed_in", include_str!("sign_in/stay_signed_in.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = environment.syntax().to_builder();
    if let Ok(syntax) = syntax.trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.add_filter("link", link);
    environment.add_filter("contact_link", contact_link);
    environment.add_filter("contact_name", contact_name);
    environment.add_filter("avatar_initial", avatar_initial);
    environment.add_global("languages", languages());
    environment.add_global("stylesheet", safe_path(asset::stylesheet()));
    environment.add_global("logo", safe_path(asset::logo()));
    environment.add_global("passkey_script", safe_path(asset::passkey()));
    environment.add_global("form_post", safe_path(asset::form_post()));
    for (name, source) in TEMPLATES.iter().copied() {
        // A template that does not parse is missing; the test of all pages detects that.
        let _ = environment.add_template(name, source);
    }
    environment
});

fn text(language: Language, id: &str, arguments: &Kwargs) -> Result<String, Error> {
    let names: Vec<&str> = arguments.args().collect();
    let values: Vec<String> =
        names.iter().map(|name| arguments.get::<String>(name)).collect::<Result<_, _>>()?;
    let pairs: Vec<(&str, &str)> =
        names.iter().copied().zip(values.iter().map(String::as_str)).collect();
    Ok(catalogue::text(language, id, &pairs))
}

/// The path of an asset as a trusted value, which is not escaped.
fn safe_path(path: &str) -> Value {
    Value::from_safe_string(path.to_owned())
}

/// Returns the URL if it is http, https or a path of this service, and an empty text otherwise.
fn link(url: &str) -> String {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    let is_path = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    // Browsers remove tabs and line breaks from URLs, which turns `/<tab>/host` into `//host`.
    let is_clean = !url.contains(|c: char| c.is_ascii_control());
    if is_clean && (is_web || is_path) { url.to_owned() } else { String::new() }
}

/// Returns the link to a contact: to an e-mail address or an `https` URL. Empty for anything else.
fn contact_link(contact: &str) -> String {
    let is_address = contact.contains('@') && !contact.contains(['/', ':', '?', '&', '%']);
    let is_clean = !contact.contains(|c: char| c.is_ascii_control() || c.is_whitespace());
    match (is_clean, is_address) {
        (true, true) => format!("mailto:{contact}"),
        (true, false) if contact.starts_with("https://") => contact.to_owned(),
        _ => String::new(),
    }
}

/// Returns a contact as users read it: an address, or the host and path of a URL.
fn contact_name(contact: &str) -> String {
    contact.trim_start_matches("https://").trim_end_matches('/').to_owned()
}

/// Returns every language with its tag and its own name.
fn languages() -> Value {
    let language = |language: Language| {
        let name = catalogue::text(language, "page-language-name", &[]);
        context! { tag => language.tag(), name => name }
    };
    Language::all().map(language).collect()
}

/// Returns the first letter or digit of a name in upper case, for the avatar.
fn avatar_initial(name: &str) -> String {
    name.chars()
        .find(|c| c.is_alphanumeric())
        .map_or("·".to_owned(), |c| c.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_urls_and_own_paths_become_links() {
        // Filters a list of accepted URLs and a list of refused ones.
        for url in ["https://a.test/x", "http://127.0.0.1:80/", "/error?code=1", "HTTPS://A/"] {
            assert_eq!(link(url), url);
        }
        let refused = [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "app:/x",
            "",
        ];
        for url in refused {
            assert_eq!(link(url), "", "{url:?}");
        }
    }

    #[test]
    fn only_an_address_and_an_https_url_become_a_contact_link() {
        // Filters both kinds of contacts, and texts that would lead elsewhere.
        assert_eq!(contact_link("help@acme.test"), "mailto:help@acme.test");
        assert_eq!(contact_link("https://acme.test/help"), "https://acme.test/help");
        assert_eq!(contact_name("https://acme.test/help/"), "acme.test/help");
        for contact in ["javascript:a@b", "http://a.test", "a@b?cc=c@d", "a@b c", "acme.test", ""] {
            assert_eq!(contact_link(contact), "", "{contact:?}");
        }
    }

    #[test]
    fn avatar_initial_of_a_name_without_alphanumerics_is_a_dot() {
        // Passes an empty name, a sign, and a letter whose upper case has two letters.
        assert_eq!(avatar_initial(""), "·");
        assert_eq!(avatar_initial("!rina"), "R");
        assert_eq!(avatar_initial("ßen"), "SS");
    }
}
