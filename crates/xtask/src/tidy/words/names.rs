//! Finds the names that a file defines: its own, and those of its items, fields and variables.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    ConstParam, Field, ImplItem, Item, ItemMod, Macro, PatIdent, Signature, TraitItem, TypeParam,
    UseRename, Variant,
};

use crate::tidy::source::Source;

/// The keywords that the name of an item follows.
const KEYWORDS: [&str; 9] =
    ["const", "enum", "fn", "mod", "static", "struct", "trait", "type", "union"];

/// Returns every name with its line.
pub(super) fn of(source: &Source) -> Vec<(usize, String)> {
    let mut names = Names(vec![(1, module(&source.path).to_owned())]);
    if let Ok(syntax) = source.syntax() {
        names.visit_file(syntax);
    }
    names.0
}

/// The name of a file's module; for a crate's root the name of the crate.
fn module(path: &str) -> &str {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.strip_suffix("/src").unwrap_or(folder);
    match file.strip_suffix(".rs").unwrap_or(file) {
        "mod" | "lib" | "main" => folder.rsplit('/').next().unwrap_or_default(),
        stem => stem,
    }
}

struct Names(Vec<(usize, String)>);

impl Names {
    fn add(&mut self, ident: &Ident) {
        let span: Span = ident.span();
        self.0.push((span.start().line, ident.to_string()));
    }

    /// Adds the names of the items in the arguments of a macro, which the syntax tree lacks.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut follows_keyword = false;
        for token in tokens {
            let is_keyword = matches!(&token, TokenTree::Ident(ident)
                if KEYWORDS.iter().any(|keyword| ident == keyword));
            match token {
                TokenTree::Ident(ident) if follows_keyword && !is_keyword => self.add(&ident),
                TokenTree::Group(group) => self.add_tokens(group.stream()),
                _ => {}
            }
            follows_keyword = is_keyword;
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Const(item) => self.add(&item.ident),
            Item::Enum(item) => self.add(&item.ident),
            Item::Static(item) => self.add(&item.ident),
            Item::Struct(item) => self.add(&item.ident),
            Item::Trait(item) => self.add(&item.ident),
            Item::Type(item) => self.add(&item.ident),
            Item::Union(item) => self.add(&item.ident),
            Item::Macro(item) => item.ident.iter().for_each(|ident| self.add(ident)),
            _ => {}
        }
        visit::visit_item(self, item);
    }

    /// A module with a file of its own is checked with that file.
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_some() {
            self.add(&module.ident);
        }
        visit::visit_item_mod(self, module);
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        self.add(&signature.ident);
        visit::visit_signature(self, signature);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if let ImplItem::Const(item) = item {
            self.add(&item.ident);
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        match item {
            TraitItem::Const(item) => self.add(&item.ident),
            TraitItem::Type(item) => self.add(&item.ident),
            _ => {}
        }
        visit::visit_trait_item(self, item);
    }

    fn visit_field(&mut self, field: &'ast Field) {
        field.ident.iter().for_each(|ident| self.add(ident));
        visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.add(&variant.ident);
        visit::visit_variant(self, variant);
    }

    /// Adds a parameter or a variable.
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.add(&pattern.ident);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_use_rename(&mut self, rename: &'ast UseRename) {
        self.add(&rename.rename);
    }

    fn visit_type_param(&mut self, parameter: &'ast TypeParam) {
        self.add(&parameter.ident);
        visit::visit_type_param(self, parameter);
    }

    fn visit_const_param(&mut self, parameter: &'ast ConstParam) {
        self.add(&parameter.ident);
        visit::visit_const_param(self, parameter);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.add_tokens(invocation.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, of};

    fn names(path: &str, text: &str) -> Vec<String> {
        of(&Source::new(path, text)).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn names_of_every_kind_of_item_are_found() {
        // Defines one of each, and uses names of others, which do not count.
        let text =
            "use x::Y; struct A { b: C } enum D { E } trait F { const G: H; type I; fn j(); }
            impl A { const K: L = M; fn n() { const O: P = Q; } } mod r { fn s() {} } mod t;
            static U: V = W; type Z = A2; macro_rules! b2 { () => { pub const fn c2() {} } }
            proptest! {
                #[test]
                fn d2(e2: u8) {}
            }
            use x::{Y2 as F2};
            fn g2<H2: I2, const J2: u8>(k2: L2) { let (m2, n2) = |o2| p2; }";
        let expected = [
            "file", "A", "b", "D", "E", "F", "G", "I", "j", "K", "n", "O", "r", "s", "U", "Z",
            "b2", "c2", "d2", "F2", "g2", "H2", "J2", "k2", "m2", "n2", "o2",
        ];
        assert_eq!(names("crates/a/src/file.rs", text), expected);
    }

    #[test]
    fn a_folder_is_named_by_its_root_file() {
        // Reads the root files of a crate and of a module, and an ordinary file.
        assert_eq!(names("crates/a/src/lib.rs", ""), ["a"]);
        assert_eq!(names("crates/a/src/b/mod.rs", ""), ["b"]);
        assert_eq!(names("crates/a/tests/it/c.rs", ""), ["c"]);
    }
}
