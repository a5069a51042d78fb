//! Collects the items, imports and paths of a file, module by module.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemMod, LitStr, Macro, Meta, Path, UseTree};

use super::{Module, ModulePath, Modules, is_production};
use crate::tidy::source::{Source, is_test_only};

/// Adds the module of a file, and the modules that are written inside it.
pub(super) fn file(modules: &mut Modules, source: &Source, path: &ModulePath, syntax: &File) {
    let mut collector = Collector { modules, source, module: path.clone() };
    collector.current();
    collector.visit_file(syntax);
}

struct Collector<'a> {
    modules: &'a mut Modules,
    source: &'a Source,
    module: ModulePath,
}

impl Collector<'_> {
    fn current(&mut self) -> &mut Module {
        let module = self.modules.0.entry(self.module.clone()).or_default();
        module.file.clone_from(&self.source.path);
        module.is_production = is_production(self.source);
        module
    }

    /// Records a path.
    fn add_path(&mut self, path: Vec<String>, span: Span) {
        if !path.is_empty() {
            self.current().paths.push((path, span.start().line));
        }
    }

    /// Records the imports of a `use`, whose path so far is `prefix`.
    fn add_use(&mut self, tree: &UseTree, prefix: &[String], span: Span) {
        let extended = |name: String| [prefix, &[name]].concat();
        match tree {
            UseTree::Path(path) => {
                self.add_use(&path.tree, &extended(path.ident.to_string()), path.ident.span());
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, prefix, span);
                }
            }
            UseTree::Glob(_) => {
                self.add_path(prefix.to_vec(), span);
                self.current().globs.push(prefix.to_vec());
            }
            UseTree::Name(name) => self.add_import(&name.ident.to_string(), None, prefix, span),
            UseTree::Rename(rename) => {
                let alias = rename.rename.to_string();
                self.add_import(&rename.ident.to_string(), Some(alias), prefix, span);
            }
        }
    }

    fn add_import(&mut self, name: &str, alias: Option<String>, prefix: &[String], span: Span) {
        let path =
            if name == "self" { prefix.to_vec() } else { [prefix, &[name.to_owned()]].concat() };
        let known_as = alias.or_else(|| path.last().cloned()).unwrap_or_default();
        self.current().imports.insert(known_as, path.clone());
        self.add_path(path, span);
    }

    /// Records the paths in the unparsed arguments of a macro or an attribute. Paths within a group
    /// of a `use` follow its `prefix`.
    fn add_tokens(&mut self, tokens: TokenStream, prefix: &[String]) {
        let mut path: Vec<String> = Vec::new();
        let mut start = Span::call_site();
        let mut colons = 0;
        for token in tokens {
            let follows_path = colons == 2;
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.add_path(std::mem::take(&mut path), start);
                        start = ident.span();
                        path.extend_from_slice(prefix);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Group(group) if follows_path => {
                    self.add_tokens(group.stream(), &std::mem::take(&mut path));
                }
                TokenTree::Group(group) => self.add_tokens(group.stream(), &[]),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            self.add_path(std::mem::take(&mut path), start);
            colons = 0;
        }
        self.add_path(path, start);
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test_only(item) {
            return;
        }
        if let Some(name) = defined_name(item) {
            self.current().items.insert(name);
        }
        match item {
            Item::Use(import) if import.leading_colon.is_none() => {
                self.add_use(&import.tree, &[], import.use_token.span);
            }
            Item::Use(_) => {}
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_some() {
            self.module.push(module.ident.to_string());
            self.current();
            visit::visit_item_mod(self, module);
            self.module.pop();
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none()
            && let Some(first) = path.segments.first()
        {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add_path(names, first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.visit_path(&invocation.path);
        self.add_tokens(invocation.tokens.clone(), &[]);
    }

    /// Records the paths in the arguments of an attribute, as names and as the strings of serde.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let Meta::List(list) = &attribute.meta {
            for path in list.tokens.clone().into_iter().filter_map(path_in_string) {
                let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                self.add_path(names, list.path.span());
            }
            self.add_tokens(list.tokens.clone(), &[]);
        }
        visit::visit_attribute(self, attribute);
    }
}

/// Returns the path of several names in a string literal, such as that of `with = "a::b"`.
fn path_in_string(token: TokenTree) -> Option<Path> {
    let TokenTree::Literal(literal) = token else { return None };
    let text: LitStr = syn::parse2(TokenTree::Literal(literal).into()).ok()?;
    text.parse::<Path>().ok().filter(|path| path.segments.len() > 1)
}

/// The name under which a module offers an item.
fn defined_name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(ident.to_string())
}
