//! The one environment of all templates: everything escaped, nothing undefined, no foreign links.

use std::sync::LazyLock;

use catalogue::Language;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, context};
use serde::Serialize;

use crate::asset;

/// A page's HTML. Every page is rendered by a test in every language, so the plain page that stands
/// in for a failed template is never seen; it is here because rendering must not end in a panic.
pub(crate) fn render(name: &str, language: Language, page: &impl Serialize) -> String {
    try_render(name, language, page).unwrap_or_else(|_| BROKEN.to_owned())
}

/// As [`render`], with the failure of the template.
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

const BROKEN: &str = "<!doctype html><html lang=\"en\"><title>Admit</title>\
     <p>This page could not be shown.</p></html>";

pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("layout", include_str!("layout/layout.html")),
    ("request_rows", include_str!("layout/request_rows.html")),
    ("account", include_str!("layout/account.html")),
    ("admin", include_str!("layout/admin.html")),
    ("admin_refusals", include_str!("admin_refusals/page.html")),
    ("admin_request", include_str!("admin_request/page.html")),
    ("admin_requests", include_str!("admin_requests/page.html")),
    ("admin_ticket", include_str!("admin_ticket/page.html")),
    ("admin_tickets", include_str!("admin_tickets/page.html")),
    ("admin_sign_in", include_str!("admin_sign_in/page.html")),
    ("choose_account", include_str!("choose_account/page.html")),
    ("consent", include_str!("consent/page.html")),
    ("error", include_str!("error/page.html")),
    ("error_index", include_str!("error_index/page.html")),
    ("form_post", include_str!("form_post/page.html")),
    ("lookup", include_str!("lookup/page.html")),
    ("not_found", include_str!("not_found/page.html")),
    ("report", include_str!("report/page.html")),
    ("reported", include_str!("reported/page.html")),
    ("sign_in", include_str!("sign_in/page.html")),
    ("stay_signed_in", include_str!("stay_signed_in/page.html")),
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
    environment.add_filter("initial", initial);
    environment.add_global("stylesheet", address(asset::stylesheet()));
    environment.add_global("mark", address(asset::mark()));
    environment.add_global("form_post", address(asset::form_post()));
    for (name, source) in TEMPLATES.iter().copied() {
        // A template that does not parse is missing, which the test of all pages reports.
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

/// The address of an asset: ours, so that it may stand in the page without escapes.
fn address(path: &str) -> Value {
    Value::from_safe_string(path.to_owned())
}

/// The address if a person may be sent there: http, https or a path of ours; else nothing.
fn link(url: &str) -> String {
    let web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    let ours = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    // Browsers drop tabs and line ends from addresses, which turns `/<tab>/host` into `//host`.
    let clean = !url.contains(|c: char| c.is_ascii_control());
    if clean && (web || ours) { url.to_owned() } else { String::new() }
}

/// What stands in a person's round: the first letter of the name.
fn initial(name: &str) -> String {
    name.chars()
        .find(|c| c.is_alphanumeric())
        .map_or("·".to_owned(), |c| c.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_and_paths_of_ours_become_links() {
        // Proof: both lists through the filter; the second must come out empty.
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
    fn a_person_without_a_letter_gets_a_dot() {
        // Proof: an empty name, a sign, a letter that grows when it is a capital.
        assert_eq!(initial(""), "·");
        assert_eq!(initial("!rina"), "R");
        assert_eq!(initial("ßen"), "SS");
    }
}
