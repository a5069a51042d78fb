//! Checks the top-level modules of the HTTP service: each is an area or shared, and only the router
//! imports areas.

use std::collections::BTreeMap;

use syn::Item;
use syn::spanned::Spanned;

use super::Violation;
use super::module_graph::Reference;
use super::source::{Source, is_test_only};

const CRATE: &str = "crates/service";

/// Folders that each serve one group of users.
const AREAS: [&str; 9] = [
    "oauth",
    "sign_in",
    "sign_out",
    "account",
    "admin",
    "admin_api",
    "federation",
    "support",
    "dev",
];

/// Modules that every area may import, and the router.
const SHARED: [&str; 27] = [
    "announced_change",
    "authenticators",
    "breached_passwords",
    "clock",
    "continuity",
    "development",
    "http",
    "installation",
    "invitations",
    "jobs",
    "limits",
    "logout",
    "metrics",
    "new_password",
    "nodes",
    "own_sign_in",
    "records",
    "restoration",
    "sealed_at_rest",
    ROUTER,
    "settings",
    "state",
    "system",
    "tenant_rows",
    "tenants",
    "tickets",
    "user_mail",
];

/// The module whose table of routes names every area.
const ROUTER: &str = "router";

/// Reports every reference to an area from outside of it, except those of the router.
pub(super) fn check(references: &[Reference]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for reference in references.iter().filter(|reference| reference.krate == CRATE) {
        let from = reference.from.first().map_or("lib", String::as_str);
        let Some(to) = reference.to.first().filter(|name| AREAS.contains(&name.as_str())) else {
            continue;
        };
        if from != to && from != ROUTER {
            let message = format!(
                "{from} must not import the area {to} ({}): move what both need to \
                 http, tenants, records or tickets",
                reference.to.join("::")
            );
            violations.push(Violation::new(&reference.file, reference.line, message));
        }
    }
    violations
}

/// Reports every top-level module that is neither an area nor shared, and every item of the root
/// file other than a module and a `use`: shared code there would escape the rule.
pub(super) fn check_modules(sources: &[Source]) -> Vec<Violation> {
    let mut unlisted = BTreeMap::new();
    let mut violations = Vec::new();
    for source in sources {
        let relative = source.path.strip_prefix(CRATE).and_then(|path| path.strip_prefix("/src/"));
        let Some(relative) = relative else { continue };
        let name = relative.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if relative == "lib.rs" {
            violations.extend(check_root(source));
        } else if !AREAS.contains(&name) && !SHARED.contains(&name) {
            unlisted.entry(name).or_insert(&source.path);
        }
    }
    violations.extend(unlisted.into_iter().map(|(name, path)| {
        let message = format!("{name}: say in areas.rs whether it is an area or shared");
        Violation::new(path, 1, message)
    }));
    violations
}

fn check_root(source: &Source) -> Vec<Violation> {
    let items = source.syntax().map(|file| file.items.as_slice()).unwrap_or_default();
    let is_declaration = |item: &Item| match item {
        Item::Mod(module) => module.content.is_none(),
        Item::Use(_) => true,
        _ => false,
    };
    let defined = items.iter().filter(|item| !is_declaration(item) && !is_test_only(item));
    let message = "lib.rs only declares and re-exports modules: move the item to a module";
    defined.map(|item| Violation::new(&source.path, item.span().start().line, message)).collect()
}

#[cfg(test)]
mod tests {
    use super::{check, check_modules};
    use crate::tidy::module_graph::references;
    use crate::tidy::source::Source;

    fn violations(krate: &str, path: &str, text: &str) -> Vec<String> {
        let root = "mod admin; mod oauth; mod http; mod router; pub use admin::*;";
        let root = if path == "lib.rs" { "" } else { root };
        let files = [
            ("lib.rs", root),
            ("admin.rs", "mod session; pub use session::Session; pub fn f() {}"),
            ("admin/session.rs", "pub struct Session;"),
            ("oauth.rs", "mod token; pub fn f() {}"),
            ("http.rs", "pub fn f() {}"),
            (path, text),
        ];
        let files = files.map(|(path, text)| Source::new(format!("{krate}/src/{path}"), text));
        let found = check(&references(&files)).into_iter().filter(|one| one.file.ends_with(path));
        found.map(|one| one.to_string()).collect()
    }

