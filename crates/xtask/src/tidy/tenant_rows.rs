//! Checks that rules and endpoints read and change rows through the handle of one tenant.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprField, Ident, Member};

use super::Violation;
use super::source::{Kind, Source, is_test_only};

/// The crates whose code handles requests of one tenant.
const CRATES: [&str; 3] = ["crates/protocol/src/", "crates/signin/src/", "crates/service/src/"];

/// The files and folders that work on the whole installation, or bind a store to a tenant.
const WHOLE_STORE: [&str; 15] = [
    "crates/protocol/src/context.rs",
    "crates/service/src/clock.rs",
    "crates/service/src/continuity.rs",
    "crates/service/src/installation.rs",
    "crates/service/src/jobs.rs",
    "crates/service/src/records/attribution.rs",
    "crates/service/src/records/other_clients.rs",
    "crates/service/src/records/recorder.rs",
    "crates/service/src/records/typed_usernames.rs",
    "crates/service/src/restoration.rs",
    "crates/service/src/sealed_at_rest.rs",
    "crates/service/src/state.rs",
    "crates/service/src/tenant_rows.rs",
    "crates/service/src/tenants",
    "crates/service/src/tickets",
];

/// The traits by which a whole store is reached.
const NAMES: [&str; 3] = ["Store", "Directory", "Ledger"];

/// Reports the uses of a whole store in a file that handles the requests of one tenant.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let is_checked = CRATES.iter().any(|folder| source.path.starts_with(folder))
        && !WHOLE_STORE.iter().any(|path| source.path.starts_with(path))
        && source.kind == Kind::Production;
    let Some(file) = source.syntax().ok().filter(|_| is_checked) else { return Vec::new() };
    let mut uses = Uses { path: &source.path, violations: Vec::new() };
    for item in file.items.iter().filter(|item| !is_test_only(item)) {
        uses.visit_item(item);
    }
    uses.violations
}

/// The violations of one file.
struct Uses<'a> {
    path: &'a str,
    violations: Vec<Violation>,
}

impl Uses<'_> {
    fn add(&mut self, line: usize, name: &str) {
        let message = format!(
            "{name}: use the rows of one tenant (`Service::store_of`), or list the file in \
             tenant_rows.rs if it works on the whole installation"
        );
        self.violations.push(Violation::new(self.path, line, message));
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_ident(&mut self, ident: &'ast Ident) {
        if NAMES.iter().any(|name| ident == name) {
            self.add(ident.span().start().line, &ident.to_string());
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (function, of) = (segments.next(), segments.next().unwrap_or_default());
        if function.as_deref() == Some("new") && of.ends_with("TenantStore") {
            self.add(path.span().start().line, &format!("{of}::new"));
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        if let Member::Named(name) = &field.member
            && name == "store"
            && is_service(&field.base)
        {
            self.add(name.span().start().line, "service.store");
        }
        visit::visit_expr_field(self, field);
    }
}

/// Returns whether an expression is the service by its name.
fn is_service(base: &Expr) -> bool {
    match base {
        Expr::Path(path) => path.path.is_ident("service"),
        Expr::Field(field) => matches!(&field.member, Member::Named(name) if name == "service"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).iter().map(|one| one.line).collect()
    }

    #[test]
    fn a_whole_store_in_code_of_one_tenant_is_a_violation() {
        // Names the store, reaches it through the service, and binds it to an id, in each crate.
        let texts = [
            "use model::Store;",
            "use model::{Fault, Ledger};",
            "fn a(store: &dyn model::Directory) {}",
            "async fn a(service: &Service) { service.store.grant(b, c).await; }",
            "async fn a(incoming: I) { let b = &incoming.service.store; }",
            "fn a(b: B, c: C) { model::TenantStore::new(b, c); }",
            "fn a(b: B, c: C) { SharedTenantStore::new(b, c); }",
        ];
        for text in texts {
            for krate in ["protocol", "signin", "service"] {
                assert_eq!(lines(&format!("crates/{krate}/src/a/b.rs"), text), [1], "{text}");
            }
        }
    }

    #[test]
    fn a_whole_store_of_the_installation_is_no_violation() {
        // Names the store in a listed file, in a test, and in crates that administer all tenants.
        let text = "use model::Store; fn a(s: S) { s.service.store.tenants(); }";
        for path in ["service/src/jobs.rs", "service/src/tickets/a.rs", "admit/src/a.rs"] {
            assert!(lines(&format!("crates/{path}"), text).is_empty(), "{path}");
        }
        let text = "#[cfg(test)] mod tests { use model::Store; }";
        assert!(lines("crates/protocol/src/a.rs", text).is_empty());
        let text = "fn a(s: S) { s.service.store_of(tenant).clients(); metrics.store(1); }";
        assert!(lines("crates/service/src/a.rs", text).is_empty());
    }
}
