//! The size of functions: lines, arguments, and how deep their blocks lie in each other.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, File, ImplItemFn, Item, ItemFn, Signature, TraitItemFn};

use super::Breach;
use super::source::{Kind, Source};

const LINES_MAX: usize = 60;
const ARGUMENTS_MAX: usize = 5;
const NESTING_MAX: usize = 4;

pub(super) fn check(source: &Source) -> Vec<Breach> {
    if source.kind != Kind::Production {
        return Vec::new();
    }
    let file: File = match syn::parse_file(&source.text) {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().start().line;
            return vec![Breach::new(&source.path, line, error.to_string())];
        }
    };
    let mut functions = Functions { path: &source.path, breaches: Vec::new() };
    functions.visit_file(&file);
    functions.breaches
}

struct Functions<'a> {
    path: &'a str,
    breaches: Vec<Breach>,
}

impl Functions<'_> {
    fn measure(&mut self, signature: &Signature, body: &Block, whole: Span) {
        let name = &signature.ident;
        let first = signature.span().start().line;
        let lines = whole.end().line + 1 - first;
        if lines > LINES_MAX {
            self.breach(first, format!("{name} has {lines} lines; at most {LINES_MAX}"));
        }
        let arguments = signature.inputs.len();
        if arguments > ARGUMENTS_MAX {
            self.breach(
                first,
                format!("{name} has {arguments} arguments; at most {ARGUMENTS_MAX}"),
            );
        }
        let mut nesting = Nesting::default();
        nesting.visit_block(body);
        if nesting.deepest > NESTING_MAX {
            let deepest = nesting.deepest;
            self.breach(first, format!("{name} nests {deepest} deep; at most {NESTING_MAX}"));
        }
    }

    fn breach(&mut self, line: usize, message: String) {
        self.breaches.push(Breach::new(self.path, line, message));
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = match item {
            Item::Mod(module) => only_in_tests(&module.attrs),
            Item::Fn(function) => only_in_tests(&function.attrs),
            Item::Impl(block) => only_in_tests(&block.attrs),
            _ => false,
        };
        if !is_test {
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

fn only_in_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

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

    /// An `else if` stands beside its `if`, not within it.
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

    /// A function within a function is measured by itself.
    fn visit_item(&mut self, _item: &'ast Item) {}
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn messages(text: &str) -> Vec<String> {
        let breaches = check(&Source::new("crates/a/src/b.rs", text));
        breaches.into_iter().map(|breach| breach.to_string()).collect()
    }

    #[test]
    fn a_long_function_is_a_breach() {
        // Writes functions of 60 and of 61 lines.
        let function =
            |lines: usize| format!("fn long() {{\n{}}}\n", "call();\n".repeat(lines - 2));
        assert!(messages(&function(60)).is_empty());
        assert_eq!(messages(&function(61)), ["crates/a/src/b.rs:1: long has 61 lines; at most 60"]);
    }

    #[test]
    fn a_wide_function_is_a_breach() {
        // Gives five and six arguments, the receiver among them.
        assert!(messages("fn five(a: A, b: B, c: C, d: D, e: E) {}").is_empty());
        let method = "impl X { fn six(&self, b: B, c: C, d: D, e: E, f: F) {} }";
        assert_eq!(messages(method), ["crates/a/src/b.rs:1: six has 6 arguments; at most 5"]);
    }

    #[test]
    fn a_deep_function_is_a_breach() {
        // Nests four and five blocks; a chain of else-if counts once.
        let four = "fn deep() { if a { for b in c { match d { _ => loop { e(); } } } } }";
        assert!(messages(four).is_empty());
        let five = "fn deep() { if a { for b in c { match d { _ => loop { while e {} } } } } }";
        assert_eq!(messages(five), ["crates/a/src/b.rs:1: deep nests 5 deep; at most 4"]);
        let chain = "fn flat() { if a {} else if b {} else if c {} else if d {} else if e {} }";
        assert!(messages(chain).is_empty());
    }

    #[test]
    fn tests_are_not_measured() {
        // Hides a wide function in a test module.
        let text = "#[cfg(test)] mod tests { fn wide(a: A, b: B, c: C, d: D, e: E, f: F) {} }";
        assert!(messages(text).is_empty());
    }

    #[test]
    fn a_file_that_does_not_parse_is_a_breach() {
        // Leaves a brace open.
        assert_eq!(messages("fn open() {").len(), 1);
    }
}
