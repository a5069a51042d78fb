//! Checks that crates without I/O use no path of the standard library that opens a file or socket.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{ItemUse, Path, UseTree};

use super::Violation;
use super::crate_dependencies::NO_IO;
use super::source::{Kind, Source, is_test_only};

/// The modules that do I/O.
const FORBIDDEN: [&str; 4] = ["std::fs", "std::net", "std::os", "std::process"];

/// The types of `std::net` that are plain data.
const ADDRESSES: [&str; 7] = [
    "AddrParseError",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "SocketAddr",
    "SocketAddrV4",
    "SocketAddrV6",
];

/// Reports the paths that do I/O in a production file of a crate without I/O.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let folder = source.path.strip_prefix("crates/").and_then(|path| path.split_once("/src/"));
    let is_checked = folder.is_some_and(|(name, _)| NO_IO.contains(&name));
    let Some(file) = source.syntax().ok().filter(|_| is_checked && source.kind == Kind::Production)
    else {
        return Vec::new();
    };
    let mut paths = Paths { path: &source.path, violations: Vec::new() };
    for item in file.items.iter().filter(|item| !is_test_only(item)) {
        paths.visit_item(item);
    }
    paths.violations
}

/// The violations of one file.
struct Paths<'a> {
    path: &'a str,
    violations: Vec<Violation>,
}

impl Paths<'_> {
    fn check(&mut self, line: usize, path: &str) {
        if does_io(path) {
            let message = format!("{path}: this crate does no I/O; pass the data as an argument");
            self.violations.push(Violation::new(self.path, line, message));
        }
    }

    /// Checks every path of a `use` declaration, with its groups written out.
    fn check_use(&mut self, prefix: &str, tree: &UseTree) {
        let join = |name: String| {
            if prefix.is_empty() { name } else { format!("{prefix}::{name}") }
        };
        let line = tree.span().start().line;
        match tree {
            UseTree::Path(path) => self.check_use(&join(path.ident.to_string()), &path.tree),
            UseTree::Name(name) if name.ident == "self" => self.check(line, prefix),
            UseTree::Name(name) => self.check(line, &join(name.ident.to_string())),
            UseTree::Rename(rename) if rename.ident == "self" => self.check(line, prefix),
            UseTree::Rename(rename) => self.check(line, &join(rename.ident.to_string())),
            UseTree::Glob(_) => self.check(line, &join("*".to_owned())),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.check_use(prefix, tree));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.check_use("", &item.tree);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.check(path.span().start().line, &segments.join("::"));
        visit::visit_path(self, path);
    }
}

/// Returns whether a path leads into a module that does I/O, apart from the types of addresses.
fn does_io(path: &str) -> bool {
    let is_within = |module: &&str| {
        path.strip_prefix(*module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let address = path.strip_prefix("std::net::").and_then(|rest| rest.split("::").next());
    let is_address = address.is_some_and(|name| ADDRESSES.contains(&name));
    path == "std::*" || (FORBIDDEN.iter().any(is_within) && !is_address)
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&Source::new(path, text)).iter().map(|one| one.line).collect()
    }

    #[test]
    fn a_path_that_opens_a_file_or_socket_is_a_violation() {
        // Uses each module, in declarations with groups, in expressions and in types.
        let texts = [
            "use std::fs;",
            "use std::net::TcpStream;",
            "use std::{fmt, net::{IpAddr, UdpSocket}};",
            "use std::net::{self, IpAddr};",
            "use std::net::*;",
            "use std::os::unix::net::UnixStream as A;",
            "fn a() { std::fs::read(\"b\"); }",
            "struct A { b: std::process::Child }",
        ];
        for text in texts {
            assert_eq!(lines("crates/protocol/src/a.rs", text), [1], "{text}");
        }
    }

    #[test]
    fn addresses_tests_and_other_crates_are_accepted() {
        // Uses types of addresses, then a file in a test, in a test folder and in the store.
        let addresses = "use std::net::{IpAddr, SocketAddr}; fn a(b: std::net::Ipv4Addr) {}";
        assert!(lines("crates/signin/src/a.rs", addresses).is_empty());
        let file = "use std::fs;";
        let test = format!("#[cfg(test)] mod tests {{ {file} }}");
        assert!(lines("crates/signin/src/a.rs", &test).is_empty());
        assert!(lines("crates/signin/tests/a.rs", file).is_empty());
        assert!(lines("crates/store/src/a.rs", file).is_empty());
    }
}
