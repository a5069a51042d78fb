//! References between the modules of each crate, read from `use` items and inline paths.

mod collect;

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Kind, Source};

/// The names of the modules from the crate's root down to one module.
pub(super) type ModulePath = Vec<String>;

/// A bound on chains of re-exports, which may be circular.
const REEXPORTS_MAX: usize = 8;

/// A reference from a production module to another one of the same crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The folder of the crate: `crates/jose`.
    pub(super) krate: String,
    pub(super) from: ModulePath,
    pub(super) to: ModulePath,
    pub(super) file: String,
    pub(super) line: usize,
}

/// The contents of one module.
#[derive(Default)]
struct Module {
    file: String,
    /// False for generated files and tests: they resolve names, but their references do not count.
    is_production: bool,
    /// Names of the items that the module defines.
    items: BTreeSet<String>,
    /// Imported names, with the path that each was imported by.
    imports: BTreeMap<String, Vec<String>>,
    /// Paths that are imported with `::*`.
    globs: Vec<Vec<String>>,
    /// Every path of the module with its line.
    paths: Vec<(Vec<String>, usize)>,
}

/// The modules of one crate.
#[derive(Default)]
struct Modules(BTreeMap<ModulePath, Module>);

/// Returns the references in every crate.
pub(super) fn references(sources: &[Source]) -> Vec<Reference> {
    let mut crates: BTreeMap<&str, Modules> = BTreeMap::new();
    for source in sources {
        let Some((krate, file)) = source.path.split_once("/src/") else { continue };
        let Ok(syntax) = source.syntax() else { continue };
        let modules = crates.entry(krate).or_default();
        collect::file(modules, source, &module_path(file), syntax);
    }
    crates.into_iter().flat_map(|(krate, modules)| modules.references(krate)).collect()
}

/// The path of the module in `file`, which is relative to `src/`.
fn module_path(file: &str) -> ModulePath {
    let stem = file.strip_suffix(".rs").unwrap_or(file);
    let mut path: ModulePath = stem.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        path.pop();
    }
    path
}

impl Modules {
    fn references(&self, krate: &str) -> Vec<Reference> {
        let mut references = Vec::new();
        for (from, module) in self.0.iter().filter(|(_, module)| module.is_production) {
            // The path of an import is a reference itself; further uses of its name are not.
            let is_imported =
                |path: &[String]| matches!(path, [name] if module.imports.contains_key(name));
            for (path, line) in module.paths.iter().filter(|(path, _)| !is_imported(path)) {
                let Some(to) = self.resolve(from, path, 0) else { continue };
                if to != *from && self.0.get(&to).is_some_and(|target| target.is_production) {
                    references.push(Reference {
                        krate: krate.to_owned(),
                        from: from.clone(),
                        to,
                        file: module.file.clone(),
                        line: *line,
                    });
                }
            }
        }
        references
    }

    /// Returns the module that defines the item at `path`, as seen from the module `from`.
    /// Returns `None` for a path of another crate, or one that begins with a local name.
    fn resolve(&self, from: &[String], path: &[String], depth: usize) -> Option<ModulePath> {
        let (first, mut rest) = path.split_first()?;
        if depth > REEXPORTS_MAX {
            return None;
        }
        let mut module = match first.as_str() {
            "crate" => ModulePath::new(),
            "self" => from.to_vec(),
            "super" => parent(from),
            name => match (self.child(from, name), self.import(from, name, rest)) {
                (Some(child), _) => child,
                (None, Some(imported)) => return self.resolve(from, &imported, depth + 1),
                (None, None) => return self.glob_definition(from, name, rest, depth),
            },
        };
        while let Some((name, tail)) = rest.split_first() {
            if name == "super" {
                module = parent(&module);
            } else if let Some(child) = self.child(&module, name) {
                module = child;
            } else {
                return Some(self.definition(&module, name, tail, depth).unwrap_or(module));
            }
            rest = tail;
        }
        Some(module)
    }

    /// Returns the module that `module` re-exports the item `name` from.
    fn definition(
        &self,
        module: &[String],
        name: &str,
        tail: &[String],
        depth: usize,
    ) -> Option<ModulePath> {
        let contents = self.0.get(module)?;
        if contents.items.contains(name) {
            return None;
        }
        if let Some(imported) = self.import(module, name, tail) {
            return self.resolve(module, &imported, depth + 1);
        }
        self.glob_definition(module, name, tail, depth)
    }

    /// Returns the module that defines `name`, followed by `tail`, if `module` imports it by a `*`.
    fn glob_definition(
        &self,
        module: &[String],
        name: &str,
        tail: &[String],
        depth: usize,
    ) -> Option<ModulePath> {
        let contents = self.0.get(module)?;
        if depth > REEXPORTS_MAX || contents.items.contains(name) {
            return None;
        }
        contents.globs.iter().find_map(|glob| {
            let target = self.resolve(module, glob, depth + 1)?;
            if self.0.get(&target)?.items.contains(name) {
                return Some(target);
            }
            if let Some(child) = self.child(&target, name) {
                let inner = tail.iter().try_fold(child.clone(), |one, part| self.child(&one, part));
                return Some(inner.unwrap_or(child));
            }
            self.definition(&target, name, tail, depth + 1)
        })
    }

