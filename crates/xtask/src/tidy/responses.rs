//! Checks that the HTTP service creates responses in one place, which gives each its security
//! headers.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ExprMethodCall, ExprPath};

use super::Violation;
use super::source::{Kind, Source, is_test_only};

const CRATE: &str = "crates/service/src/";

/// The only file that creates a response.
const FILE: &str = "crates/service/src/http/new_response.rs";

/// The functions of `Response` that create one.
const CONSTRUCTORS: [&str; 5] = ["new", "builder", "default", "from", "from_parts"];

/// Reports every response that another file of the service creates.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let is_checked =
        source.path.starts_with(CRATE) && source.path != FILE && source.kind == Kind::Production;
    let Some(file) = source.syntax().ok().filter(|_| is_checked) else { return Vec::new() };
    let mut created = Created { path: &source.path, violations: Vec::new() };
    for item in file.items.iter().filter(|item| !is_test_only(item)) {
        created.visit_item(item);
    }
    created.violations
}

/// The violations of one file.
struct Created<'a> {
    path: &'a str,
    violations: Vec<Violation>,
}

impl Created<'_> {
    fn add(&mut self, line: usize) {
        let message = "create responses with `new_response::new`, which sets the security headers";
        self.violations.push(Violation::new(self.path, line, message));
    }
}

impl<'ast> Visit<'ast> for Created<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (function, of) = (segments.next().unwrap_or_default(), segments.next());
        if of.as_deref() == Some("Response") && CONSTRUCTORS.contains(&function.as_str()) {
            self.add(path.span().start().line);
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "into_response" {
            self.add(call.method.span().start().line);
        }
        visit::visit_expr_method_call(self, call);
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).iter().map(|one| one.line).collect()
    }

    #[test]
    fn a_response_without_the_common_constructor_is_a_violation() {
        // Creates a response in each way, in the service, then in its constructor and elsewhere.
        let texts = [
            "fn a() -> Response { Response::new(body) }",
            "fn a() { axum::response::Response::builder().status(200); }",
            "fn a() -> Response { Response::default() }",
            "fn a() -> Response { (status, body).into_response() }",
        ];
        for text in texts {
            assert_eq!(lines("crates/service/src/oauth/a.rs", text), [1], "{text}");
            for path in ["service/src/http/new_response.rs", "telemetry/src/health.rs"] {
                assert!(lines(&format!("crates/{path}"), text).is_empty(), "{path}: {text}");
            }
        }
        let text = "fn a() -> Response { new_response::new(Content::Json, body) }";
        assert!(lines("crates/service/src/oauth/a.rs", text).is_empty());
    }
}
