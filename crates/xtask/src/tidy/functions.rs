//! Limits the lines, the arguments and the nesting of functions.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ImplItemFn, Item, ItemFn, Signature, TraitItemFn};

use super::Violation;
use super::source::{Kind, Source, is_test_only};

const LINES_MAX: usize = 60;
const ARGUMENTS_MAX: usize = 5;
const NESTING_MAX: usize = 4;

/// Measures every function of a production file.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    if source.kind != Kind::Production {
        return Vec::new();
    }
    let file = match source.syntax() {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().start().line;
            return vec![Violation::new(&source.path, line, error.to_string())];
        }
    };
    let mut functions = Functions { path: &source.path, violations: Vec::new() };
    functions.visit_file(file);
    functions.violations
}

/// The measured functions of one file.
struct Functions<'a> {
    path: &'a str,
    violations: Vec<Violation>,
}

impl Functions<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block, whole: Span) {
        let name = &signature.ident;
        let first = signature.span().start().line;
        let lines = whole.end().line + 1 - first;
        if lines > LINES_MAX {
            self.report(first, format!("{name} has {lines} lines; at most {LINES_MAX}"));
        }
        let arguments = signature.inputs.len();
        if arguments > ARGUMENTS_MAX {
            self.report(
                first,
                format!("{name} has {arguments} arguments; at most {ARGUMENTS_MAX}"),
            );
        }
        let mut nesting = Nesting::default();
        nesting.visit_block(body);
        if nesting.deepest > NESTING_MAX {
            let deepest = nesting.deepest;
            self.report(first, format!("{name} nests {deepest} deep; at most {NESTING_MAX}"));
        }
    }

    fn report(&mut self, line: usize, message: String) {
        self.violations.push(Violation::new(self.path, line, message));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.measure(&function.sig, &function.block, function.span());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.measure(&function.sig, &function.block, function.span());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.measure(&function.sig, body, function.span());
        }
        visit::visit_trait_item_fn(self, function);
    }
}

/// The depth of blocks within blocks.
#[derive(Default)]
struct Nesting {
    depth: usize,
    deepest: usize,
}

impl Nesting {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        visit(self);
        self.depth -= 1;
    }

    /// Counts an `else if` at the level of its `if`.
    fn visit_if(&mut self, expression: &syn::ExprIf) {
        self.visit_expr(&expression.cond);
        self.within(|nesting| nesting.visit_block(&expression.then_branch));
        match expression.else_branch.as_ref().map(|(_, branch)| &**branch) {
            Some(Expr::If(next)) => self.visit_if(next),
            Some(other) => self.within(|nesting| visit::visit_expr(nesting, other)),
            None => {}
        }
    }
}

impl<'ast> Visit<'ast> for Nesting {
    fn visit_expr(&mut self, expression: &'ast Expr) {
        let block_closure =
            matches!(expression, Expr::Closure(closure) if matches!(*closure.body, Expr::Block(_)));
        match expression {
            Expr::If(expression) => self.visit_if(expression),
            Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.within(|nesting| visit::visit_expr(nesting, expression));
            }
            _ if block_closure => self.within(|nesting| visit::visit_expr(nesting, expression)),
            _ => visit::visit_expr(self, expression),
        }
    }

    /// Skips functions within a function, which are measured on their own.
    fn visit_item(&mut self, _item: &'ast Item) {}
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn messages(text: &str) -> Vec<String> {
        let violations = check(&Source::new("crates/a/src/b.rs", text));
        violations.into_iter().map(|violation| violation.to_string()).collect()
    }

    #[test]
    fn a_function_above_60_lines_is_a_violation() {
        // Writes functions of 60 and of 61 lines.
        let function =
            |lines: usize| format!("fn long() {{\n{}}}\n", "call();\n".repeat(lines - 2));
        assert!(messages(&function(60)).is_empty());
        assert_eq!(messages(&function(61)), ["crates/a/src/b.rs:1: long has 61 lines; at most 60"]);
    }

    #[test]
    fn a_function_above_5_arguments_is_a_violation() {
        // Gives five and six arguments, the receiver among them.
        assert!(messages("fn five(a: A, b: B, c: C, d: D, e: E) {}").is_empty());
        let method = "impl X { fn six(&self, b: B, c: C, d: D, e: E, f: F) {} }";
        assert_eq!(messages(method), ["crates/a/src/b.rs:1: six has 6 arguments; at most 5"]);
    }

    #[test]
    fn a_function_above_4_nested_blocks_is_a_violation() {
        // Nests four and five blocks; a chain of else-if counts once.
        let four = "fn deep() { if a { for b in c { match d { _ => loop { e(); } } } } }";
        assert!(messages(four).is_empty());
        let five = "fn deep() { if a { for b in c { match d { _ => loop { while e {} } } } } }";
        assert_eq!(messages(five), ["crates/a/src/b.rs:1: deep nests 5 deep; at most 4"]);
        let chain = "fn flat() { if a {} else if b {} else if c {} else if d {} else if e {} }";
        assert!(messages(chain).is_empty());
    }

    #[test]
    fn test_modules_are_not_measured() {
        // Hides a wide function in a test module.
        let text = "#[cfg(test)] mod tests { fn wide(a: A, b: B, c: C, d: D, e: E, f: F) {} }";
        assert!(messages(text).is_empty());
    }

    #[test]
    fn a_file_that_does_not_parse_is_a_violation() {
        // Leaves a brace open.
        assert_eq!(messages("fn open() {").len(), 1);
    }
}