    fn child(&self, module: &[String], name: &str) -> Option<ModulePath> {
        let child: ModulePath = module.iter().cloned().chain([name.to_owned()]).collect();
        self.0.contains_key(&child).then_some(child)
    }

    /// Returns the path that `name` was imported by, followed by `tail`.
    fn import(&self, module: &[String], name: &str, tail: &[String]) -> Option<Vec<String>> {
        let imported = self.0.get(module)?.imports.get(name)?;
        Some(imported.iter().chain(tail).cloned().collect())
    }
}

fn parent(module: &[String]) -> ModulePath {
    module.split_last().map(|(_, parents)| parents.to_vec()).unwrap_or_default()
}

/// A source counts as production unless it is generated or a test.
fn is_production(source: &Source) -> bool {
    source.kind == Kind::Production
}

#[cfg(test)]
mod tests {
    use super::{Source, references};

    /// The references between files of one crate, but for those of its root, as `from -> to`.
    fn edges(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source::new(format!("crates/a/src/{path}"), *text))
            .collect();
        let found = references(&sources).into_iter().filter(|one| !one.from.is_empty());
        found.map(|one| format!("{} -> {}", one.from.join("::"), one.to.join("::"))).collect()
    }

    #[test]
    fn use_items_and_inline_paths_are_references() {
        // Refers to a sibling in a `use`, in an expression, in a type and within a macro.
        let root = ("lib.rs", "mod a; mod b; mod c; mod d; mod e;");
        let one = ("a.rs", "use crate::b::B; fn f(d: crate::d::D) { super::c::f(); }");
        let other = ("e.rs", "fn f() { format!(\"{}\", crate::a::f()) }");
        let items = ("b.rs", "pub struct B;");
        let files = [root, one, items, ("c.rs", "fn f() {}"), ("d.rs", "struct D;"), other];
        assert_eq!(edges(&files), ["a -> b", "a -> d", "a -> c", "e -> a"]);
    }

    #[test]
    fn a_reexported_item_is_resolved_to_its_module() {
        // Names an item through the crate root, once by name, once by a glob and once renamed.
        let root =
            ("lib.rs", "mod a; mod b; mod c; pub use b::B; pub use c::*; pub use b::D as E;");
        let user = ("a.rs", "use crate::{B, C, E};");
        let files = [root, user, ("b.rs", "struct B; struct D;"), ("c.rs", "struct C;")];
        assert_eq!(edges(&files), ["a -> b", "a -> c", "a -> b"]);
    }

    #[test]
    fn a_name_that_a_glob_imports_is_resolved_to_its_module() {
        // Imports everything of a parent: its items, children and imports. Names one of each.
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "mod p; mod q; use crate::b::B; pub struct A;"),
            ("a/p.rs", "use super::*; fn f(one: A, other: B) { q::g() }"),
            ("a/q.rs", "fn g() {}"),
            ("b.rs", "pub struct B;"),
        ];
        assert_eq!(
            edges(&files),
            ["a -> b", "a::p -> a", "a::p -> a", "a::p -> b", "a::p -> a::q"]
        );
    }

    #[test]
    fn paths_in_visibilities_attributes_and_macro_groups_are_references() {
        // Names a parent in `pub(in ...)`, a sibling for serde, and siblings in a macro's `use`.
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "mod p;"),
            ("a/p.rs", "pub(in crate::a) struct P { #[serde(with = \"crate::b\")] b: u8 }"),
            ("b.rs", "macro_rules! m { () => { use $crate::{c::{C}, a::A}; } }"),
            ("c.rs", "struct C;"),
        ];
        assert_eq!(edges(&files), ["a::p -> a", "a::p -> b", "b -> c", "b -> a"]);
    }

    #[test]
    fn an_imported_module_is_followed_by_inline_paths() {
        // Imports a parent module, and names one of its children inline.
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod p; mod q;"),
            ("a/p.rs", "use crate::a; fn f() { a::q::g(); }"),
            ("a/q.rs", "fn g() {}"),
        ];
        assert_eq!(edges(&files)[1..], ["a::p -> a::q"]);
    }

    #[test]
    fn tests_generated_files_and_other_crates_are_no_references() {
        // Refers to a sibling from a test module, from a generated file, and to another crate.
        let files = [
            ("lib.rs", "mod a; mod b; mod g;"),
            ("a.rs", "use std::b; #[cfg(test)] mod tests { use crate::b::B; }"),
            ("b.rs", "struct B;"),
            ("b/tests.rs", "use crate::a::f;"),
            ("g.rs", "// Generated by `cargo xtask codegen`.\nuse crate::a::f;"),
        ];
        assert!(edges(&files).is_empty(), "{:?}", edges(&files));
    }
}