    #[test]
    fn an_area_that_imports_another_is_a_violation() {
        // Imports an area in each way: in groups, through re-exports, in macros and in attributes.
        let texts = [
            "use crate::admin::session::Session;",
            "use super::super::admin::f;",
            "fn g() { crate::admin::f() }",
            "use crate::{admin::{session::{Session}}};",
            "use crate as root; fn g() { root::admin::f() }",
            "use crate::Session;",
            "use crate::*; fn g() { admin::f() }",
            "use crate::*; fn g(session: Session) {}",
            "mod inner { use crate::admin::f; }",
            "macro_rules! g { () => { use $crate::{admin::f}; } }",
            "#[derive(Deserialize)] struct A { #[serde(with = \"crate::admin::f\")] b: u8 }",
        ];
        for text in texts {
            let found = violations("crates/service", "oauth/token.rs", text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].starts_with("crates/service/src/oauth/token.rs:1: "), "{}", found[0]);
        }
    }

    #[test]
    fn a_shared_module_that_imports_an_area_is_a_violation() {
        // Imports an area from each shared module, and from the root of the crate.
        let shared = ["http", "tenants", "records", "tickets", "state", "jobs", "settings"];
        for name in shared.into_iter().chain(["lib", "http/response"]) {
            for text in ["use crate::admin::f;", "pub use crate::admin::*;"] {
                let found = violations("crates/service", &format!("{name}.rs"), text);
                assert_eq!(found.len(), 1, "{name}: {text}");
            }
        }
        assert_eq!(violations("crates/service", "lib.rs", "pub use admin::*;").len(), 1);
    }

    #[test]
    fn the_router_and_other_crates_may_import_areas() {
        // Imports a shared module from an area, areas from the router, and areas of another crate.
        let token = "oauth/token.rs";
        assert!(violations("crates/service", token, "use crate::http::f;").is_empty());
        assert!(violations("crates/service", token, "use super::f;").is_empty());
        let router = "use crate::admin; fn f() { crate::oauth::f() }";
        assert!(violations("crates/service", "router.rs", router).is_empty());
        assert!(violations("crates/pages", token, "use crate::admin::f;").is_empty());
    }

    fn module_violations(path: &str, text: &str) -> Vec<String> {
        let found = check_modules(&[Source::new(path, text)]);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_unlisted_module_is_a_violation() {
        // Adds a file and a folder that are not listed, then listed ones, then another crate's.
        for path in ["extra.rs", "extra/file.rs"] {
            let path = format!("crates/service/src/{path}");
            let message =
                format!("{path}:1: extra: say in areas.rs whether it is an area or shared");
            assert_eq!(module_violations(&path, "struct A;"), [message]);
        }
        for path in ["service/src/http/a.rs", "service/src/oauth.rs", "pages/src/extra.rs"] {
            assert!(module_violations(&format!("crates/{path}"), "struct A;").is_empty(), "{path}");
        }
    }

    #[test]
    fn an_item_definition_in_the_root_file_is_a_violation() {
        // Defines an item of each kind, then only declares, re-exports and tests modules.
        let path = "crates/service/src/lib.rs";
        for item in ["struct A;", "enum A {}", "fn a() {}", "impl A {}", "mod a { fn b() {} }"] {
            let found = module_violations(path, &format!("mod c;\n{item}"));
            assert_eq!(found.len(), 1, "{item}");
            assert!(found[0].starts_with("crates/service/src/lib.rs:2: "), "{}", found[0]);
        }
        let root = "mod a; pub mod b; pub use a::C; #[cfg(test)] mod tests { fn d() {} }";
        assert!(module_violations(path, root).is_empty());
    }
}
